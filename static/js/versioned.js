// A text box that saves itself with the revision its words were written over, so that nothing is overwritten unseen:
// when someone, or another window, was faster, the writer sees both and chooses.

import { signal } from '../vendor/preact.js';
import { field, savingOf } from './fields.js';
import { refusal } from './outbox.js';
import { t } from './translated.js';
import { Button, html, Saving } from './ui.js';

/** @typedef {{text: string, revision: number, saved_at?: string, name?: string}} Saved */

/** @type {Map<string, {conflict: any, acked: number}>} */
const known = new Map();

function stateOf(name) {
  if (!known.has(name)) known.set(name, { conflict: signal(null), acked: 0 });
  return known.get(name);
}

/** Something else than the words was saved with them: they were written over that revision too. */
export function acknowledge(name, revision) {
  const state = stateOf(name);
  state.acked = Math.max(state.acked, revision);
}

/**
 * @param {object} of
 * @param {string} of.name unique on the page
 * @param {() => Saved | null} of.saved what the server has, as far as this page knows
 * @param {(text: string, seen: number) => Promise<any>} of.send
 * @param {(saved: any) => void} of.lay put what the server has now into the page's view
 */
async function save({ name, saved, send, lay }, { text, seen }) {
  const state = stateOf(name);
  // Until the writer has chosen, leaving the box must not ask again.
  if (state.conflict.value) return refusal('stale', '');
  const answer = await send(text, Math.max(seen, state.acked));
  if (answer.ok) {
    state.acked = answer.revision;
    lay({ ...saved(), ...answer, text });
  } else if (answer.error.code === 'stale') return settleStale({ name, lay }, text, answer);
  return answer;
}

function settleStale({ name, lay }, text, answer) {
  const state = stateOf(name);
  const theirs = answer.error.current;
  if (!theirs) return answer;
  if (theirs.text === text) {
    state.acked = theirs.revision;
    lay(theirs);
    return { ok: true, at: theirs.saved_at };
  }
  state.conflict.value = { ...theirs, words: answer.error.message };
  return answer;
}

/** @param {{of: any, label: string, hint?: any, rows?: number, max: number, children?: any}} props */
export function VersionedField({ of, label, hint, rows = 4, max, children }) {
  const box = field(of.name, (value) => save(of, value));
  const { conflict } = stateOf(of.name);
  const saved = of.saved();
  const id = `field-${of.name.replace(/[^\w-]/g, '-')}`;
  const shown = box.local.value?.text ?? saved?.text ?? '';
  const type = (event) => box.autosave.change({ text: event.target.value, seen: box.local.value?.seen ?? saved?.revision ?? 0 });
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    <textarea id=${id} rows=${rows} maxlength=${max} value=${shown} aria-describedby=${hint ? `${id}-hint ${id}-saving` : `${id}-saving`}
      onInput=${type} onBlur=${() => box.autosave.flush()}></textarea>
    <${Saving} id=${`${id}-saving`} saving=${savingOf(box, saved?.text ? saved.saved_at : null)} onAgain=${() => box.autosave.flush()} />
    ${conflict.value && html`<${Conflict} of=${of} box=${box} theirs=${conflict.value} />`}
    ${children}
  </div>`;
}

function Conflict({ of, box, theirs }) {
  const state = stateOf(of.name);
  const keep = () => {
    state.acked = theirs.revision;
    state.conflict.value = null;
    box.autosave.flush();
  };
  const take = () => {
    of.lay(theirs);
    state.conflict.value = null;
    box.autosave.yield();
  };
  return html`<div class="callout warn" role="group" aria-label=${t('Changed meanwhile')}><p><strong>${theirs.words}</strong> ${t('It now says:')}</p><blockquote>${theirs.text}</blockquote>
    <div class="actions"><${Button} onPress=${keep}>${t('Keep mine')}<//><${Button} onPress=${take}>${t('Take theirs')}<//></div></div>`;
}
