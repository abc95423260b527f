import assert from 'node:assert/strict';
import { test } from 'node:test';

import { view } from '../../static/js/store.js';
import { traceLine } from '../../static/js/trace.js';
import { ENDED, PHASES, PHASE_SAID, SEATS, TURNS, TURN_SEAT } from '../../static/js/words.js';

const ALL_PHASES = ['lobby', 'briefing', 'encounter', 'time_out', 'notes', 'debrief', 'close'];
/** Of a time-out and of the notes: where a seat needs other words than its phase's. */
const MEANWHILE = ['welfare', 'submitted'];

test('every seat has a heading and one next step in every phase', async () => {
  view.value = {}; // what the parts of the room are loaded into
  for (const seat of Object.keys(SEATS)) {
    const { STEPS } = await import(`../../static/js/${seat}.js`);
    assert.deepEqual(Object.keys(STEPS).filter((name) => !MEANWHILE.includes(name)), ALL_PHASES, seat);
    for (const [title, todo] of Object.values(STEPS)) {
      assert.ok(title.length > 3 && title.length < 40, title);
      assert.match(todo, /[.?]$/);
    }
  }
});

test('every phase is announced', () => {
  assert.deepEqual(Object.keys(PHASE_SAID), ALL_PHASES);
});

test('each seat has its own word and shape', () => {
  assert.equal(new Set(Object.values(SEATS).map((each) => each.shape)).size, 5);
  assert.equal(new Set(Object.values(SEATS).map((each) => each.word)).size, 5);
});

test('the strip shows every phase but the time-out, which is part of the encounter', () => {
  assert.deepEqual(PHASES.map(([name]) => name), ALL_PHASES.filter((name) => name !== 'time_out'));
});

test('the learner speaks first, the coach last', () => {
  assert.deepEqual(TURNS.map((turn) => TURN_SEAT[turn]), ['learner', 'observer', 'patient', 'coach']);
});

test('every reason to be cut off is explained', () => {
  for (const reason of ['signed_out', 'removed', 'moved', 'replaced', 'not_signed_in', 'not_found', 'too_many']) {
    assert.equal(ENDED[reason].length, 2);
  }
});

test('a felt mark holds until the next, and the last to the end', () => {
  const { line, dots } = traceLine([{ offset_s: 60, value: 5 }, { offset_s: 0, value: 10 }], 120, 100, 50);
  assert.deepEqual(dots, [[0, 0], [50, 25]]);
  assert.equal(line, '0,0 50,0 50,25 100,25');
  assert.deepEqual(traceLine([], 0, 100, 50), { line: '', dots: [] });
});
