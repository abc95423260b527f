// People: who has no place yet, who has not been seen, and who has not practised or had feedback, over the days.

import { useState } from '../vendor/preact.js';
import { lacking } from './board-state.js';
import { rich } from './rich.js';
import { act, announce, view } from './store.js';
import { t, tn } from './translated.js';
import { Button, Fold, html } from './ui.js';

export const ROLE_WORDS = { learner: t('learner'), actor: t('actor'), coach: t('coach') };
const MANY = 12;

export function Tray() {
  const { unplaced, late, rooms } = view.value;
  if (!unplaced.length && !late.length) return null;
  return html`<section class="panel board-tray" aria-labelledby="tray-heading"><h2 id="tray-heading" tabindex="-1">${t('Late and unplaced')}</h2>
    <div class="board-two">
      ${unplaced.length > 0 && html`<div><h3>${t('No place yet ({n})', { n: unplaced.length })}</h3><${Names} list=${unplaced} more=${roleOf} />
        <${PlaceForm} /></div>`}
      ${late.length > 0 && html`<div><h3>${t('Not seen yet ({n})', { n: late.length })}</h3><${Names} list=${late} more=${({ room }) => rooms.find((each) => each.id === room)?.name} />
        <p class="hint">${t('They have a place, and nobody has seen them today. Move them, or replace an actor, in the room’s card.')}</p></div>`}
    </div></section>`;
}

const roleOf = ({ role, absent }) => (absent ? t('{role}, can’t come', { role: ROLE_WORDS[role] }) : ROLE_WORDS[role]);

function Names({ list, more }) {
  const names = html`<ul class="board-names">${list.map((each) => html`<li key=${each.person}>${each.name} <span class="hint">${more(each)}</span></li>`)}</ul>`;
  return list.length > MANY ? html`<${Fold} title=${t('All {n}', { n: list.length })}>${names}<//>` : names;
}

/** Choose who, choose where, press. @param {{id: string, people: any[], rooms: any[], label: string, press: (values: {name: string}) => string, words: (each: any) => string, onGo: (person: string, room: string) => any}} props */
export function WhoWhere({ id, people, rooms, label, press, words, onGo }) {
  const [person, setPerson] = useState('');
  const [room, setRoom] = useState('');
  const who = people.some((each) => each.person === person) ? person : people[0]?.person;
  const where = rooms.some((each) => each.id === room) ? room : rooms[0]?.id;
  const name = people.find((each) => each.person === who)?.name;
  return html`<div class="board-form"><div class="field"><label for=${`${id}-who`}>${label}</label>
      <select id=${`${id}-who`} value=${who} onChange=${(event) => setPerson(event.target.value)}>${people.map((each) => html`<option key=${each.person} value=${each.person}>${t('{name} ({what})', { name: each.name, what: words(each) })}</option>`)}</select></div>
    <div class="field"><label for=${`${id}-where`}>${t('To')}</label>
      <select id=${`${id}-where`} value=${where} onChange=${(event) => setRoom(event.target.value)}>${rooms.map((each) => html`<option key=${each.id} value=${each.id}>${each.name}</option>`)}</select></div>
    <${Button} onPress=${() => onGo(who, where)}>${press({ name })}<//></div>`;
}

function PlaceForm() {
  const { unplaced, rooms } = view.value;
  async function place(person, to) {
    const { name } = unplaced.find((each) => each.person === person);
    const answer = await act('person:place', { person, to });
    if (answer.ok) announce(t('{name} has a place in {room}.', { name, room: rooms.find((each) => each.id === to).name }));
  }
  return html`<${WhoWhere} id="place" people=${unplaced} rooms=${[...rooms].sort((a, b) => a.name.localeCompare(b.name))} label=${t('Place')} press=${(values) => t('Place {name}', values)} words=${roleOf} onGo=${place} />`;
}

/** How many were not in the chair, and how many of the others heard nothing of it. */
function practiceWords(none, n) {
  if (none && n) return tn('<strong>{none} of {all} have not practised yet</strong>, and {n} who practised had no feedback yet.', '<strong>{none} of {all} have not practised yet</strong>, and {n} who practised had no feedback yet.', n);
  if (none) return t('<strong>{none} of {all} have not practised yet</strong>.');
  if (n) return tn('Everyone has practised, and {n} who practised had no feedback yet.', 'Everyone has practised, and {n} who practised had no feedback yet.', n);
  return t('Everyone has practised.');
}

export function Overview() {
  const { sessions, learners } = view.value.overview;
  const { none, unheard } = lacking(learners);
  if (!learners.length) return null;
  return html`<section class="panel" aria-labelledby="overview-heading"><h2 id="overview-heading" tabindex="-1">${t('Practice over the days')}</h2>
    <p>${rich(practiceWords(none.length, unheard.length), { none: none.length, all: learners.length })}</p>
    <${Fold} title=${tn('All {n} learners', 'All {n} learners', learners.length)}><div class="scroll" tabindex="0" role="region" aria-label=${t('Practice over the days as a table')}><table>
      <thead><tr><th scope="col">${t('Learner')}</th>${sessions.map((each) => html`<th scope="col" key=${each.id}>${each.title}</th>`)}<th scope="col">${t('Rounds closed')}</th><th scope="col">${t('With feedback')}</th></tr></thead>
      <tbody>${learners.map((each) => html`<tr key=${each.person}><th scope="row">${each.name}</th>
        ${sessions.map(({ id }) => html`<td key=${id}>${each.practised.includes(id) ? t('Practised') : html`<span class="hint">${t('Not yet')}</span>`}</td>`)}
        <td>${each.closed}</td><td>${each.feedback || html`<span class="hint">${t('None yet')}</span>`}</td></tr>`)}</tbody></table></div><//></section>`;
}
