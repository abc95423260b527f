// Stopping the clock and ending the encounter. One press stops; the reason is an extra, not a form.

import { html } from './html.js';
import { may } from './store.js';
import { Button, ConfirmButton } from './ui.js';
import { REASONS } from './words.js';

/** @param {{reasons: string[], primary?: boolean}} props */
export function TimeOutButtons({ reasons, primary = false }) {
  if (!may('timeout:call')) return null;
  return html`<div class="stop" role="group" aria-label="Stop the clock">
    <${Button} kind=${primary ? 'primary' : ''} icon="pause" action="timeout:call" fields=${{}}>Time-out<//>
    <${Reasons} reasons=${reasons} />
  </div>`;
}

/** One press each: the reason is told with the stop. @param {{reasons: string[]}} props */
export function Reasons({ reasons }) {
  return reasons.length > 0 && html`<div class="chips" role="group" aria-label="Time-out with a reason">
    ${reasons.map((reason) => html`<${Button} kind="chip" action="timeout:call" fields=${{ reason }}>${REASONS[reason]}<//>`)}</div>`;
}

/** @param {{reason: 'time' | 'done' | 'welfare'}} props */
export function EndEncounter({ reason, children = 'End the encounter' }) {
  return html`<${ConfirmButton} question="End the encounter and go on to notes?" yes="Yes, end it"
    action="encounter:end" fields=${{ reason }}>${children}<//>`;
}

/** The actor's own stop: no reason to give, no question asked. */
export function WelfareStop() {
  if (!may('timeout:call')) return null;
  return html`<${Button} kind="danger" icon="pause" action="timeout:call" fields=${{ reason: 'welfare' }}>Stop for my welfare<//>`;
}
