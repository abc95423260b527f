import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { act, problem, start, view } from '../../static/js/store.js';

const REFUSED = { ok: false, error: { code: 'wrong_phase', message: 'Not in this phase' } };
let answer;

// Nothing ticks here, and nothing waits to be spoken.
globalThis.setInterval = () => {};
globalThis.setTimeout = () => {};

beforeEach(() => {
  start({ view: { phase: 'time_out' }, mine: {}, perform: async () => answer });
  problem.value = '';
});

test('two people stop the clock at once: the later is told nothing, since the room is where they wanted it', async () => {
  answer = REFUSED;
  assert.equal(await act('timeout:call'), REFUSED);
  assert.equal(problem.value, '');
  view.value = { phase: 'notes' };
  await act('timeout:call');
  assert.equal(problem.value, 'Not in this phase');
});

test('what a move was refused for is said whatever the reason, unless it was the phase', async () => {
  answer = { ok: false, error: { code: 'not_connected', message: 'No line' } };
  await act('timeout:call');
  assert.equal(problem.value, 'No line');
});

test('a box that saves itself does not wipe away what was said of a move', async () => {
  problem.value = 'No line';
  answer = { ok: true };
  await act('score:save', {}, { quiet: true });
  assert.equal(problem.value, 'No line');
  await act('timeout:call');
  assert.equal(problem.value, '');
});
