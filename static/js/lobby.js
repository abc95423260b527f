// The lobby, the same for every seat: who is here, where to talk, what will happen and when, how people treat each other.

import { ExtraTime } from './extra-time.js';
import { clockNow, mine, myId, seat, view } from './store.js';
import { hourMinute } from './saving.js';
import { Talk } from './talk.js';
import { Facts, Fold, html, List } from './ui.js';

const RULES = [
  'What is said here stays here.',
  'This is practice: everyone is trying something out.',
  'Watch what is done and said, not who does it. Offer, do not prescribe.',
  'Anyone may stop. The stop word stops everything, and no one asks why.',
];
const ROUND = [
  ['Briefing', 'Read the case. The learner writes one goal, the others choose what to watch.'],
  ['Encounter', 'Learner and patient talk. Anyone in it may stop the clock, and play a moment again.'],
  ['Notes', 'A few quiet minutes to write. Nobody sees yours before you submit.'],
  ['Debrief', 'The learner speaks first, then observers, patient and coach.'],
  ['Close', 'One next step. The actor steps out of role.'],
];

export function Lobby() {
  return html`<${Here} /><${Talk} />
    <${Facts} kind="columns" rows=${[['When', when()], ['Your part', part()], ['Rounds', rounds()]]} />
    <${Fold} title="How a round goes"><${Facts} rows=${ROUND} /><//>
    ${seat.value !== 'coach' && html`<${Fold} title="Ground rules" open=${seat.value === 'observer'}><${List} items=${RULES} /><//>`}
    ${seat.value === 'coach' && html`<${Fold} title="Ground rules, to say aloud"><${List} items=${RULES} /><//>`}
    <${ExtraTime} />`;
}

function Here() {
  const { seats } = view.value;
  const missing = seats.filter((each) => !each.present && each.person !== myId()).map((each) => each.name);
  if (!missing.length) return html`<p class="here"><strong>Everyone is here.</strong></p>`;
  return html`<p class="here"><strong>${seats.length - missing.length} of ${seats.length} are here.</strong> Still to come: ${missing.join(', ')}.</p>`;
}

function when() {
  const { starts_at: from, ends_at: to } = view.value.room.session;
  const now = clockNow.value;
  const minutes = Math.ceil((Date.parse(from) - now) / 60_000);
  const span = `${hourMinute(from)} to ${hourMinute(to)} by your clock`;
  if (minutes > 90 || now > Date.parse(to)) return span;
  return minutes > 0 ? `${span}. It begins in ${minutes} min.` : `${span}. It begins when your coach starts the round.`;
}

function rounds() {
  const { programme = [], rotation } = view.value;
  if (!programme.length) return rotation.length > 0 && `${rotation.length}, one for each learner`;
  return html`<ol class="plain-list">${programme.map((each) => html`<li key=${each.number}>about ${hourMinute(each.starts_at)}</li>`)}</ol>`;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

/** When I am in the chair, or play: as planned, else as the order has it. Of the case it tells nothing. */
function part() {
  const { programme = [], rotation } = view.value;
  const at = (number) => programme.find((each) => each.number === number)?.starts_at;
  const turns = mine.value.turns ?? [];
  if (turns.length) return turns.map((each) => turnWords(each, at(each.number))).join(' ');
  if (seat.value === 'organiser') return null;
  const place = rotation.findIndex((each) => each.person === myId());
  if (place === 0) return 'You are first in the chair.';
  if (place > 0) return ORDINALS[place] ? `You are ${ORDINALS[place]} in the chair. Until then you observe.` : 'You observe, until it is your turn in the chair.';
  return { patient: 'You play the patient.', coach: 'You lead the rounds, and coach.' }[seat.value] ?? 'You observe.';
}

function turnWords({ number, seat: as }, at) {
  const time = hourMinute(at);
  return as === 'learner' ? `In the chair in round ${number}, at about ${time}.` : `You play in round ${number}, at about ${time}.`;
}
