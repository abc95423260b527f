import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { elapsed } from '../../static/js/clock.js';
import {
  beatsPlayed, begin, draw, factsTold, mineOf, step, viewOf,
} from '../../static/js/rehearsal-state.js';

const NOON = Date.parse('2026-05-14T15:20:00Z');
const PROTOCOL = readFileSync(new URL('../../pallpractice/realtime/PROTOCOL.md', import.meta.url), 'utf8');
const fact = (id, tier) => ({ id, tier, topic: `Topic ${id}`, words: `Words ${id}` });
const SCRIPT = {
  characters: [
    { id: 'rowan', name: 'Rowan', disclosures: [fact('place', 'volunteered'), fact('promise', 'after_empathy'), fact('after', 'after_empathy')] },
    { id: 'mika', name: 'Mika', disclosures: [fact('shoes', 'if_asked')] },
  ],
  beats: [
    { id: 'papers', title: 'The papers', answers: [], next: ['apart'] },
    { id: 'apart', title: 'Apart', answers: [], next: [], rewind: true },
  ],
};

/** Plays [seconds after noon, action, fields], each of which must be accepted. */
function play(...moves) {
  return moves.reduce((state, [seconds, action, fields = {}]) => {
    const next = step(state, action, fields, NOON + seconds * 1000);
    assert.equal(next.error, undefined, `${action}: ${next.error?.message}`);
    return next;
  }, begin(SCRIPT, 10, 'rowan'));
}

const BEGUN = [0, 'encounter:begin'];

test('each phase allows its own moves and no others', () => {
  const at = {
    briefing: [[], ['encounter:begin']],
    encounter: [[BEGUN], ['timeout:call', 'beat:go', 'disclosure:mark', 'feeling:set', 'encounter:end']],
    time_out: [[BEGUN, [5, 'timeout:call']], ['timeout:resume', 'take:rewind', 'encounter:end']],
    close: [[BEGUN, [5, 'encounter:end']], ['derole:confirm']],
  };
  const every = Object.values(at).flatMap(([, may]) => may);
  for (const [phase, [moves, may]] of Object.entries(at)) {
    const state = play(...moves);
    assert.equal(state.phase, phase);
    assert.deepEqual(viewOf(state).may, may);
    for (const action of every.filter((each) => !may.includes(each))) {
      assert.equal(step(state, action, {}, NOON).error.code, 'wrong_phase', `${action} in ${phase}`);
    }
  }
  assert.equal(step(play(), 'score:save', {}, NOON).error.code, 'not_allowed');
});

test('the clock stands still in a time-out', () => {
  const state = play(BEGUN, [60, 'timeout:call'], [100, 'timeout:resume']);
  assert.equal(elapsed(state.clock, NOON + 130_000), 90);
  assert.equal(state.clock.length_s, 600);
  const held = play(BEGUN, [60, 'timeout:call']);
  assert.equal(elapsed(held.clock, NOON + 500_000), 60);
  assert.equal(held.clock.running, false);
});

test('a rewind is the next take, from a beat, and time goes on', () => {
  const state = play(BEGUN, [30, 'beat:go', { beat: 'apart' }], [60, 'timeout:call'], [100, 'take:rewind', { beat: 'papers' }]);
  assert.equal(state.phase, 'encounter');
  assert.deepEqual(state.takes.at(-1), { number: 2, offset_s: 60, from_beat: 'papers', from_offset_s: null });
  assert.equal(viewOf(state).take, 2);
  assert.equal(viewOf(state).card.beat, 'papers');
  assert.equal(elapsed(state.clock, NOON + 110_000), 70);
});

test('a beat the script does not have is refused, and nothing changes', () => {
  const state = play(BEGUN);
  assert.equal(step(state, 'beat:go', { beat: 'nowhere' }, NOON).error.code, 'invalid');
  assert.equal(step(play(BEGUN, [1, 'timeout:call']), 'take:rewind', { offset_s: 0 }, NOON).error.code, 'invalid');
  assert.equal(step(state, 'disclosure:mark', { disclosure: 'nothing', told: true }, NOON).error.code, 'invalid');
  assert.equal(step(state, 'feeling:set', { value: 11 }, NOON).error.code, 'invalid');
  assert.equal(step(state, 'feeling:set', { value: 2.5 }, NOON).error.code, 'invalid');
  assert.deepEqual(state, play(BEGUN));
});

test('what is told is stamped with take and time, and can be taken back', () => {
  const told = play(BEGUN, [12, 'disclosure:mark', { disclosure: 'promise', told: true }], [20, 'disclosure:mark', { disclosure: 'shoes', told: true }]);
  assert.deepEqual(viewOf(told).card.disclosed[0], { id: 'promise', take: 1, offset_s: 12, by: 'me' });
  assert.deepEqual(factsTold(told, 'rowan').map(({ tier, told: yes, left }) => [tier, yes.map((each) => each.topic), left]), [
    ['volunteered', [], ['Topic place']], ['after_empathy', ['Topic promise'], ['Topic after']],
  ]);
  assert.deepEqual(factsTold(told, 'mika')[0].told, [{ topic: 'Topic shoes', take: 1, offset_s: 20 }]);
  const back = step(told, 'disclosure:mark', { disclosure: 'promise', told: false }, NOON + 30_000);
  assert.deepEqual(viewOf(back).card.disclosed.map((each) => each.id), ['shoes']);
});

test('the felt marks of one movement are one mark', () => {
  const state = play(BEGUN, [10, 'feeling:set', { value: 4 }], [10.4, 'feeling:set', { value: 3 }], [10.9, 'feeling:set', { value: 2 }], [30, 'feeling:set', { value: 6 }]);
  assert.deepEqual(viewOf(state).felt, [
    { character: 'rowan', take: 1, offset_s: 10, value: 2 }, { character: 'rowan', take: 1, offset_s: 30, value: 6 },
  ]);
  assert.deepEqual(viewOf(state).card.feeling, { rowan: 6 });
});

test('afterwards it says which beats were played, when and for how long', () => {
  const state = play(BEGUN, [30, 'beat:go', { beat: 'apart' }], [31, 'beat:go', { beat: 'apart' }], [60, 'timeout:call'],
    [90, 'take:rewind', { beat: 'apart' }], [130, 'encounter:end'], [140, 'derole:confirm']);
  assert.equal(state.encounter_s, 100);
  assert.deepEqual(beatsPlayed(state), [
    { take: 1, offset_s: 0, title: 'The papers', seconds: 30 },
    { take: 1, offset_s: 30, title: 'Apart', seconds: 30 },
    { take: 2, offset_s: 60, title: 'Apart', seconds: 40 },
  ]);
  assert.equal(mineOf(state).deroled, true);
  assert.deepEqual(viewOf(state).may, []);
});

test('a view of a rehearsal says nothing that a view of a room would not', () => {
  const fields = (name) => new Set([...PROTOCOL.split(`### \`${name}\``)[1].split('###')[0].matchAll(/^ {4}([a-z_]+(?:, [a-z_]+)*)(?: |$)/gm)]
    .flatMap((match) => match[1].split(', ')));
  const state = play(BEGUN, [10, 'feeling:set', { value: 4 }]);
  for (const [name, said] of [['room:view', viewOf(state)], ['mine:view', mineOf(state)]]) {
    const known = fields(name);
    assert.ok(known.size > 8);
    assert.deepEqual(Object.keys(said).filter((field) => !known.has(field)), []);
  }
});

const MOVES = [
  { learner: 'is silent', then: 'a', effect: 'eases' }, { learner: 'asks', then: 'b', effect: 'eases' },
  { learner: 'lectures', then: 'c', effect: 'raises' }, { learner: 'hurries', then: 'd', effect: 'raises' },
];

/** Draws `times` in a row, by every sequence of chances of a small wheel. */
function drawn(answers, times, seed) {
  let turn = seed;
  const random = () => { turn = (turn * 7 + 3) % 11; return turn / 11; };
  const found = [];
  for (let before = null; found.length < times;) {
    before = draw(answers, before, random);
    found.push(before.answer);
  }
  return found;
}

test('a learner’s moves ease and raise in turn', () => {
  for (let seed = 0; seed < 11; seed += 1) {
    const effects = drawn(MOVES, 20, seed).map((each) => each.effect);
    effects.slice(1).forEach((effect, index) => assert.notEqual(effect, effects[index]));
  }
});

test('no move comes twice in a row while there are others', () => {
  const lopsided = [MOVES[0], MOVES[1]];
  const holding = [...MOVES, { learner: 'waits', then: 'e', effect: 'holds' }];
  for (const answers of [MOVES, lopsided, holding]) {
    for (let seed = 0; seed < 11; seed += 1) {
      const found = drawn(answers, 30, seed);
      found.slice(1).forEach((each, index) => assert.notEqual(each, found[index]));
      if (seed === 4) assert.deepEqual(new Set(found), new Set(answers));
    }
  }
  assert.deepEqual(drawn([MOVES[0]], 3, 1), [MOVES[0], MOVES[0], MOVES[0]]);
});

test('a move that neither eases nor raises leaves the turn as it was', () => {
  const waits = { learner: 'waits', then: 'e', effect: 'holds' };
  const first = draw([MOVES[0]], null, () => 0);
  const second = draw([waits], first, () => 0);
  assert.equal(second.wants, 'raises');
  assert.equal(draw(MOVES, second, () => 0).answer.effect, 'raises');
});
