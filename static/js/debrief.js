// The debrief, turn by turn; then the close: next step, report, a reflection for whoever likes.

import { Goal } from './brief.js';
import { field, savingOf, TextField } from './fields.js';
import { Scorecard, Submit } from './rubric.js';
import { act, may, mine, seat, view } from './store.js';
import { Timeline } from './timeline.js';
import { t } from './translated.js';
import { Fold, html, Icon, later, Saving, SeatBadge } from './ui.js';
import { TURN_SEAT, TURNS } from './words.js';

const SAY = {
  learner: t('Your turn. What went well? Where was it hard?'),
  observer: t('Your turn. One thing to keep, then one to try. Quote the words you caught.'),
  patient: t('Your turn, as yourself. “When you …, I felt …”. One or two points.'),
  coach: t('Your turn. One point, then ask for the take-home.'),
};

/** What each turn opens, to whom anything is opened; in the learner's words and in the others'. */
const OPENED = {
  learner: [t('Open now: your own rating. Next come the observers.'), t('Open now: the learner’s own rating. Next come the observers.')],
  observers: [t('Open now: what the observers caught and wrote. Next comes the patient.'), t('Open now: what the observers caught. Next comes the patient.')],
  patient: [t('Open now: the patient’s words, and how heard they felt. Next comes your coach.'), t('Open now: how heard the patient felt. Next comes the coach.')],
  coach: [t('Everything is open now: your coach’s notes came last.'), t('Everything is open now: the coach’s notes came last.')],
};

/** Where the course lets nothing open in the debrief: when it does. */
const LATER = {
  close: t('What was written opens when the round is closed. Until then, say it aloud.'),
  hand: t('What was written opens when the coach has looked it through and releases it. Until then, say it aloud.'),
};

const Story = later(() => import('./story.js'), 'Story');

/** All that this seat may read of what was noticed, its own included. @returns {any[]} */
function noticed() {
  const { observations, released } = view.value;
  const all = [...(observations ?? released?.observations ?? []), ...(mine.value.observations ?? [])];
  return [...new Map(all.map((each) => [each.id, each])).values()];
}

export function Debrief() {
  const { turn, observations, released } = view.value;
  const mineNow = TURN_SEAT[turn] === seat.value;
  return html`
    <${Turns} turn=${turn} />
    ${mineNow && html`<p class="callout turn-now"><strong>${SAY[seat.value]}</strong></p>`}
    ${released && html`<p class="opens">${OPENED[turn][seat.value === 'learner' ? 0 : 1]}</p>`}
    ${LATER[view.value.release] && html`<p class="opens">${LATER[view.value.release]}</p>`}
    <${Goal} />
    <${Story} notes=${noticed()} />
    ${seat.value === 'coach' && html`<${Opened} notes=${observations ?? []} cards=${mine.value.scorecards ?? []} />`}
    ${released && html`<${Opened} notes=${released.observations ?? []} cards=${released.scorecards ?? []} />`}
    <${OwnCard} /><${Submit} />
    ${seat.value === 'coach' && html`<${ReportLink} />`}`;
}

/** The coach reads it before the learner does, and can hold a comment back there. Their next step is the next round,
    unless the report waits for them. */
function ReportLink() {
  const { report_url } = mine.value;
  const next = view.value.phase === 'close' && (seat.value === 'learner' || view.value.release === 'hand');
  if (report_url) return html`<p><a class=${`button${next ? ' primary' : ''}`} href=${report_url}><${Icon} name="link" /><span>${seat.value === 'learner' ? t('Open my report') : t('Look through the report')}</span></a></p>
    ${seat.value === 'coach' && view.value.release === 'hand' && html`<p class="hint">${t('The learner gets it once you release it there.')}</p>`}`;
  return seat.value === 'learner' && view.value.release === 'hand' && html`<p class="hint">${t('Your report is there once your coach has looked it through and releases it. Your home page will say so.')}</p>`;
}

function Turns({ turn }) {
  const now = TURNS.indexOf(turn);
  return html`<ol class="turns" aria-label=${t('Who speaks')}>${TURNS.map((each, index) => html`<li key=${each} aria-current=${each === turn ? 'step' : null} data-done=${index < now ? 'yes' : 'no'}>
    <${SeatBadge} seat=${TURN_SEAT[each]} /><span class="hint">${index < now ? html`<${Icon} name="check" /> ${t('has spoken')}` : index === now ? t('speaks now') : view.value.release === 'turn' ? t('sealed until their turn') : t('speaks later')}</span></li>`)}</ol>`;
}

/** What others gave, as far as it is open: by whoever gave it. */
export function Opened({ notes, cards }) {
  const { rubric } = view.value;
  if (!notes.length && !cards.length) return html`<p class="empty">${seat.value === 'coach' ? t('The others’ scorecards open to you once you have submitted yours.') : t('Nothing has been opened yet. It opens turn by turn, as each speaks.')}</p>`;
  return html`
    ${latestFirst(cards).map((card) => html`<${Card} key=${card.rater} card=${card} rubric=${rubric} />`)}
    ${notes.length > 0 && html`<h3>${t('What was noticed')}</h3><${Timeline} notes=${notes} names=${true} jump=${Boolean(view.value.encounter_s)} />`}`;
}

/** Open where there are words to talk about; numbers alone stay folded. */
function Card({ card, rubric }) {
  const words = Object.values(card.entries).some((each) => each.text);
  return html`<${Fold} open=${words} title=${html`${card.name} <${SeatBadge} seat=${card.seat} />${!words && html` <span class="hint">${t('ratings only')}</span>`}`}><${Scorecard} entries=${card.entries} rubric=${rubric} fold=${words} />${card.held?.length > 0 && html`<p class="hint">${t('Some of this is held back from the learner.')}</p>`}<//>`;
}

/** Whoever speaks now is on top. */
function latestFirst(cards) {
  const turn = (card) => TURNS.findIndex((each) => TURN_SEAT[each] === card.seat);
  return [...cards].sort((a, b) => turn(b) - turn(a));
}

function OwnCard() {
  const entries = mine.value.scorecard?.entries;
  if (!entries || !Object.keys(entries).length) return null;
  return html`<${Fold} title=${t('What I wrote')}><${Scorecard} entries=${entries} rubric=${view.value.rubric} /><//>`;
}

export function Close() {
  const { released, observations } = view.value;
  const notes = released?.observations ?? (seat.value === 'coach' ? observations ?? [] : []);
  const cards = released?.scorecards ?? mine.value.scorecards ?? [];
  return html`
    ${may('nextstep:set') && html`<${NextStep} />`}
    <${ReportLink} />
    ${mine.value.shared_reflections?.length > 0 && html`<h3>${t('Shared with you')}</h3>${mine.value.shared_reflections.map((each) => html`<div class="written" key=${each.person}><h4>${each.name}</h4><p>${each.text}</p></div>`)}`}
    ${reflectsHere() && html`<${Reflection} />`}
    ${seat.value === 'coach' && html`<p class="hint">${t('Does someone need more? Ask for help, and the organiser is told.')}</p>`}
    ${(notes.length > 0 || cards.length > 0) && html`<${Fold} title=${t('What was opened in the debrief')}><${Story} notes=${noticed()} /><${Opened} notes=${notes} cards=${cards} /><//>`}`;
}

function NextStep() {
  return html`<${TextField} key="next" name=${`${view.value.round.id}:nextstep`} label=${t('One thing I will try next time')} rows=${3}
    hint=${t('In your own words. It goes to the top of your report.')} value=${mine.value.next_step} save=${saveNextStep} />`;
}

async function saveNextStep(text, over) {
  const answer = await act('nextstep:set', { text, over }, { quiet: true });
  if (answer.ok) mine.value = { ...mine.value, next_step: text };
  return answer;
}

/** An observer has nothing else to do at the close; for others it waits among their notes. */
export const reflectsHere = () => seat.value === 'observer';

/** Mine alone, unless I say otherwise. */
export function Reflection() {
  if (!may('reflection:save')) return null;
  const name = `${view.value.round.id}:reflection`;
  const box = field(name, saveReflection);
  const now = box.local.value ?? mine.value.reflection ?? { text: '', shared: false };
  return html`<h3>${t('Reflection')}</h3><${ReflectionBox} box=${box} now=${now} />`;
}

function ReflectionBox({ box, now }) {
  const saving = savingOf(box);
  return html`<div class="field"><label for="reflection">${t('For yourself')}</label>
    <p class="hint" id="reflection-hint">${t('Only you read this, unless you share it with your coach. No real patients’ details.')}</p>
    <textarea id="reflection" rows="4" maxlength="4000" value=${now.text} aria-describedby="reflection-hint" onInput=${(event) => box.autosave.change({ ...now, text: event.target.value })} onBlur=${() => box.autosave.flush()}></textarea>
    ${seat.value !== 'coach' && html`<label class="check"><input type="checkbox" checked=${now.shared} onChange=${(event) => box.autosave.change({ ...now, shared: event.target.checked }, 0)} /><span>${t('Share it with my coach')}</span></label>`}
    <${Saving} saving=${saving} onAgain=${() => box.autosave.flush()} /></div>`;
}

async function saveReflection({ text, shared }) {
  const answer = await act('reflection:save', { text, shared }, { quiet: true });
  if (answer.ok) mine.value = { ...mine.value, reflection: { text, shared } };
  return answer;
}
