import {
  Announcer, clockWords, elapsed, encounterOffset, markPassed, minutes, offsetFrom, remaining,
} from '../../static/js/clock.js';
import { stamped } from '../../static/js/device.js';
import { FakeTime } from './fakes.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const START = Date.parse('2026-05-14T15:20:00Z');
const clock = { started_at: '2026-05-14T15:20:00Z', length_s: 480, stopped_s: 30, stopped_at: null, running: true };

test('elapsed leaves out what was stopped, and stands still while stopped', () => {
  assert.equal(elapsed(clock, START + 100_000), 70);
  const stopped = { ...clock, running: false, stopped_at: '2026-05-14T15:21:00Z' };
  assert.equal(elapsed(stopped, START + 600_000), 30);
  assert.equal(elapsed(null, START), 0);
  assert.equal(elapsed(clock, START - 5_000), 0);
});

test('the clock in words runs over without alarm', () => {
  assert.equal(clockWords(clock, START + 30_000), '8:00 left');
  assert.equal(clockWords(clock, START + 30_000 + 500_000), '0:20 over');
  assert.equal(clockWords({ ...clock, running: false, stopped_at: '2026-05-14T15:21:30Z' }, START), '7:00 left, stopped');
  assert.equal(minutes(725.9), '12:05');
  assert.equal(remaining(clock, START + 30_000), 480);
});

test('the offset is believed from the quickest answer', () => {
  const pings = [{ sent: 0, got: 900, server: 5_000 }, { sent: 1_000, got: 1_020, server: 3_010 }];
  assert.equal(offsetFrom(pings), 2_000);
  assert.equal(offsetFrom([]), null, 'a line that drops before an answer tells nothing: what is known stays');
});

test('a note has an offset in the encounter and a time-out only', () => {
  assert.equal(encounterOffset({ phase: 'encounter', clock }, START + 95_900), 65);
  assert.equal(encounterOffset({ phase: 'notes', clock }, START + 95_900), null);
});

test('a time mark is passed once', () => {
  assert.match(markPassed('encounter', 120.4, 119.9), /Two minutes/);
  assert.equal(markPassed('encounter', 119.9, 119.4), null);
  assert.match(markPassed('notes', 70, 20), /half a minute/);
  assert.equal(markPassed('debrief', 70, 20), null);
});

test('the stamp is of the first keystroke, and a box emptied starts afresh', () => {
  let now = 10;
  const stamp = () => ({ offset_s: now });
  let draft = stamped(null, 'I', stamp);
  now = 20;
  draft = stamped(draft, 'I hear', stamp);
  assert.deepEqual(draft, { text: 'I hear', stamp: { offset_s: 10 } });
  assert.equal(stamped(draft, '  ', stamp), null);
  assert.equal(stamped(null, 'So', stamp).stamp.offset_s, 20);
});

test('announcements: at most one in three seconds, the newest wins', async () => {
  const said = [];
  const time = new FakeTime();
  const announcer = new Announcer((text) => said.push([time.now() - 1_000_000, text]), time);
  announcer.announce('one');
  announcer.announce('two');
  announcer.announce('three');
  await time.pass(10_000);
  announcer.announce('four');
  assert.deepEqual(said, [[0, 'one'], [3_000, 'three'], [10_000, 'four']]);
});
