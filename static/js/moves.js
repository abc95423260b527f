// Small moves several seats share: stopping the clock, ending the encounter, more time to write.

import { remaining } from './clock.js';
import { clockNow, forWelfare, may, mine, view } from './store.js';
import { t } from './translated.js';
import { Button, ConfirmButton, html } from './ui.js';
import { REASONS } from './words.js';

/** @param {{reasons: string[], primary?: boolean}} props */
export function TimeOutButtons({ reasons, primary = false }) {
  if (!may('timeout:call')) return null;
  return html`<div class="stop" role="group" aria-label=${t('Stop the clock')}>
    <${Button} kind=${primary ? 'primary' : ''} icon="pause" action="timeout:call" fields=${{}}>${t('Time-out')}<//>
    <${Reasons} reasons=${reasons} />
  </div>`;
}

/** What a time-out is for; asked aloud, nothing to write. */
export function Questions() {
  return !forWelfare() && html`<div class="questions"><p>${t('What is hard just now?')}</p><p>${t('Where do you want to get to?')}</p></div>`;
}

/** One press each: the reason is told with the stop. @param {{reasons: string[]}} props */
export function Reasons({ reasons }) {
  return reasons.length > 0 && html`<div class="chips" role="group" aria-label=${t('Time-out with a reason')}>
    ${reasons.map((reason) => html`<${Button} kind="chip" action="timeout:call" fields=${{ reason }}>${REASONS[reason]}<//>`)}</div>`;
}

/** @param {{reason: 'time' | 'done' | 'welfare'}} props */
export function EndEncounter({ reason, children = t('End the encounter') }) {
  return html`<${ConfirmButton} question=${t('End the encounter and go on to notes?')} yes=${t('Yes, end it')}
    action="encounter:end" fields=${{ reason }}>${children}<//>`;
}

const WARN_S = 40;

export function MoreTime() {
  const { phase, clock } = view.value;
  if (phase !== 'notes' || !clock?.running) return null;
  const left = remaining(clock, clockNow.value);
  if (left > WARN_S) return null;
  return html`<div class="callout" key="more"><p>${left > 0 ? t('The time for notes is nearly over. Nothing locks: you may finish your sentence.') : t('The time for notes is over. Nothing locks: you may finish your sentence.')}</p>
    ${may('clock:extend') ? html`<${Button} icon="clock" action="clock:extend" fields=${{ seconds: 120 }}>${t('Two minutes more')}<//>`
    : may('help:ask') && !mine.value.help && html`<${Button} icon="clock" action="help:ask" fields=${{ text: t('A little more time for notes, please.') }}>${t('Ask for more time')}<//>`}</div>`;
}
