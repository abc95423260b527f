// My panel for the coach: the same catching as an observer, with card, script and guide beside it.

import { Brief, Goal } from './brief.js';
import { Capture, Rubric } from './capture.js';
import { BeatCard, Disclosures, Script } from './card.js';
import { FeelingNow } from './feeling.js';
import { NoteBefore, NoteToday } from './handover.js';
import { Questions } from './moves.js';
import { Submit } from './rubric.js';
import { may, view } from './store.js';
import { Timeline } from './timeline.js';
import { t } from './translated.js';
import { Facts, Fold, html, List } from './ui.js';

export { Controls } from './controls.js';
export { Door, Knock as Top } from './guests.js';

/** In each phase the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: [t('Welcome your group'), t('When everyone is here, start the round.')],
  briefing: [t('Before you begin'), t('When everyone is ready, begin the encounter.')],
  encounter: [t('Watch and catch'), t('Stop at a stuck point, a strong emotion or a success.')],
  time_out: [t('Time-out'), t('Ask these two aloud. Then resume, or rewind and play it again.')],
  welfare: [t('Time-out'), t('See to the actor first, and ask for no reason. Go on only if they want to.')],
  notes: [t('Finish your notes'), t('Finish and submit yours. Open the debrief when the others have.')],
  debrief: [t('Debrief'), t('Pass the turn when each has spoken. The learner always goes first.')],
  close: [t('Close the round'), t('Thank everyone, then start the next round.')],
};

export function Panel() {
  const { phase } = view.value;
  const playing = ['encounter', 'time_out'].includes(phase);
  const catching = may('observation:add');
  return html`
    ${phase === 'lobby' && html`<${NoteBefore} /><${RoomChecklist} />`}
    ${phase === 'briefing' && html`<${Goal} /><${Brief} open=${true} />`}
    ${phase === 'time_out' && html`<${Questions} /><${Fold} title=${t('When to stop, and what to suggest')}><${AtAStop} /><//>`}
    ${playing && html`<${Goal} />`}
    ${catching && html`<${Capture} key="capture" />`}
    ${playing && html`<${Fold} title=${t('The card: what the patient plays from')} open=${true} key="card"><${BeatCard} /><${FeelingNow} /><${Disclosures} /><//>`}
    ${catching && html`<${Rubric} key="rubric" />`}
    ${phase === 'notes' && html`<${Submit} />`}
    ${['encounter', 'time_out', 'notes'].includes(phase) && html`<${Everyone} key="everyone" />`}
    ${phase !== 'close' && html`<${Guide} key="guide" open=${phase === 'briefing'} /><${Script} folded=${true} key="script" />`}
    ${phase === 'close' && html`<${NoteToday} key="handover" />`}
    ${playing && html`<${Brief} />`}`;
}

function RoomChecklist() {
  return html`<h3>${t('Before you start')}</h3><ul class="plain-list">
    <li>${t('Everyone is here, and can see and hear the others.')}</li>
    <li>${t('Say it aloud: what is said here stays here; this is practice; anyone may stop.')}</li>
    <li>${t('The actor knows the case and its warnings, and has agreed to it.')}</li>
    <li>${t('The learner knows they can stop the clock at any time.')}</li></ul>`;
}

function Everyone() {
  const notes = view.value.observations ?? [];
  return html`<${Fold} title=${t('Everyone’s notes ({n})', { n: notes.length })}>
    ${notes.length === 0 ? html`<p class="empty">${t('Nothing noted yet. What observers catch appears here as they catch it.')}</p>` : html`<${Timeline} notes=${notes} names=${true} />`}<//>`;
}

/** Of the guide, what helps while the clock stands. */
function AtAStop() {
  const { guide } = view.value;
  return guide && html`<${Facts} rows=${[[t('When to stop the clock'), guide.timeout_cues], [t('Words to suggest'), guide.wording]].filter(([, items]) => items?.length).map(([name, items]) => [name, html`<${List} items=${items} />`])} />`;
}

/** @param {{open?: boolean}} props */
export function Guide({ open = false }) {
  const { guide } = view.value;
  if (!guide) return null;
  const rows = [
    [t('When to stop the clock'), guide.timeout_cues], [t('Teaching points'), guide.teaching_points], [t('Pitfalls'), guide.pitfalls],
    [t('Words to suggest'), guide.wording], [t('Debrief questions'), guide.debrief_questions], [t('For rating'), guide.calibration],
  ].filter(([, items]) => items?.length);
  return html`<${Fold} title=${t('The guide')} open=${open}><${Facts} rows=${rows.map(([name, items]) => [name, html`<${List} items=${items} />`])} /><//>`;
}
