// The rooms: a card for each, those who ask for help first; or one table of them all.

import { useRef, useState } from '../vendor/preact-hooks.js';
import { NoticeForm } from './board-all.js';
import { WhoWhere } from './board-people.js';
import { byNeed, inOrder, parts, understudies } from './board-state.js';
import { asTable, csrf, organises, showTable } from './board-store.js';
import { clockWords, minutes } from './clock.js';
import { hourMinute } from './saving.js';
import { act, announce, clockNow, view } from './store.js';
import { Button, Facts, Fold, html, Icon } from './ui.js';
import { PHASE_WORDS, TURN_WORDS } from './words.js';

export function Rooms() {
  const shown = useRef([]);
  const { rooms } = view.value;
  // Nothing moves away from under whoever is at work among the rooms.
  const busy = document.activeElement?.closest?.('[data-rooms]');
  const ordered = busy ? inOrder(rooms, shown.current) : byNeed(rooms);
  shown.current = ordered.map((room) => room.id);
  return html`<section class="board-rooms" aria-labelledby="rooms-heading">
    <div class="board-rooms-head"><h2 id="rooms-heading" tabindex="-1">Rooms</h2>${rooms.length > 0 && html`<${Toggle} />`}</div>
    ${rooms.length === 0 ? html`<${NoRooms} />` : asTable.value ? html`<${Table} rooms=${ordered} />`
    : html`<div class="board-cards" data-rooms>${ordered.map((room) => html`<${Card} key=${room.id} room=${room} />`)}</div>`}
  </section>`;
}

function Toggle() {
  return html`<div class="actions" role="group" aria-label="Show as">
    <${Button} pressed=${asTable.value ? 'false' : 'true'} onPress=${() => showTable(false)}>Cards<//>
    <${Button} pressed=${asTable.value ? 'true' : 'false'} onPress=${() => showTable(true)}>Table<//></div>`;
}

function NoRooms() {
  const { session } = view.value;
  if (!organises.value) return html`<p class="empty"><strong>There are no rooms yet.</strong> They are made from the groups. Ask the organiser of your course.</p>`;
  return html`<div class="empty board-none"><p><strong>There are no rooms yet.</strong> Each group with people in it gets one. <a href=${`/courses/${session.course.slug}/groups`}>Look at the groups</a></p>
    <form method="post" action=${`/board/${session.id}/rooms`}><input type="hidden" name="csrf_token" value=${csrf} /><button class="button primary" type="submit">Make the rooms</button></form></div>`;
}

function Phase({ room }) {
  const { phase, turn, take } = room;
  const more = phase === 'debrief' && turn ? `: ${TURN_WORDS[turn]}` : take > 1 && ['encounter', 'time_out'].includes(phase) ? `, take ${take}` : '';
  return html`<span class="tag" data-phase=${phase}>${PHASE_WORDS[phase]}${more}</span>`;
}

function Clock({ room }) {
  return room.clock ? html`<span class="board-clock">${clockWords(room.clock, clockNow.value)}</span>` : null;
}

function Closing({ room }) {
  if (!room.closes_at) return null;
  const left = Math.ceil((Date.parse(room.closes_at) - clockNow.value) / 1000);
  return html`<span><${Icon} name="clock" /> ${left > 0 ? `Closes at ${hourMinute(room.closes_at)}, in ${minutes(left)}` : `Closed since ${hourMinute(room.closes_at)}`}</span>`;
}

function Card({ room }) {
  const id = `room-${room.id}`;
  return html`<article class="board-card panel" data-room=${room.name} data-asking=${room.help.length > 0 ? 'yes' : 'no'} aria-labelledby=${id}>
    <div class="board-card-head"><h3 id=${id}>${room.name}</h3><${Phase} room=${room} /><${Clock} room=${room} /></div>
    ${room.help.map((each) => html`<p class="board-asking" key=${each.person}><${Icon} name="life-buoy" /> ${each.name} asks for help${each.coming && `, ${each.coming.name} is coming`}</p>`)}
    ${room.closes_at && html`<p><${Closing} room=${room} /></p>`}
    ${organises.value ? html`<${Inside} room=${room} />` : html`<p>${room.here} of ${room.of} here</p>`}
  </article>`;
}

function Inside({ room }) {
  const gone = room.people.filter((each) => !each.present);
  const names = gone.slice(0, 4).map((each) => `${each.name}${each.absent ? ' (can’t come)' : ''}`).join(', ');
  const facts = [
    ['Round', room.round && `${room.round.number} of ${room.round.of}: ${room.round.learner ?? 'a learner who has left'}`],
    ['Case', room.round?.title],
    ['Here', `${room.here} of ${room.of}`],
    ['Not here', gone.length > 0 && `${names}${gone.length > 4 ? ` and ${gone.length - 4} more` : ''}`],
    ['Forms in', room.forms && ['notes', 'debrief', 'close'].includes(room.phase) && `${room.forms.submitted} of ${room.forms.raters}`],
    ['At the door', room.guests > 0 && `${room.guests} waiting`],
  ];
  const others = view.value.rooms.filter((each) => each.id !== room.id).sort((a, b) => a.name.localeCompare(b.name));
  return html`<${Facts} kind="board-room-facts" rows=${facts} />
    <${Actions} room=${room} />
    <${Fold} title="Message, move, replace"><div class="board-forms">
      <${NoticeForm} id=${`notice-${room.id}`} label=${`Notice to ${room.name}`} rooms=${[room.id]} />
      ${others.length > 0 && room.people.length > 0 && html`<${WhoWhere} id=${`move-${room.id}`} people=${room.people} rooms=${others} verb="Move" words=${(each) => each.role} onGo=${(person, to) => move(room, person, to)} />`}
      ${room.may.includes('actor:replace') && html`<${ReplaceForm} room=${room} />`}
    </div><//>`;
}

async function move(room, person, to) {
  const { name } = room.people.find((each) => each.person === person);
  const answer = await act('person:move', { person, from: room.id, to });
  if (answer.ok) announce(`${name} goes to ${view.value.rooms.find((each) => each.id === to).name}.`);
}

/** Always the same buttons in the same places, so that the focus stays where it was. */
function Actions({ room }) {
  const rooms = [room.id];
  return html`<div class="actions"><a class="button" href=${`/rooms/${room.id}`}>Visit<span class="visually-hidden"> ${room.name}</span></a>
    ${room.may.includes('round:start') && html`<${Button} icon="play" action="round:start" fields=${{ room: room.id }}>Start the ${room.round ? 'next ' : ''}round<span class="visually-hidden"> in ${room.name}</span><//>`}
    ${room.may.includes('clock:extend') && html`<${Button} icon="clock" action="clock:extend" fields=${{ rooms, seconds: 120 }}>+2 min<span class="visually-hidden"> in ${room.name}</span><//>`}
    <${Button} key="close" icon=${room.closes_at ? 'check' : 'clock'} action=${room.closes_at ? 'room:keep' : 'room:close'} fields=${room.closes_at ? { rooms } : { rooms, in_s: 60 }}>${room.closes_at ? 'Keep open' : 'Close in 60 s'}<span class="visually-hidden"> (${room.name})</span><//></div>`;
}

function ReplaceForm({ room }) {
  const [part, setPart] = useState('');
  const [by, setBy] = useState('');
  const playing = parts(room);
  const able = understudies(view.value, room);
  if (!playing.length || !able.length) return html`<p class="hint">${playing.length ? 'There is nobody who could take a part over.' : 'No actor has a place here. Place or move one.'}</p>`;
  const chosen = playing.some(([value]) => value === part) ? part : playing[0][0];
  const other = able.some(([person, , may]) => person === by && may) ? by : able.find(([, , may]) => may)?.[0];
  async function go() {
    const [kind, id] = chosen.split(':');
    const answer = await act('actor:replace', { room: room.id, [kind]: id, by: other });
    if (answer.ok) announce(`${able.find(([person]) => person === other)?.[1]} plays in ${room.name}.`);
  }
  return html`<div class="board-form"><div class="field"><label for=${`part-${room.id}`}>Replace</label>
      <select id=${`part-${room.id}`} value=${chosen} onChange=${(event) => setPart(event.target.value)}>${playing.map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`)}</select></div>
    <div class="field"><label for=${`by-${room.id}`}>By</label>
      <select id=${`by-${room.id}`} value=${other} onChange=${(event) => setBy(event.target.value)}>${able.map(([person, words, may]) => html`<option key=${person} value=${person} disabled=${!may}>${words}</option>`)}</select></div>
    <${Button} onPress=${go}>Replace in ${room.name}<//></div>`;
}

function Table({ rooms }) {
  const all = organises.value;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Rooms as a table" data-rooms><table class="board-table">
    <thead><tr><th scope="col">Room</th><th scope="col">Phase</th>${all && html`<th scope="col">Round</th>`}<th scope="col">Here</th>${all && html`<th scope="col">Forms in</th>`}<th scope="col">Help</th>${all && html`<th scope="col">Do</th>`}</tr></thead>
    <tbody>${rooms.map((room) => html`<tr key=${room.id} data-room=${room.name} data-asking=${room.help.length > 0 ? 'yes' : 'no'}><th scope="row">${room.name}</th>
      <td><${Phase} room=${room} /> <${Clock} room=${room} /><br /><${Closing} room=${room} /></td>
      ${all && html`<td>${room.round ? `${room.round.number} of ${room.round.of}, ${room.round.learner ?? 'a learner who has left'}` : html`<span class="hint">None yet</span>`}</td>`}
      <td>${room.here} of ${room.of}</td>
      ${all && html`<td>${room.forms ? `${room.forms.submitted} of ${room.forms.raters}` : ''}</td>`}
      <td>${room.help.map((each) => each.name).join(', ')}</td>
      ${all && html`<td><${Actions} room=${room} /></td>`}</tr>`)}</tbody></table></div>`;
}
