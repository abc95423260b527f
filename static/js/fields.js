// Boxes that save themselves. A field lives as long as the page, so leaving a panel loses nothing.

import { signal } from '../vendor/preact.js';
import { draft } from './drafts.js';
import { Autosave, unsentState } from './saving.js';
import { refusal } from './outbox.js';
import { line } from './store.js';
import { t } from './translated.js';
import { Button, html, Saving } from './ui.js';

/** @type {Map<string, {local: any, saving: any, autosave: Autosave}>} */
const fields = new Map();

/**
 * @param {string} key unique in the room, with the round in it
 * @param {(value: any, over?: string) => Promise<any>} save `over` are the words it was written over, where they are known
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
  const kept = draft(key);
  const over = { text: kept.read()?.over };
  /** What another window has saved meanwhile, until the writer has chosen. */
  const other = signal(null);
  async function send(value) {
    if (other.peek() !== null) return refusal('stale', '');
    const answer = await save(value, over.text);
    if (over.text === undefined) return answer; // it watches over its words by itself, or not at all
    if (answer.ok) over.text = value;
    else if (answer.error.code === 'stale') other.value = answer.error.current?.text ?? null;
    return answer;
  }
  // A window that dies leaves with its words what they were written over.
  const withOver = { ...kept, write: (now) => kept.write({ ...now, over: over.text }) };
  return { local, saving, over, other, autosave: new Autosave({ save: send, draft: withOver, changed }) };
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
  const type = (event) => {
    if (box.local.value === undefined) box.over.text = value ?? '';
    box.autosave.change(event.target.value);
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    <textarea id=${id} rows=${rows} maxlength=${max} value=${shown} aria-describedby=${hint ? `${id}-hint ${id}-saving` : `${id}-saving`}
      onInput=${type} onBlur=${() => box.autosave.flush()}></textarea>
    <${Saving} id=${`${id}-saving`} saving=${savingOf(box, savedAt)} onAgain=${() => box.autosave.flush()} />
    ${box.other.value !== null && html`<${Both} box=${box} />`}
    ${extra}
  </div>`;
}

/** Both are seen, and the writer chooses. */
function Both({ box }) {
  const keep = () => {
    box.over.text = box.other.value;
    box.other.value = null;
    box.autosave.flush();
  };
  const take = () => {
    box.other.value = null;
    box.autosave.yield();
  };
  return html`<div class="callout warn" role="group" aria-label=${t('Changed meanwhile')}><p><strong>${t('You have changed this in another window.')}</strong> ${t('It now says:')}</p><blockquote>${box.other.value}</blockquote>
    <div class="actions"><${Button} onPress=${keep}>${t('Keep this one')}<//><${Button} onPress=${take}>${t('Take the other')}<//></div></div>`;
}

/** Sends what is still waiting for quiet. @returns {Promise<void>} once nothing is on its way, or eight seconds have gone */
export async function allSaved() {
  const until = Date.now() + 8_000;
  const boxes = [...fields.values()].map((each) => each.autosave);
  boxes.forEach((box) => box.flush());
  while (boxes.some((box) => box.sending) && Date.now() < until) await new Promise((done) => { setTimeout(done, 50); });
}
