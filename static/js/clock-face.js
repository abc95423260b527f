// The encounter's clock as it is shown. It is silent, and can be hidden.

import { clockWords } from './clock.js';
import { clockNow, narrow, view } from './store.js';
import { html, Icon } from './ui.js';

/** @param {{hidden: boolean, onHide: () => void}} props */
export function ClockFace({ hidden, onHide }) {
  const { clock } = view.value;
  if (!clock) return null;
  return html`<div class="clock">
    ${!hidden && html`<span class="clock-time" role="timer" aria-live="off">${clockWords(clock, clockNow.value)}</span>`}
    <button type="button" class="button quiet" onClick=${onHide}><${Icon} name=${hidden ? 'eye' : 'eye-off'} /><span>${hidden ? 'Show' : 'Hide'}<span class=${narrow.value && !hidden ? 'visually-hidden' : ''}> clock</span></span></button>
  </div>`;
}
