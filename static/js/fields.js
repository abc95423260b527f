// Boxes that save themselves. A field lives as long as the page, so leaving a panel loses nothing.

import { signal } from '../vendor/signals.js';
import { draft } from './drafts.js';
import { Autosave, unsentState } from './saving.js';
import { line } from './store.js';
import { html, Saving } from './ui.js';

/** @type {Map<string, {local: any, saving: any, autosave: Autosave}>} */
const fields = new Map();

/**
 * @param {string} key unique in the room, with the round in it
 * @param {(value: any) => Promise<any>} save
 */
export function field(key, save) {
  if (!fields.has(key)) fields.set(key, makeField(key, save));
  return fields.get(key);
}

function makeField(key, save) {
  const local = signal(undefined);
  const saving = signal({ state: 'clean' });
  const changed = (value, how) => {
    // Once saved, the server's own value is the one to show: another window may change it.
    local.value = how.state === 'saved' ? undefined : value;
    saving.value = how;
  };
  return { local, saving, autosave: new Autosave({ save, draft: draft(key), changed }) };
}

/** What to say of a field: an unsent one is honest about the line. @returns {{state: string, at?: any}} */
export function savingOf({ saving, autosave }, savedAt = null) {
  const now = saving.value;
  if (['typing', 'sending'].includes(now.state) && !line.value.up) {
    return { state: unsentState({ connected: false, kept: autosave.kept }) };
  }
  return now.state === 'clean' && savedAt ? { state: 'saved', at: savedAt } : now;
}

/**
 * A text box that saves itself.
 * @param {{name: string, label: string, hint?: string, value: string, save: (text: string) => Promise<any>, savedAt?: any, max?: number, rows?: number}} props
 */
export function TextField({ name, label, hint, value, save, savedAt, max = 500, rows = 3, extra }) {
  const box = field(name, save);
  const id = `field-${name.replace(/[^\w-]/g, '-')}`;
  const shown = box.local.value ?? value ?? '';
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    <textarea id=${id} rows=${rows} maxlength=${max} value=${shown} aria-describedby=${hint ? `${id}-hint ${id}-saving` : `${id}-saving`}
      onInput=${(event) => box.autosave.change(event.target.value)} onBlur=${() => box.autosave.flush()}></textarea>
    <${Saving} id=${`${id}-saving`} saving=${savingOf(box, savedAt)} onAgain=${() => box.autosave.flush()} />
    ${extra}
  </div>`;
}

/** Sends what is still waiting for quiet. @returns {Promise<void>} once nothing is on its way, or eight seconds have gone */
export async function allSaved() {
  const until = Date.now() + 8_000;
  const boxes = [...fields.values()].map((each) => each.autosave);
  boxes.forEach((box) => box.flush());
  while (boxes.some((box) => box.sending) && Date.now() < until) await new Promise((done) => { setTimeout(done, 50); });
}
