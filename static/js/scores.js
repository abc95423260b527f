// Ratings and comments of my own scorecard, each saved by itself with the revision last shown. When another window
// changed the same entry, nothing is overwritten in silence: the writer chooses.

import { signal } from '../vendor/signals.js';
import { field } from './fields.js';
import { refusal } from './outbox.js';
import { act, mine, view } from './store.js';
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
  return field(key, (value) => save(entry, value));
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
  const answer = await act('score:save', { entry, ...value, seen: before?.revision ?? 0 }, { quiet: true });
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
