import { device, draftsOf, forgetAll } from '../../static/js/device.js';
import { actionId, makeAction, mayTryAgain, payload } from '../../static/js/outbox.js';
import { Autosave, hourMinute, savingWords, unsentState } from '../../static/js/saving.js';
import {
  applies, isNewer, withFeeling, withObservation, withoutObservation, withPresence, withScore,
} from '../../static/js/versions.js';
import { FakeStorage, FakeTime, settled } from './fakes.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';

test('an action id is a version 4 UUID, and each is new', () => {
  const ids = new Set(Array.from({ length: 200 }, () => actionId()));
  assert.equal(ids.size, 200);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a payload is the fields beside the id; moves are not kept', () => {
  assert.deepEqual(payload(makeAction('goal:set', { text: 'x' }, 5, 'id')), { action_id: 'id', text: 'x' });
  assert.equal(makeAction('goal:set', {}, 5).keep, true);
  assert.equal(makeAction('encounter:end', {}, 5).keep, false);
  assert.equal(mayTryAgain({ ok: false, error: { code: 'unavailable' } }), true);
  assert.equal(mayTryAgain({ ok: false, error: { code: 'stale' } }), false);
  assert.equal(mayTryAgain({ ok: true }), false);
});

test('"Saved" is said of nothing but an acknowledgement', () => {
  const at = new Date(2026, 4, 14, 14, 32).toISOString();
  assert.equal(savingWords({ state: 'saved', at }), 'Saved 14:32');
  for (const state of ['clean', 'typing', 'sending', 'kept', 'failed', 'changed']) {
    assert.doesNotMatch(savingWords({ state, at }), /^Saved/);
  }
  assert.equal(savingWords({ state: 'kept' }), 'Kept on this device');
  assert.equal(savingWords({ state: 'failed' }), 'Not saved, try again');
  assert.equal(hourMinute(at), '14:32');
  assert.equal(unsentState({ connected: false, kept: true }), 'kept');
  assert.equal(unsentState({ connected: false, kept: false }), 'failed');
  assert.equal(unsentState({ connected: true, kept: true }), 'sending');
});

function field({ answers = [], store = device(new FakeStorage()) } = {}) {
  const time = new FakeTime();
  const sent = [];
  const states = [];
  const save = (value) => new Promise((done) => { sent.push(value); answers.push(done); });
  const draft = draftsOf(store, 'lena:room')('goal');
  const autosave = new Autosave({ save, draft, changed: (_, saving) => states.push(saving.state), later: time.later, cancel: time.cancel });
  return { autosave, time, sent, states, answers, draft, store };
}

test('typing is saved once it has been quiet for 600 ms', async () => {
  const { autosave, time, sent, answers, states, draft } = field();
  autosave.change('a');
  await time.pass(500);
  autosave.change('ab');
  await time.pass(500);
  assert.deepEqual(sent, []);
  await time.pass(100);
  assert.deepEqual(sent, ['ab']);
  assert.deepEqual(draft.read(), { value: 'ab' });
  answers[0]({ ok: true, at: 'then' });
  await settled();
  assert.equal(states.at(-1), 'saved');
  assert.equal(draft.read(), null);
});

test('one save is on the way at a time; what was typed meanwhile follows', async () => {
  const { autosave, time, sent, answers, states } = field();
  autosave.change('one');
  await time.pass(600);
  autosave.change('two');
  autosave.change('three');
  await time.pass(2_000);
  assert.deepEqual(sent, ['one']);
  answers[0]({ ok: true });
  await settled();
  assert.deepEqual(sent, ['one', 'three']);
  assert.ok(!states.includes('saved'));
});

test('a refused save keeps its words, and goes again when asked', async () => {
  const { autosave, time, sent, answers, states, draft } = field();
  autosave.change('x');
  await time.pass(600);
  answers[0]({ ok: false, error: { code: 'wrong_phase', message: 'Not now.' } });
  await settled();
  assert.equal(states.at(-1), 'failed');
  assert.deepEqual(draft.read(), { value: 'x' });
  autosave.flush();
  assert.deepEqual(sent, ['x', 'x']);
});

test('a draft left by a closed page is taken up and saved', async () => {
  const first = field();
  first.autosave.change('left behind');
  const next = field({ store: first.store });
  assert.equal(next.autosave.value, 'left behind');
  await next.time.pass(10);
  assert.deepEqual(next.sent, ['left behind']);
});

test('another window\'s value is yielded to', async () => {
  const { autosave, time, sent, draft } = field();
  autosave.change('mine');
  autosave.yield();
  await time.pass(1_000);
  assert.deepEqual(sent, []);
  assert.equal(draft.read(), null);
});

test('signing out forgets ours and nothing else', () => {
  const storage = new FakeStorage();
  storage.setItem('theirs', '1');
  device(storage).write('draft:a', { text: 'x' });
  device(storage).write('outbox:a', { text: 'x' });
  assert.equal(forgetAll(storage), 2);
  assert.equal(storage.length, 1);
  assert.equal(forgetAll(undefined), 0);
});

test('an older view is dropped, the same or a newer one shown', () => {
  assert.equal(isNewer(null, { version: 1 }), true);
  assert.equal(isNewer({ version: 4 }, { version: 3 }), false);
  assert.equal(isNewer({ version: 4 }, { version: 4 }), true);
  assert.equal(applies({ version: 4 }, { version: 4 }), false);
  assert.equal(applies({ version: 4 }, { version: 5 }), true);
});

test('small messages are laid over a view without touching it', () => {
  const early = { id: 'a', take: 1, offset_s: 5, at: '1' };
  const late = { id: 'b', take: 1, offset_s: 50, at: '0' };
  assert.deepEqual(withObservation([late], early).map((each) => each.id), ['a', 'b']);
  assert.equal(withObservation([early], { ...early, text: 'x' })[0].text, 'x');
  assert.deepEqual(withoutObservation([early, late], 'a'), [late]);
  const view = { seats: [{ person: 'p', present: true }], card: { feeling: {} }, felt: [] };
  assert.equal(withPresence(view, { person: 'p', present: false }).seats[0].present, false);
  assert.equal(view.seats[0].present, true);
  const felt = withFeeling(view, { character: 'maria', take: 1, offset_s: 9, value: 6 });
  assert.equal(felt.card.feeling.maria, 6);
  assert.equal(felt.felt.length, 1);
});

test('a later revision of a score is not put back by an older message', () => {
  const mine = { scorecard: { status: 'draft', entries: { a: { rating: 5, revision: 3 } } } };
  assert.equal(withScore(mine, { entry: 'a', rating: 1, revision: 2 }), mine);
  assert.equal(withScore(mine, { entry: 'a', rating: 1, revision: 4 }).scorecard.entries.a.rating, 1);
  assert.equal(withScore({ scorecard: null }, { entry: 'b', rating: 2, revision: 1 }).scorecard.entries.b.rating, 2);
});
