import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { act, problem, start, view } from '../../static/js/store.js';

const REFUSED = { ok: false, error: { code: 'wrong_phase', message: 'Not in this phase' } };
let answer;

// Nothing ticks here, and nothing waits to be spoken.
globalThis.setInterval = () => {};
globalThis.setTimeout = () => {};

beforeEach(() => {
  start({ view: { phase: 'encounter' }, mine: {}, perform: async () => answer });
  problem.value = '';
});

test('two people stop the clock at once: the later sees that it stands, and is told nothing', async () => {
  answer = REFUSED;
  const asked = act('timeout:call');
  view.value = { phase: 'time_out' };
  assert.equal(await asked, REFUSED);
  assert.equal(problem.value, '');
  await act('timeout:call');
  assert.equal(problem.value, 'Not in this phase');
});

test('a cue or a rewind that came too late is said not to have gone', async () => {
  answer = REFUSED;
  for (const name of ['cue:send', 'take:rewind']) {
    view.value = { phase: 'encounter' };
    const asked = act(name);
    view.value = { phase: 'notes' };
    await asked;
    assert.equal(problem.value, 'Not in this phase');
  }
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
