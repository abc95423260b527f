// The rooms: a card for each, those who ask for help first; or one table of them all.

import { useRef, useState } from '../vendor/preact.js';
import { NoticeForm } from './board-all.js';
import { ROLE_WORDS, WhoWhere } from './board-people.js';
import { byNeed, inOrder, parts, understudies } from './board-state.js';
import { asTable, csrf, hour, organises, showTable } from './board-store.js';
import { clockWords, minutes } from './clock.js';
import { rich } from './rich.js';
import { act, announce, clockNow, view } from './store.js';
import { t, tn } from './translated.js';
import { Button, Facts, Fold, html, Icon } from './ui.js';
import { TURN_WORDS } from './words.js';

const PHASE_WORDS = {
  lobby: t('In the lobby'), briefing: t('Briefing'), encounter: t('Encounter'), time_out: t('Time-out'), notes: t('Writing notes'),
  debrief: t('Debrief'), close: t('Round closed'),
};

export function Rooms() {
  const shown = useRef([]);
  const { rooms } = view.value;
  // Nothing moves away from under whoever is at work among the rooms.
  const busy = document.activeElement?.closest?.('[data-rooms]');
  const ordered = busy ? inOrder(rooms, shown.current) : byNeed(rooms);
  shown.current = ordered.map((room) => room.id);
  return html`<section class="board-rooms" aria-labelledby="rooms-heading">
    <div class="board-rooms-head"><h2 id="rooms-heading" tabindex="-1">${t('Rooms')}</h2>${rooms.length > 0 && html`<${Toggle} />`}</div>
    ${rooms.length === 0 ? html`<${NoRooms} />` : asTable.value ? html`<${Table} rooms=${ordered} />`
    : html`<div class="board-cards" data-rooms>${ordered.map((room) => html`<${Card} key=${room.id} room=${room} />`)}</div>`}
  </section>`;
}

function Toggle() {
  return html`<div class="actions" role="group" aria-label=${t('Show as')}>
    <${Button} pressed=${asTable.value ? 'false' : 'true'} onPress=${() => showTable(false)}>${t('Cards')}<//>
    <${Button} pressed=${asTable.value ? 'true' : 'false'} onPress=${() => showTable(true)}>${t('Table')}<//></div>`;
}

function NoRooms() {
  const { session } = view.value;
  if (!organises.value) return html`<p class="empty"><strong>${t('There are no rooms yet.')}</strong> ${t('They are made from the groups. Ask the organiser of your course.')}</p>`;
  return html`<div class="empty board-none"><p><strong>${t('There are no rooms yet.')}</strong> ${t('Each group with people in it gets one.')} <a href=${`/courses/${session.course.slug}/groups`}>${t('Look at the groups')}</a></p>
    <form method="post" action=${`/board/${session.id}/rooms`}><input type="hidden" name="csrf_token" value=${csrf} /><button class="button primary" type="submit">${t('Make the rooms')}</button></form></div>`;
}

function Phase({ room }) {
  const { phase, turn, take } = room;
  return html`<span class="tag" data-phase=${phase}>${phaseWords(phase, turn, take)}</span>`;
}

function phaseWords(name, turn, take) {
  const phase = PHASE_WORDS[name];
  if (name === 'debrief' && turn) return t('{phase}: {turn}', { phase, turn: TURN_WORDS[turn] });
  return take > 1 && ['encounter', 'time_out'].includes(name) ? t('{phase}, take {take}', { phase, take }) : phase;
}

function Clock({ room }) {
  return room.clock ? html`<span class="board-clock">${clockWords(room.clock, clockNow.value)}</span>` : null;
}

function Closing({ room }) {
  if (!room.closes_at) return null;
  const left = Math.ceil((Date.parse(room.closes_at) - clockNow.value) / 1000);
  const time = hour(room.closes_at);
  return html`<span><${Icon} name="clock" /> ${left > 0 ? t('Closes at {time}, in {left}', { time, left: minutes(left) }) : t('Closed since {time}', { time })}</span>`;
}

function Card({ room }) {
  const id = `room-${room.id}`;
  return html`<article class="board-card panel" data-room=${room.name} data-asking=${room.help.length > 0 ? 'yes' : 'no'} aria-labelledby=${id}>
    <div class="board-card-head"><h3 id=${id}>${room.name}</h3><${Phase} room=${room} /><${Clock} room=${room} /></div>
    ${room.help.map((each) => html`<p class="board-asking" key=${each.person}><${Icon} name="life-buoy" /> ${each.coming ? t('{name} asks for help, {other} is coming', { name: each.name, other: each.coming.name }) : t('{name} asks for help', { name: each.name })}</p>`)}
    ${room.closes_at && html`<p><${Closing} room=${room} /></p>`}
    ${organises.value ? html`<${Inside} room=${room} />` : html`<p>${t('{n} of {all} here', { n: room.here, all: room.of })}</p>`}
  </article>`;
}

const outOf = (n, all) => t('{n} of {all}', { n, all });
const learnerOf = (round) => round.learner ?? t('a learner who has left');

/** The first few by name. */
function goneWords(gone) {
  const names = gone.slice(0, 4).map(({ name, absent }) => (absent ? t('{name} (can’t come)', { name }) : name)).join(', ');
  return gone.length > 4 ? tn('{names} and {n} more', '{names} and {n} more', gone.length - 4, { names }) : names;
}

function Inside({ room }) {
  const gone = room.people.filter((each) => !each.present);
  const facts = [
    [t('Round'), room.round && t('{n} of {all}: {learner}', { n: room.round.number, all: room.round.of, learner: learnerOf(room.round) })],
    [t('Case'), room.round?.title],
    [t('Here'), outOf(room.here, room.of)],
    [t('Not here'), gone.length > 0 && goneWords(gone)],
    [t('Forms in'), room.forms && ['notes', 'debrief', 'close'].includes(room.phase) && outOf(room.forms.submitted, room.forms.raters)],
    [t('At the door'), room.guests > 0 && tn('{n} waiting', '{n} waiting', room.guests)],
  ];
  const others = view.value.rooms.filter((each) => each.id !== room.id).sort((a, b) => a.name.localeCompare(b.name));
  return html`<${Facts} kind="board-room-facts" rows=${facts} />
    <${Actions} room=${room} />
    <${Fold} title=${t('Message, move, replace')}><div class="board-forms">
      <${NoticeForm} id=${`notice-${room.id}`} label=${t('Notice to {room}', { room: room.name })} rooms=${[room.id]} />
      ${others.length > 0 && room.people.length > 0 && html`<${WhoWhere} id=${`move-${room.id}`} people=${room.people} rooms=${others} label=${t('Move')} press=${(values) => t('Move {name}', values)} words=${(each) => ROLE_WORDS[each.role] ?? each.role} onGo=${(person, to) => move(room, person, to)} />`}
      ${room.may.includes('actor:replace') && html`<${ReplaceForm} room=${room} />`}
    </div><//>`;
}

async function move(room, person, to) {
  const { name } = room.people.find((each) => each.person === person);
  const answer = await act('person:move', { person, from: room.id, to });
  if (answer.ok) announce(t('{name} goes to {room}.', { name, room: view.value.rooms.find((each) => each.id === to).name }));
}

/** Always the same buttons in the same places, so that the focus stays where it was. */
function Actions({ room }) {
  const rooms = [room.id];
  const named = { room: room.name };
  return html`<div class="actions"><a class="button" href=${`/rooms/${room.id}`}>${rich(t('Visit<hidden> {room}</hidden>'), named)}</a>
    ${room.may.includes('round:start') && html`<${Button} icon="play" action="round:start" fields=${{ room: room.id }}>${rich(room.round ? t('Start the next round<hidden> in {room}</hidden>') : t('Start the round<hidden> in {room}</hidden>'), named)}<//>`}
    ${room.may.includes('clock:extend') && html`<${Button} icon="clock" action="clock:extend" fields=${{ rooms, seconds: 120 }}>${rich(t('+2 min<hidden> in {room}</hidden>'), named)}<//>`}
    <${Button} key="close" icon=${room.closes_at ? 'check' : 'clock'} action=${room.closes_at ? 'room:keep' : 'room:close'} fields=${room.closes_at ? { rooms } : { rooms, in_s: 60 }}>${rich(room.closes_at ? t('Keep open<hidden> ({room})</hidden>') : t('Close in 60 s<hidden> ({room})</hidden>'), named)}<//></div>`;
}

function ReplaceForm({ room }) {
  const [part, setPart] = useState('');
  const [by, setBy] = useState('');
  const playing = parts(room);
  const able = understudies(view.value, room);
  if (!playing.length || !able.length) return html`<p class="hint">${playing.length ? t('There is nobody who could take a part over.') : t('No actor has a place here. Place or move one.')}</p>`;
  const chosen = playing.some(([value]) => value === part) ? part : playing[0][0];
  const other = able.some(([person, , may]) => person === by && may) ? by : able.find(([, , may]) => may)?.[0];
  async function go() {
    const [kind, id] = chosen.split(':');
    const answer = await act('actor:replace', { room: room.id, [kind]: id, by: other });
    if (answer.ok) announce(t('{name} plays in {room}.', { name: able.find(([person]) => person === other)?.[1], room: room.name }));
  }
  return html`<div class="board-form"><div class="field"><label for=${`part-${room.id}`}>${t('Replace')}</label>
      <select id=${`part-${room.id}`} value=${chosen} onChange=${(event) => setPart(event.target.value)}>${playing.map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`)}</select></div>
    <div class="field"><label for=${`by-${room.id}`}>${t('By')}</label>
      <select id=${`by-${room.id}`} value=${other} onChange=${(event) => setBy(event.target.value)}>${able.map(([person, words, may]) => html`<option key=${person} value=${person} disabled=${!may}>${words}</option>`)}</select></div>
    <${Button} onPress=${go}>${t('Replace in {room}', { room: room.name })}<//></div>`;
}

function Table({ rooms }) {
  const all = organises.value;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('Rooms as a table')} data-rooms><table class="board-table">
    <thead><tr><th scope="col">${t('Room')}</th><th scope="col">${t('Phase')}</th>${all && html`<th scope="col">${t('Round')}</th>`}<th scope="col">${t('Here')}</th>${all && html`<th scope="col">${t('Forms in')}</th>`}<th scope="col">${t('Help')}</th>${all && html`<th scope="col">${t('Do')}</th>`}</tr></thead>
    <tbody>${rooms.map((room) => html`<tr key=${room.id} data-room=${room.name} data-asking=${room.help.length > 0 ? 'yes' : 'no'}><th scope="row">${room.name}</th>
      <td><${Phase} room=${room} /> <${Clock} room=${room} /><br /><${Closing} room=${room} /></td>
      ${all && html`<td>${room.round ? t('{n} of {all}, {learner}', { n: room.round.number, all: room.round.of, learner: learnerOf(room.round) }) : html`<span class="hint">${t('None yet')}</span>`}</td>`}
      <td>${outOf(room.here, room.of)}</td>
      ${all && html`<td>${room.forms ? outOf(room.forms.submitted, room.forms.raters) : ''}</td>`}
      <td>${room.help.map((each) => each.name).join(', ')}</td>
      ${all && html`<td><${Actions} room=${room} /></td>`}</tr>`)}</tbody></table></div>`;
}
