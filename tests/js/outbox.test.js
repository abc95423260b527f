import { device } from '../../static/js/device.js';
import { BRIEF_MS, MOMENT_MS, Outbox, refusal } from '../../static/js/outbox.js';
import { FakeStorage, FakeTime, settled } from './fakes.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';

function room(storage = new FakeStorage(), time = new FakeTime()) {
  const sent = [];
  const answers = [];
  const emit = (name, message) => new Promise((answer, lost) => {
    sent.push({ name, message });
    answers.push({ ok: (more = {}) => answer({ ok: true, at: 'now', ...more }), no: (code) => answer(refusal(code, code)), lost });
  });
  const outbox = new Outbox({ owner: 'lena:room', store: device(storage), emit, now: time.now, later: time.later });
  return { outbox, sent, answers, storage, time };
}

test('nothing is sent without a line, and all of it, in order, once there is one', async () => {
  const { outbox, sent, answers } = room();
  outbox.send('observation:add', { text: 'one' });
  outbox.send('observation:add', { text: 'two' });
  await settled();
  assert.equal(sent.length, 0);
  outbox.connected();
  answers[0].ok();
  await settled();
  answers[1].ok();
  await settled();
  assert.deepEqual(sent.map((each) => each.message.text), ['one', 'two']);
  assert.equal(outbox.unsent, false);
});

test('the second waits for the answer to the first', async () => {
  const { outbox, sent, answers } = room();
  outbox.connected();
  outbox.send('observation:add', { text: 'one' });
  outbox.send('observation:add', { text: 'two' });
  await settled();
  assert.equal(sent.length, 1);
  answers[0].ok();
  await settled();
  assert.equal(sent.length, 2);
});

test('an action cut off on the way goes again with the same id', async () => {
  const { outbox, sent, answers } = room();
  outbox.connected();
  const result = outbox.send('observation:add', { text: 'one' });
  await settled();
  outbox.disconnected();
  answers[0].lost(new Error('socket has been disconnected'));
  await settled();
  assert.equal(sent.length, 1);
  outbox.connected();
  await settled();
  assert.equal(sent.length, 2);
  assert.equal(sent[0].message.action_id, sent[1].message.action_id);
  answers[1].ok();
  assert.equal((await result).ok, true);
});

test('what was unsent when the page closed is sent by the next page of the same person and room', async () => {
  const first = room();
  first.outbox.send('observation:add', { text: 'kept' });
  const next = room(first.storage);
  next.outbox.connected();
  await settled();
  assert.equal(next.sent[0].message.text, 'kept');
  next.answers[0].ok();
  await settled();
  assert.equal(first.storage.length, 0);
});

test('another person on the same device sends nothing of it', async () => {
  const { outbox, storage } = room();
  outbox.send('observation:add', { text: 'mine' });
  const other = new Outbox({ owner: 'omar:room', store: device(storage), emit: assert.fail });
  other.connected();
  assert.equal(other.entries.length, 0);
});

test('a refusal that may pass is tried again after a while, with the same id', async () => {
  const { outbox, sent, answers, time } = room();
  outbox.connected();
  outbox.send('score:save', { entry: 'a', rating: 3 });
  await settled();
  answers[0].no('rate_limited');
  await settled();
  assert.equal(sent.length, 1);
  await time.pass(2_000);
  assert.equal(sent[1].message.action_id, sent[0].message.action_id);
});

test('words the server refuses stay, marked, until their writer decides', async () => {
  const { outbox, answers, storage } = room();
  outbox.connected();
  outbox.send('observation:add', { text: 'late' });
  await settled();
  answers[0].no('wrong_phase');
  await settled();
  assert.equal(outbox.entries[0].state, 'refused');
  const next = room(storage);
  assert.equal(next.outbox.entries[0].fields.text, 'late');
  next.outbox.connected();
  await settled();
  assert.equal(next.sent.length, 0);
  next.outbox.discard(next.outbox.entries[0].id);
  assert.equal(storage.length, 0);
});

test('a refused one sent again is a new action', async () => {
  const { outbox, sent, answers } = room();
  outbox.connected();
  outbox.send('observation:add', { text: 'again' });
  await settled();
  answers[0].no('wrong_phase');
  await settled();
  outbox.again(outbox.entries[0].id);
  await settled();
  assert.notEqual(sent[0].message.action_id, sent[1].message.action_id);
  assert.equal(outbox.entries.length, 1);
});

test('what is pressed before a page is first connected waits its moment', async () => {
  const { outbox, sent, answers } = room();
  const early = outbox.send('round:start', {});
  await settled();
  assert.equal(sent.length, 0);
  outbox.connected();
  await settled();
  answers[0].ok();
  assert.equal((await early).ok, true);
  const { outbox: never, time } = room();
  const lost = never.send('round:start', {});
  await time.pass(MOMENT_MS + 5_000);
  assert.equal((await lost).error.code, 'not_connected');
});

test('a move is never sent late: not without a line, and not after its moment', async () => {
  const { outbox, sent, answers, storage, time } = room();
  await time.pass(BRIEF_MS + 1);
  assert.equal((await outbox.send('timeout:call', {})).error.code, 'not_connected');
  outbox.connected();
  const late = outbox.send('timeout:call', {});
  assert.equal(storage.length, 0);
  await settled();
  outbox.disconnected();
  answers[0].lost(new Error('cut'));
  await settled();
  await time.pass(MOMENT_MS + 5_000);
  assert.equal((await late).error.code, 'not_connected');
  outbox.connected();
  await settled();
  assert.equal(sent.length, 1);
});

test('a move pressed while the page opens, or in a brief gap, goes with the line; a longer gap is said soon', async () => {
  const { outbox, sent, answers, time } = room();
  const early = outbox.send('round:start', {});
  await time.pass(BRIEF_MS / 2);
  assert.equal(sent.length, 0);
  outbox.connected();
  answers[0].ok();
  assert.equal((await early).ok, true);
  await time.pass(60_000);
  outbox.disconnected();
  outbox.disconnected();
  const lost = outbox.send('timeout:call', {});
  await time.pass(BRIEF_MS + 1);
  assert.equal((await lost).error.code, 'not_connected');
  outbox.connected();
  await settled();
  assert.deepEqual(sent.map((each) => each.name), ['round:start']);
});

test('a device that keeps nothing still sends', async () => {
  const outbox = new Outbox({ owner: 'x', store: device(undefined), emit: async () => ({ ok: true }) });
  outbox.connected();
  const answer = outbox.send('observation:add', { text: 'one' });
  assert.equal(outbox.entries[0].kept, false);
  assert.equal((await answer).ok, true);
});
