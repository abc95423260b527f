// Catching what happens, for observers and the coach: one tap, exact words, and the rubric in the same place.

import { signal, useRef, useState } from '../vendor/preact.js';
import { encounterOffset, minutes } from './clock.js';
import { stamped } from './device.js';
import { draft } from './drafts.js';
import { foremost, goalItems } from './foremost.js';
import { RubricForm } from './rubric.js';
import { act, announce, line, mine, serverNow, view } from './store.js';
import { t } from './translated.js';
import { Fold, html, Icon, Radios } from './ui.js';
import { JUDGEMENTS } from './words.js';

/** Folded while watching, open to finish; the same form, so a comment begun stays under the cursor. */
export function Rubric() {
  const open = view.value.phase === 'notes';
  return html`<${Fold} title=${t('The rubric')} open=${open} kind=${open ? 'bare' : ''}><${RubricForm} /><//>`;
}

const UNDO_MS = 10_000;
/** The note just added, for ten seconds. */
const last = signal(null);
const boxes = new Map();

/** @returns {{take?: number, offset_s?: number}} when something is noticed; empty outside the encounter */
export function stampNow() {
  const offset_s = encounterOffset(view.value, serverNow());
  return offset_s === null ? {} : { take: view.value.take, offset_s };
}

/** Both ways to catch; kept in place over encounter, time-out and notes, so a box in use is never lost. */
export function Capture() {
  return html`<div class="capture"><${Markers} /><${WordsBox} /><${LastNote} /></div>`;
}

function Markers() {
  const { phase, rubric, goal } = view.value;
  const watching = mine.value.watching ?? [];
  // What one watches, and the goal, come first: neither changes while the markers are in sight.
  const wanted = [...watching, ...goalItems(goal, rubric?.items ?? [])];
  const markers = foremost(rubric?.markers ?? [], (marker) => wanted.includes(marker.item));
  const [active, setActive] = useState(0);
  const bar = useRef(null);
  if (!markers.length || phase === 'notes') return null;
  const move = (index) => {
    const to = (index + markers.length) % markers.length;
    setActive(to);
    bar.current.querySelectorAll('button')[to].focus();
  };
  // Keys act only here, while the toolbar has focus: a letter typed elsewhere is a letter.
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = Number(event.key);
    const go = { ArrowRight: active + 1, ArrowDown: active + 1, ArrowLeft: active - 1, ArrowUp: active - 1, Home: 0, End: markers.length - 1 }[event.key];
    if (go !== undefined) move(go);
    else if (digit >= 1 && digit <= Math.min(9, markers.length)) tapped(markers[digit - 1]);
    else return;
    event.preventDefault();
  };
  return html`<div><h3 id="markers-title">${t('Tap what you see')}</h3>
    <div class="markers" role="toolbar" aria-labelledby="markers-title" ref=${bar} onKeyDown=${keys}>
      ${markers.map((marker, index) => html`<button type="button" class="button marker" key=${marker.id} tabindex=${index === active ? 0 : -1}
        onFocus=${() => setActive(index)} onClick=${() => tapped(marker)} aria-keyshortcuts=${index < 9 ? String(index + 1) : null}>
        <span>${marker.label}</span>${index < 9 && html`<kbd aria-hidden="true">${index + 1}</kbd>`}</button>`)}
    </div></div>`;
}

async function tapped(marker) {
  await add({ kind: 'marker', marker: marker.id, ...stampNow() }, marker.label);
}

async function add(fields, label) {
  const token = {};
  last.value = { token, label, fields, state: 'sending' };
  announce(caughtWords(last.value));
  const answer = await act('observation:add', fields, { quiet: true });
  if (last.value?.token !== token) return;
  last.value = answer.ok ? { ...last.value, state: 'saved', id: answer.observation?.id } : null;
  setTimeout(() => { if (last.value?.token === token) last.value = null; }, UNDO_MS);
}

function caughtWords({ label: what, fields: { offset_s: at } }) {
  return at === undefined ? t('Caught: {what}', { what }) : t('Caught: {what}, {time}', { what, time: minutes(at) });
}

function LastNote() {
  const note = last.value;
  if (!note) return html`<p class="last-note"></p>`;
  const kept = !note.id && !line.value.up;
  return html`<p class="last-note"><${Icon} name=${kept ? 'wifi-off' : 'check'} /> <span>${caughtWords(note)}</span>${kept && html` <span class="hint">${t('Kept on this device')}</span>`}
    ${note.id && html` <button type="button" class="link" onClick=${() => undo(note)}>${t('Undo')}</button>`}</p>`;
}

async function undo(note) {
  last.value = null;
  const answer = await act('observation:remove', { id: note.id });
  if (answer.ok) announce(t('Removed.'));
}

function boxOf(round) {
  if (!boxes.has(round)) {
    const kept = draft(`${round}:words`);
    boxes.set(round, { kept, now: signal(kept.read() ?? { draft: null, kind: 'verbatim', judgement: null }) });
  }
  return boxes.get(round);
}

function WordsBox() {
  const box = boxOf(view.value.round.id);
  const { draft: words, kind, judgement } = box.now.value;
  const change = (part) => {
    box.now.value = { ...box.now.value, ...part };
    if (box.now.value.draft) box.kept.write(box.now.value);
    else box.kept.clear();
  };
  const typed = (event) => change({ draft: stamped(box.now.value.draft, event.target.value, stampNow) });
  const send = () => {
    if (!box.now.value.draft) return;
    const { text, stamp } = box.now.value.draft;
    add({ kind, text: text.trim(), ...(judgement ? { judgement } : {}), ...stamp }, kind === 'verbatim' ? `“${short(text)}”` : short(text));
    // From here the outbox keeps it: the box is free for the next words.
    change({ draft: null, judgement: null });
  };
  const entered = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  };
  return html`<div class="field words">
    <label for="words">${kind === 'verbatim' ? t('Exact words') : t('My note')}</label>
    <p class="hint" id="words-hint">${t('Enter adds it; the time is that of your first key. No real patients’ details.')}${words?.stamp?.offset_s !== undefined && html` <strong class="stamp">${t('Stamped {time}, take {take}', { time: minutes(words.stamp.offset_s), take: words.stamp.take })}</strong>`}</p>
    <textarea id="words" rows="2" maxlength="2000" value=${words?.text ?? ''} aria-describedby="words-hint" onInput=${typed} onKeyDown=${entered}></textarea>
    <div class="words-row">
      <${Radios} name="words-kind" kind="small" legend=${t('This is')} value=${kind} options=${[['verbatim', t('Exact words')], ['note', t('A note')]]} onChoose=${(value) => change({ kind: value })} />
      <${Radios} name="words-judgement" kind="small" legend=${t('Something to')} value=${judgement} options=${[['keep', JUDGEMENTS.keep], ['try', JUDGEMENTS.try], [null, t('Neither')]]} onChoose=${(value) => change({ judgement: value })} />
      <button type="button" class="button primary" onClick=${send}><${Icon} name="quote" /><span>${t('Add')}</span></button>
    </div></div>`;
}

function short(text) {
  const trimmed = text.trim();
  return trimmed.length > 40 ? `${trimmed.slice(0, 39)}…` : trimmed;
}
