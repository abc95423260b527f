// The rubric of this seat: ratings and comments of my own scorecard, each saved by itself with the revision last shown.
// When another window changed the same entry, nothing is overwritten in silence: the writer chooses.

import { signal } from '../vendor/preact.js';
import { allSaved, field, savingOf } from './fields.js';
import { foremost, goalItems } from './foremost.js';
import { refusal } from './outbox.js';
import { rich } from './rich.js';
import { act, announce, may, mine, view } from './store.js';
import { t } from './translated.js';
import { ConfirmButton, Fold, html, Radios, Saving } from './ui.js';
import { withScore } from './versions.js';

const conflicts = new Map();

/** @param {string} entry @returns {any} what another window has put there, or null */
export function conflictOf(entry) {
  return conflictSignal(entry).value;
}

/** @param {string} entry @returns what is saved of it */
export function savedScore(entry) {
  return mine.value.scorecard?.entries?.[entry] ?? null;
}

/** @param {string} entry */
export function scoreField(entry) {
  const key = keyOf(entry);
  // A box outlives its round: what it still holds is not for the next one's scorecard.
  return field(key, (value) => (key === keyOf(entry) ? save(entry, value) : refusal('wrong_phase', '')));
}

/** Mine is the one to keep: it goes again, over the one just seen. */
export function keepMine(entry) {
  const theirs = conflictSignal(entry).value;
  settle(entry, theirs);
  scoreField(entry).autosave.flush();
}

export function takeTheirs(entry) {
  const theirs = conflictSignal(entry).value;
  settle(entry, theirs);
  scoreField(entry).autosave.yield();
}

function settle(entry, theirs) {
  conflictSignal(entry).value = null;
  mine.value = withScore(mine.value, { ...theirs, entry });
}

async function save(entry, value) {
  // Until the writer has chosen, leaving the box must not ask again.
  if (conflictSignal(entry).value) return refusal('stale', '');
  const before = savedScore(entry);
  const key = keyOf(entry);
  const answer = await act('score:save', { entry, ...value, seen: before?.revision ?? 0 }, { quiet: true });
  if (key !== keyOf(entry)) return answer;
  if (answer.ok) remember(entry, value, answer, before);
  else if (answer.error.code === 'stale') return settleStale(entry, value, answer);
  return answer;
}

function remember(entry, value, answer, before) {
  const revision = answer.revision ?? (before?.revision ?? 0) + 1;
  const not_observed = value.rating === 'not_observed';
  const rating = not_observed ? null : value.rating ?? null;
  mine.value = withScore(mine.value, { entry, rating, not_observed, text: value.text ?? null, revision, saved_at: answer.at });
}

function settleStale(entry, value, answer) {
  const theirs = answer.error.current ?? savedScore(entry);
  if (theirs && same(theirs, value)) {
    mine.value = withScore(mine.value, { ...theirs, entry });
    return { ok: true, at: theirs.saved_at };
  }
  conflictSignal(entry).value = theirs;
  return answer;
}

function same(theirs, { rating, text }) {
  if (text !== undefined) return (theirs.text ?? '') === text;
  return rating === 'not_observed' ? Boolean(theirs.not_observed) : theirs.rating === rating && !theirs.not_observed;
}

function conflictSignal(entry) {
  const key = keyOf(entry);
  if (!conflicts.has(key)) conflicts.set(key, signal(null));
  return conflicts.get(key);
}

function keyOf(entry) {
  return `${view.value.round?.id ?? 'lobby'}:score:${entry}`;
}

/** What is chosen now: a change on its way comes before what is saved. */
function ratingOf(entry) {
  const local = scoreField(entry).local.value;
  if (local) return local.rating;
  const saved = savedScore(entry);
  return saved?.not_observed ? 'not_observed' : saved?.rating ?? null;
}

export function RubricForm() {
  const { rubric } = view.value;
  if (!rubric) return null;
  const watching = mine.value.watching ?? [];
  // What one watches is on top, then what the learner's goal speaks of.
  const goals = ['observer', 'coach'].includes(view.value.seat) ? goalItems(view.value.goal, rubric.items) : [];
  const items = foremost(foremost(rubric.items, (item) => goals.includes(item.id)), (item) => watching.includes(item.id));
  if (mine.value.scorecard?.status && mine.value.scorecard.status !== 'draft') return html`<${Submitted} />`;
  return html`<div class="rubric">
    ${items.map((item) => html`<${Item} key=${item.id} item=${item} scale=${rubric.scale} mark=${watching.includes(item.id) ? t('you watch this') : goals.includes(item.id) && t('close to the goal')} />`)}
    ${rubric.comments.map((comment) => html`<${Comment} key=${comment.id} comment=${comment} />`)}
  </div>`;
}

function Item({ item, scale, mark }) {
  const box = scoreField(item.id);
  const id = `item-${item.id}`;
  const levels = Array.from({ length: scale.max - scale.min + 1 }, (_, index) => scale.min + index);
  const options = [...levels.map((level) => [level, String(level), scale.labels?.[level]]), ['not_observed', t('Not observed')]];
  const choose = (rating) => box.autosave.change({ rating }, 0);
  return html`<div class="item" id=${id}>
    <${Radios} name=${id} legend=${html`${item.title}${mark && html` <span class="tag">${mark}</span>`}`} value=${ratingOf(item.id)} options=${options} onChoose=${choose} describe=${`${id}-text`} kind="levels">
      <p class="item-text" id=${`${id}-text`}>${item.text}</p>
    <//>
    <${Anchors} anchors=${item.anchors} scale=${scale} />
    <div class="item-foot"><${Saving} saving=${savingOf(box, savedScore(item.id)?.saved_at)} onAgain=${() => box.autosave.flush()} />
      ${ratingOf(item.id) !== null && html`<button type="button" class="link" aria-label=${t('Clear the answer for {item}', { item: item.title })} onClick=${() => choose(null)}>${t('Clear')}</button>`}</div>
    <${Conflict} entry=${item.id} />
  </div>`;
}

function Anchors({ anchors, scale }) {
  if (!anchors) return null;
  const middle = (scale.min + scale.max) / 2;
  return html`<dl class="anchors">${[[scale.min, anchors.low], [middle, anchors.middle], [scale.max, anchors.high]].map(([level, text]) => html`<div><dt>${level}</dt><dd>${text}</dd></div>`)}</dl>`;
}

function Comment({ comment }) {
  const box = scoreField(comment.id);
  const id = `comment-${comment.id}`;
  const text = box.local.value?.text ?? savedScore(comment.id)?.text ?? '';
  return html`<div class="field"><label for=${id}>${comment.prompt}</label>
    <textarea id=${id} rows="3" maxlength="4000" value=${text} aria-describedby=${`${id}-saving`}
      onInput=${(event) => box.autosave.change({ text: event.target.value })} onBlur=${() => box.autosave.flush()}></textarea>
    <${Saving} id=${`${id}-saving`} saving=${savingOf(box, savedScore(comment.id)?.saved_at)} onAgain=${() => box.autosave.flush()} />
    <${Conflict} entry=${comment.id} /></div>`;
}

function Conflict({ entry }) {
  const theirs = conflictOf(entry);
  if (!theirs) return null;
  const words = theirs.text ?? (theirs.not_observed ? t('Not observed') : theirs.rating);
  return html`<div class="callout warn" role="group" aria-label=${t('Changed in another window')}><p>${t('Another window of yours saved:')} <q>${words}</q></p>
    <div class="actions"><button type="button" class="button" onClick=${() => keepMine(entry)}>${t('Keep what is here')}</button>
    <button type="button" class="button" onClick=${() => takeTheirs(entry)}>${t('Use that one')}</button></div></div>`;
}

/** How much is answered, and the one press that cannot be taken back. */
export function Submit() {
  const { rubric } = view.value;
  if (!rubric || !may('scorecard:submit') || !rubric.items.length) return null;
  if (mine.value.scorecard?.status && mine.value.scorecard.status !== 'draft') return null;
  const missing = rubric.items.filter((item) => ratingOf(item.id) === null).length;
  const answered = rubric.items.length - missing;
  const { phase } = view.value;
  if (phase === 'debrief' && !Object.keys(mine.value.scorecard?.entries ?? {}).length) return html`<p class="hint">${t('You wrote nothing in time. Once the round is closed, your form waits on your first page.')}</p>`;
  const question = missing ? t('{n} of {all} have no answer yet. Submit anyway? It cannot be changed afterwards.', { n: missing, all: rubric.items.length }) : t('Submit? It cannot be changed afterwards.');
  return html`<div class="submit" key="submit"><p>${t('{n} of {all} answered.', { n: answered, all: rubric.items.length })}${missing > 0 && phase === 'notes' && ` ${t('“Not observed” is an answer too.')}`}</p>
    <${ConfirmButton} kind="primary" icon="send" question=${question} yes=${t('Yes, submit')} onPress=${submit}>${t('Submit my feedback')}<//></div>`;
}

async function submit() {
  // The last words typed go first: after the submission they would be refused.
  await allSaved();
  const answer = await act('scorecard:submit');
  if (answer.ok) announce(t('Submitted'));
}

const SEALED = {
  turn: t('<strong>Submitted.</strong> It is sealed until its turn in the debrief.'),
  close: t('<strong>Submitted.</strong> It is sealed until the round is closed.'),
  hand: t('<strong>Submitted.</strong> It is sealed until the coach releases it.'),
};

/** What I submitted, to read. */
export function Submitted() {
  const { rubric } = view.value;
  const entries = mine.value.scorecard?.entries ?? {};
  return html`<p class="callout ok">${rich(SEALED[view.value.release])}</p>
    <${Scorecard} entries=${entries} rubric=${rubric} level="h3" />`;
}

const OTHERS = { keep: t('To keep'), try: t('To try'), felt: t('How it felt'), 'self-well': t('What went well'), 'self-hard': t('What was hard') };

/** @param {{entries: Object<string, any>, rubric: any, level?: string}} props the level of what stands over written words */
export function Scorecard({ entries, rubric, fold = false, level = 'h4' }) {
  if (!rubric) return null;
  const rated = rubric.items.filter((item) => entries[item.id]?.rating != null || entries[item.id]?.not_observed);
  // As they are asked: what my own seat is asked in the rubric's words.
  const asked = { ...OTHERS, ...Object.fromEntries(rubric.comments.map((each) => [each.id, each.prompt])) };
  const places = Object.keys(asked);
  const written = Object.entries(entries).filter(([id, each]) => each.text && !rubric.items.some((item) => item.id === id))
    .sort(([one], [other]) => places.indexOf(one) - places.indexOf(other));
  const ratings = rated.length > 0 && html`<dl class="ratings">${rated.map((item) => html`<div><dt>${item.title}</dt><dd>${entries[item.id].not_observed ? t('Not observed') : t('{n} of {all}', { n: entries[item.id].rating, all: rubric.scale.max })}</dd></div>`)}</dl>`;
  // Words come before numbers: in a debrief it is the words that are talked about.
  return html`
    ${written.map(([id, each]) => html`<div class="written"><${level}>${asked[id] ?? t('In words')}<//><p>${each.text}</p>${each.held && html`<p class="hint">${t('The coach holds this back: {reason}', { reason: each.held })}</p>`}</div>`)}
    ${fold && ratings ? html`<${Fold} title=${t('Ratings')}>${ratings}<//>` : ratings}`;
}
