// The encounter's clock as it is shown. It is silent, and can be hidden.

import { clockWords } from './clock.js';
import { clockNow, narrow, view } from './store.js';
import { t } from './translated.js';
import { html, Icon } from './ui.js';

/** @param {{hidden: boolean, onHide: () => void}} props */
export function ClockFace({ hidden, onHide }) {
  const { clock } = view.value;
  if (!clock) return null;
  const all = hidden ? t('Show clock') : t('Hide clock');
  return html`<div class="clock">
    ${!hidden && html`<span class="clock-time" role="timer" aria-live="off">${clockWords(clock, clockNow.value)}</span>`}
    <button type="button" class="button quiet" aria-label=${all} onClick=${onHide}><${Icon} name=${hidden ? 'eye' : 'eye-off'} /><span>${narrow.value && !hidden ? t('Hide') : all}</span></button>
  </div>`;
}
