// The debrief: whose turn it is, and what the turns have opened so far.

import { Felt } from './feeling.js';
import { html } from './html.js';
import { Goal } from './brief.js';
import { Scorecard } from './rubric.js';
import { mine, seat, view } from './store.js';
import { Timeline } from './timeline.js';
import { Fold, Icon, SeatBadge } from './ui.js';
import { TURNS, TURN_SEAT, TURN_WORDS } from './words.js';

const SAY = {
  learner: 'Your turn. What went well? Where was it hard?',
  observer: 'Your turn. One thing to keep, then one to try. Quote the words you caught.',
  patient: 'Your turn, as yourself. “When you …, I felt …”. One or two points.',
  coach: 'Your turn. One point, then ask for the take-home.',
};

export function Debrief() {
  const { turn, observations, released } = view.value;
  const mineNow = TURN_SEAT[turn] === seat.value;
  return html`
    <${Turns} turn=${turn} />
    ${mineNow && html`<p class="callout turn-now"><strong>${SAY[seat.value]}</strong></p>`}
    <${Goal} />
    <${Felt} />
    ${seat.value === 'coach' && html`<${Opened} notes=${observations ?? []} cards=${mine.value.scorecards ?? []} />`}
    ${released && html`<${Opened} notes=${released.observations ?? []} cards=${released.scorecards ?? []} />`}
    <${OwnCard} />`;
}

function Turns({ turn }) {
  const now = TURNS.indexOf(turn);
  return html`<ol class="turns" aria-label="Who speaks">${TURNS.map((each, index) => html`<li key=${each} aria-current=${each === turn ? 'step' : null} data-done=${index < now ? 'yes' : 'no'}>
    <${SeatBadge} seat=${TURN_SEAT[each]} /><span class="hint">${index < now ? html`<${Icon} name="check" /> has spoken` : index === now ? 'speaks now' : 'to come'}</span></li>`)}</ol>`;
}

/** What others gave, as far as it is open: by whoever gave it. */
export function Opened({ notes, cards }) {
  const { rubric } = view.value;
  if (!notes.length && !cards.length) return html`<p class="empty">Nothing has been opened yet. It opens turn by turn, as each speaks.</p>`;
  return html`
    ${cards.map((card) => html`<${Fold} key=${card.rater} open=${true} title=${html`${card.name} <${SeatBadge} seat=${card.seat} />`}><${Scorecard} entries=${card.entries} rubric=${rubric} fold=${true} /><//>`)}
    ${notes.length > 0 && html`<h3>What was noticed</h3><${Timeline} notes=${notes} names=${true} />`}`;
}

function OwnCard() {
  const entries = mine.value.scorecard?.entries;
  if (!entries || !Object.keys(entries).length) return null;
  return html`<${Fold} title="What I wrote"><${Scorecard} entries=${entries} rubric=${view.value.rubric} /><//>`;
}

/** @returns {string} for the strip's line */
export function turnWords() {
  return view.value.turn ? `Now speaking: ${TURN_WORDS[view.value.turn]}` : '';
}
