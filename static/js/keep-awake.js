// A phone's screen stays on while a conversation runs, unless its owner would rather not. Silent where browsers can't.

import { effect, signal } from '../vendor/preact.js';
import { store } from './drafts.js';
import { view } from './store.js';
import { t } from './translated.js';
import { html } from './ui.js';

const able = 'wakeLock' in navigator;
const wanted = signal(store.read('screen-off') !== true);
const visible = signal(!document.hidden);
let held = null;
let asking = false;

/** From now on. */
export function keepAwake() {
  if (!able) return;
  document.addEventListener('visibilitychange', () => { visible.value = !document.hidden; });
  effect(() => { hold(wanted.value && visible.value && ['encounter', 'time_out'].includes(view.value.phase)); });
}

let meant = false;

/** @param {boolean} on browsers let go of it by themselves when the page is hidden, or the battery is low */
async function hold(on) {
  meant = on;
  if (!on) {
    held?.release().catch(() => {});
    held = null;
  }
  if (!on || asking || (held && !held.released)) return;
  asking = true;
  held = await navigator.wakeLock.request('screen').catch(() => null);
  asking = false;
  if (!meant) hold(false);
}

export function KeepAwake() {
  if (!able || view.value.kind) return null; // in start-up and reflection nobody plays
  const choose = (event) => {
    wanted.value = event.target.checked;
    store.write('screen-off', !wanted.value);
  };
  return html`<label class="check"><input type="checkbox" checked=${wanted.value} onChange=${choose} />
    <span>${t('Keep the screen on')}<span class="hint">${t('While a conversation runs, on this device.')}</span></span></label>`;
}
