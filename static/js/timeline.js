// Notes in the order they were noticed: what is mine can be mended or taken away, with ten seconds to undo.

import { signal, useState } from '../vendor/preact.js';
import { minutes, takeFrom } from './clock.js';
import { draft } from './drafts.js';
import { unsentState } from './saving.js';
import { act, going, line, may, mine, myId, outgoing, view } from './store.js';
import { t } from './translated.js';
import { Button, html, Icon, Saving, SeatBadge } from './ui.js';
import { byMoment, withObservation } from './versions.js';
import { letGo, sendAgain } from './wire.js';
import { JUDGEMENTS, KINDS } from './words.js';

const UNDO_MS = 10_000;
const removed = signal(null);
/** The moment in sight on the debrief's line, in encounter seconds; until one is chosen, the first that was noted. */
export const shownAt = signal(null);

/** To a note's place on the line, from wherever the note stands. @param {number} at */
export function jumpTo(at) {
  shownAt.value = Math.floor(at);
  const slider = document.getElementById('moment');
  slider?.focus();
  slider?.closest('.moments').scrollIntoView({ block: 'center' });
}

/** My own notes, with those still on their way. */
export function MyTimeline() {
  const sent = mine.value.observations ?? [];
  const unsent = outgoing.value.filter((each) => ['observation:add', 'moment:mark'].includes(each.name));
  return html`
    ${unsent.map((each) => html`<${Unsent} key=${each.id} entry=${each} />`)}
    <${Timeline} notes=${sent} mend=${may('observation:edit')} level="h3" />
    ${removed.value && html`<p class="last-note"><span>${t('Removed.')}</span> <button type="button" class="link" onClick=${putBack}>${t('Undo')}</button></p>`}`;
}

/** @param {{notes: any[], mend?: boolean, names?: boolean, jump?: boolean, level?: string}} props jump: a note's time leads to its place on the line; the level of the takes' headings */
export function Timeline({ notes, mend = false, names = false, jump = false, level = 'h4' }) {
  if (!notes.length) return null;
  const takes = [...new Set(notes.map((each) => each.take))].sort((a, b) => a - b);
  const inTake = (take) => notes.filter((each) => each.take === take).sort(byMoment);
  return takes.map((take) => html`${(takes.length > 1 || take > 1) && html`<${level} class="take-head" key=${`head-${take}`}>${takeFrom(view.value.takes?.find((each) => each.number === take) ?? { number: take }, () => undefined)}<//>`}
    <ol class="timeline" key=${take}>${inTake(take).map((note) => html`<${Note} key=${note.id} note=${note} mend=${mend && note.author === myId()} names=${names} jump=${jump} />`)}</ol>`);
}

function Note({ note, mend, names, jump }) {
  const [editing, setEditing] = useState(mend && editDraft(note).read() !== null);
  // A mark on its way is shown as it was pressed.
  const { judgement = note.judgement } = going('observation:edit', ({ id }) => id === note.id) ?? {};
  return html`<li class="note" data-judgement=${judgement}>
    <p class="note-when">${note.offset_s !== null && (jump ? html`<button type="button" class="link" aria-label=${t('Show {time} on the line', { time: minutes(note.offset_s) })} onClick=${() => jumpTo(note.offset_s)}>${minutes(note.offset_s)}</button>` : minutes(note.offset_s))}
      ${names && html` <${SeatBadge} seat=${note.seat} more=${`, ${note.name}`} />`}
      ${judgement && html` <span class="tag">${JUDGEMENTS[judgement]}</span>`}</p>
    ${editing ? html`<${Editor} note=${note} done=${() => setEditing(false)} />` : html`<p class="note-text">${noteWords(note)}</p>`}
    ${mend && !editing && note.kind !== 'moment' && html`<${Mend} note=${note} now=${judgement} edit=${() => setEditing(true)} />`}
  </li>`;
}

/** @returns {any} the words of a note, quoted when they are someone's own */
export function noteWords(note) {
  if (note.kind === 'verbatim') return html`<q>${note.text}</q>`;
  if (note.kind !== 'marker') return note.text || KINDS[note.kind];
  const label = view.value.rubric?.markers.find((each) => each.id === note.marker)?.label ?? note.marker;
  return note.text ? `${label}: ${note.text}` : label;
}

function Mend({ note, now, edit }) {
  const time = minutes(note.offset_s ?? 0);
  const judge = async (judgement) => {
    const { observation } = await act('observation:edit', { id: note.id, judgement: now === judgement ? null : judgement });
    if (observation) mine.value = { ...mine.value, observations: withObservation(mine.value.observations, observation) };
  };
  return html`<div class="note-tools">
    ${['keep', 'try'].map((each) => html`<button type="button" class="link" aria-pressed=${now === each ? 'true' : 'false'}
      aria-label=${t('{what}, note at {time}', { what: JUDGEMENTS[each], time })} onClick=${() => judge(each)}>${JUDGEMENTS[each]}</button>`)}
    <button type="button" class="link" aria-label=${t('Edit note at {time}', { time })} onClick=${edit}>${t('Edit')}</button>
    <button type="button" class="link" aria-label=${t('Remove note at {time}', { time })} onClick=${() => remove(note)}>${t('Remove')}</button>
  </div>`;
}

/** Words being mended outlive the page, as others do. */
const editDraft = (note) => draft(`${view.value.round.id}:edit:${note.id}`);

function Editor({ note, done }) {
  const kept = editDraft(note);
  const [text, setText] = useState(kept.read()?.value ?? note.text ?? '');
  const [failed, setFailed] = useState('');
  const leave = () => {
    kept.clear();
    done();
  };
  const write = ({ target: { value } }) => {
    setText(value);
    kept.write({ value });
  };
  async function save() {
    const answer = await act('observation:edit', { id: note.id, text: text.trim() }, { quiet: true });
    if (answer.ok) leave();
    else setFailed(answer.error.message);
  }
  return html`<div class="field"><label for=${`edit-${note.id}`}>${t('Mend this note')}</label>
    <textarea id=${`edit-${note.id}`} rows="2" maxlength="2000" value=${text} ref=${focusOnce} onInput=${write}></textarea>
    ${failed && html`<${Saving} saving=${{ state: 'failed', message: failed }} />`}
    <div class="actions"><${Button} kind="primary" onPress=${save}>${t('Save the note')}<//><${Button} onPress=${leave}>${t('Leave as it was')}<//></div></div>`;
}

function focusOnce(box) {
  if (box && !box.dataset.seen) {
    box.dataset.seen = 'yes';
    box.focus();
  }
}

async function remove(note) {
  if (going('observation:remove', ({ id }) => id === note.id)) return;
  const answer = await act('observation:remove', { id: note.id });
  if (!answer.ok) return;
  removed.value = note;
  setTimeout(() => { if (removed.value === note) removed.value = null; }, UNDO_MS);
}

function putBack() {
  const { kind, text, marker, judgement, take, offset_s } = removed.value;
  const there = Object.entries({ text, marker, judgement, take, offset_s }).filter(([, value]) => value !== null && value !== undefined);
  removed.value = null;
  act('observation:add', { kind, ...Object.fromEntries(there) }, { quiet: true });
}

function Unsent({ entry }) {
  const words = entry.fields.text || view.value.rubric?.markers.find((each) => each.id === entry.fields.marker)?.label || t('A moment');
  const refused = entry.state === 'refused';
  const saving = refused ? { state: 'failed', message: entry.error.message } : { state: unsentState({ connected: line.value.up, kept: entry.kept }) };
  return html`<div class="note unsent"><p class="note-text">${words}</p><${Saving} saving=${saving} />
    ${refused && html`<div class="note-tools"><button type="button" class="link" onClick=${() => sendAgain(entry.id)}>${t('Try again')}</button>
      <button type="button" class="link" onClick=${() => letGo(entry.id)}><${Icon} name="x" /> ${t('Let it go')}</button></div>`}</div>`;
}
