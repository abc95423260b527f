// The lobby, the same for every seat: who is here, where to talk, what will happen and when, how people treat each other.

import { ExtraTime } from './extra-time.js';
import { clockNow, mine, myId, seat, view } from './store.js';
import { hourMinute } from './saving.js';
import { Talk } from './talk.js';
import { t } from './translated.js';
import { Facts, Fold, html, List } from './ui.js';

const RULES = [
  t('What is said here stays here.'),
  t('This is practice: everyone is trying something out.'),
  t('Watch what is done and said, not who does it. Offer, do not prescribe.'),
  t('Anyone may stop. The stop word stops everything, and no one asks why.'),
];
const ROUND = [
  [t('Briefing'), t('Read the case. The learner writes one goal, the others choose what to watch.')],
  [t('Encounter'), t('Learner and patient talk. Anyone in it may stop the clock, and play a moment again.')],
  [t('Notes'), t('A few quiet minutes to write. Nobody sees yours before you submit.')],
  [t('Debrief'), t('The learner speaks first, then observers, patient and coach.')],
  [t('Close'), t('One next step. The actor steps out of role.')],
];

export function Lobby() {
  return html`<${Here} /><${Talk} />
    <${Facts} kind="columns" rows=${[[t('When'), when()], [t('Your part'), part()], [t('Rounds'), rounds()]]} />
    <${Fold} title=${t('How a round goes')}><${Facts} rows=${ROUND} /><//>
    ${seat.value !== 'coach' && html`<${Fold} title=${t('Ground rules')} open=${seat.value === 'observer'}><${List} items=${RULES} /><//>`}
    ${seat.value === 'coach' && html`<${Fold} title=${t('Ground rules, to say aloud')}><${List} items=${RULES} /><//>`}
    <${ExtraTime} />`;
}

function Here() {
  const { seats } = view.value;
  const missing = seats.filter((each) => !each.present && each.person !== myId()).map((each) => each.name);
  if (!missing.length) return html`<p class="here"><strong>${seats.some((each) => each.person !== myId()) ? t('Everyone is here.') : t('Nobody else has a place in this room yet.')}</strong></p>`;
  return html`<p class="here"><strong>${t('{n} of {all} are here.', { n: seats.length - missing.length, all: seats.length })}</strong> ${t('Still to come: {names}.', { names: missing.join(', ') })}</p>`;
}

function when() {
  const { starts_at: from, ends_at: to } = view.value.room.session;
  const now = clockNow.value;
  const minutes = Math.ceil((Date.parse(from) - now) / 60_000);
  const span = { from: hourMinute(from), to: hourMinute(to) };
  if (minutes > 90 || now > Date.parse(to)) return t('{from} to {to} by your clock', span);
  if (minutes > 0) return t('{from} to {to} by your clock. It begins in {minutes} min.', { ...span, minutes });
  return seat.value === 'coach' ? t('{from} to {to} by your clock. It begins when you start the round.', span) : t('{from} to {to} by your clock. It begins when your coach starts the round.', span);
}

function rounds() {
  const { programme = [], rotation } = view.value;
  if (!programme.length) return rotation.length > 0 && t('{n}, one for each learner', { n: rotation.length });
  return html`<ol class="plain-list">${programme.map((each) => html`<li key=${each.number}>${t('about {time}', { time: hourMinute(each.starts_at) })}</li>`)}</ol>`;
}

/** By one's place in the order, from the first. */
const IN_CHAIR = [
  t('You are first in the chair.'),
  t('You are second in the chair. Until then you observe.'),
  t('You are third in the chair. Until then you observe.'),
  t('You are fourth in the chair. Until then you observe.'),
  t('You are fifth in the chair. Until then you observe.'),
  t('You are sixth in the chair. Until then you observe.'),
  t('You are seventh in the chair. Until then you observe.'),
  t('You are eighth in the chair. Until then you observe.'),
];

/** When I am in the chair, or play: as planned, else as the order has it. Of the case it tells nothing. */
function part() {
  const { programme = [], rotation } = view.value;
  const at = (number) => programme.find((each) => each.number === number)?.starts_at;
  const turns = mine.value.turns ?? [];
  if (turns.length) return turns.map((each) => turnWords(each, at(each.number))).join(' ');
  if (seat.value === 'organiser') return null;
  const place = rotation.findIndex((each) => each.person === myId());
  if (place >= 0) return IN_CHAIR[place] ?? t('You observe, until it is your turn in the chair.');
  return { patient: t('You play the patient.'), coach: t('You lead the rounds, and coach.') }[seat.value] ?? t('You observe.');
}

function turnWords({ number, seat: as }, at) {
  const time = hourMinute(at);
  return as === 'learner' ? t('In the chair in round {number}, at about {time}.', { number, time }) : t('You play in round {number}, at about {time}.', { number, time });
}
