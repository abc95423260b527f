// People: who has no place yet, who has not been seen, and who has not practised or had feedback, over the days.

import { useState } from '../vendor/preact-hooks.js';
import { lacking } from './board-state.js';
import { act, announce, view } from './store.js';
import { Button, Fold, html } from './ui.js';

const ROLE_WORDS = { learner: 'learner', actor: 'actor', coach: 'coach' };
const MANY = 12;

export function Tray() {
  const { unplaced, late, rooms } = view.value;
  if (!unplaced.length && !late.length) return null;
  return html`<section class="panel board-tray" aria-labelledby="tray-heading"><h2 id="tray-heading" tabindex="-1">Late and unplaced</h2>
    <div class="board-two">
      ${unplaced.length > 0 && html`<div><h3>No place yet (${unplaced.length})</h3><${Names} list=${unplaced} more=${roleOf} />
        <${PlaceForm} /></div>`}
      ${late.length > 0 && html`<div><h3>Not seen yet (${late.length})</h3><${Names} list=${late} more=${({ room }) => rooms.find((each) => each.id === room)?.name} />
        <p class="hint">They have a place, and nobody has seen them today. Move them, or replace an actor, in the room’s card.</p></div>`}
    </div></section>`;
}

const roleOf = ({ role, absent }) => `${ROLE_WORDS[role]}${absent ? ', can’t come' : ''}`;

function Names({ list, more }) {
  const names = html`<ul class="board-names">${list.map((each) => html`<li key=${each.person}>${each.name} <span class="hint">${more(each)}</span></li>`)}</ul>`;
  return list.length > MANY ? html`<${Fold} title=${`All ${list.length}`}>${names}<//>` : names;
}

/** Choose who, choose where, press. @param {{id: string, people: any[], rooms: any[], verb: string, words: (each: any) => string, onGo: (person: string, room: string) => any}} props */
export function WhoWhere({ id, people, rooms, verb, words, onGo }) {
  const [person, setPerson] = useState('');
  const [room, setRoom] = useState('');
  const who = people.some((each) => each.person === person) ? person : people[0]?.person;
  const where = rooms.some((each) => each.id === room) ? room : rooms[0]?.id;
  const name = people.find((each) => each.person === who)?.name;
  return html`<div class="board-form"><div class="field"><label for=${`${id}-who`}>${verb}</label>
      <select id=${`${id}-who`} value=${who} onChange=${(event) => setPerson(event.target.value)}>${people.map((each) => html`<option key=${each.person} value=${each.person}>${each.name} (${words(each)})</option>`)}</select></div>
    <div class="field"><label for=${`${id}-where`}>To</label>
      <select id=${`${id}-where`} value=${where} onChange=${(event) => setRoom(event.target.value)}>${rooms.map((each) => html`<option key=${each.id} value=${each.id}>${each.name}</option>`)}</select></div>
    <${Button} onPress=${() => onGo(who, where)}>${verb} ${name}<//></div>`;
}

function PlaceForm() {
  const { unplaced, rooms } = view.value;
  async function place(person, to) {
    const { name } = unplaced.find((each) => each.person === person);
    const answer = await act('person:place', { person, to });
    if (answer.ok) announce(`${name} has a place in ${rooms.find((each) => each.id === to).name}.`);
  }
  return html`<${WhoWhere} id="place" people=${unplaced} rooms=${[...rooms].sort((a, b) => a.name.localeCompare(b.name))} verb="Place" words=${roleOf} onGo=${place} />`;
}

export function Overview() {
  const { sessions, learners } = view.value.overview;
  const { none, unheard } = lacking(learners);
  if (!learners.length) return null;
  return html`<section class="panel" aria-labelledby="overview-heading"><h2 id="overview-heading" tabindex="-1">Practice over the days</h2>
    <p>${none.length ? html`<strong>${none.length} of ${learners.length} have not practised yet</strong>` : 'Everyone has practised'}${unheard.length ? html`, and ${unheard.length} who practised had no feedback yet.` : '.'}</p>
    <${Fold} title=${`All ${learners.length} learners`}><div class="scroll" tabindex="0" role="region" aria-label="Practice over the days as a table"><table>
      <thead><tr><th scope="col">Learner</th>${sessions.map((each) => html`<th scope="col" key=${each.id}>${each.title}</th>`)}<th scope="col">Rounds closed</th><th scope="col">With feedback</th></tr></thead>
      <tbody>${learners.map((each) => html`<tr key=${each.person}><th scope="row">${each.name}</th>
        ${sessions.map(({ id }) => html`<td key=${id}>${each.practised.includes(id) ? 'Practised' : html`<span class="hint">Not yet</span>`}</td>`)}
        <td>${each.closed}</td><td>${each.feedback || html`<span class="hint">None yet</span>`}</td></tr>`)}</tbody></table></div><//></section>`;
}
