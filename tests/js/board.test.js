// What the board makes of its view.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  byNeed, inOrder, justClosed, lacking, newRequests, outcome, parts, requests, understudies,
} from '../../static/js/board-state.js';

const asked = (person, at) => ({ person, name: person, at: `2026-05-14T${at}:00.000Z` });
const room = (name, more = {}) => ({ id: name, name, help: [], people: [], round: null, closes_at: null, ...more });
const BIRCH = room('Birch');
const ELM = room('Elm', { help: [asked('Ella', '12:05')] });
const MAPLE = room('Maple', { help: [asked('Omar', '12:01'), asked('Lena', '12:07')] });

test('those who ask come first, the longest waiting on top', () => {
  assert.deepEqual(byNeed([room('Ash'), BIRCH, ELM, MAPLE]).map((each) => each.id), ['Maple', 'Elm', 'Ash', 'Birch']);
  assert.deepEqual(requests([ELM, MAPLE]).map((each) => [each.person, each.room.id]), [['Omar', 'Maple'], ['Ella', 'Elm'], ['Lena', 'Maple']]);
});

test('while someone works there the order stays, and what is new comes last', () => {
  assert.deepEqual(inOrder([room('Ash'), BIRCH, ELM, MAPLE], ['Birch', 'Maple', 'Elm']).map((each) => each.id), ['Birch', 'Maple', 'Elm', 'Ash']);
});

test('a request is told once, and again when it is asked anew', () => {
  assert.deepEqual(newRequests([ELM], [ELM, MAPLE]).map((each) => each.person), ['Omar', 'Lena']);
  assert.deepEqual(newRequests([ELM], [room('Elm', { help: [asked('Ella', '12:09')] })]).length, 1);
  assert.deepEqual(newRequests([ELM, MAPLE], [MAPLE]), []);
});

test('a room closes once', () => {
  const closing = room('Elm', { closes_at: '2026-05-14T15:00:00.000Z' });
  const at = Date.parse(closing.closes_at);
  assert.deepEqual(justClosed([closing, BIRCH], at - 500, at), [closing]);
  assert.deepEqual(justClosed([closing], at, at + 500), []);
});

const sam = { person: 'sam', name: 'Sam', role: 'actor', seat: 'patient', character: 'maria' };
const playing = room('Maple', {
  round: { characters: [{ id: 'maria', name: 'Maria' }, { id: 'jon', name: 'Jon' }], declined: ['sven'] },
  people: [sam, { person: 'lena', name: 'Lena', role: 'learner', seat: 'learner' }, { person: 'omar', name: 'Omar', role: 'learner', seat: 'observer' },
    { person: 'sol', name: 'Sol', role: 'actor', seat: 'patient', character: null }],
});
const elsewhere = room('Elm', { people: [{ person: 'sven', name: 'Sven', role: 'actor', seat: 'patient', character: null }] });
const view = { rooms: [playing, elsewhere], unplaced: [{ person: 'sue', name: 'Sue', role: 'actor', absent: true }, { person: 'zoe', name: 'Zoe', role: 'learner' }] };

test('parts are characters in a round, and actors before it', () => {
  assert.deepEqual(parts(playing), [['character:maria', 'Maria (Sam)'], ['character:jon', 'Jon (nobody yet)']]);
  assert.deepEqual(parts(room('Elm', { people: [sam] })), [['actor:sam', 'Sam']]);
});

test('who could take a part: neither the chair nor who plays; who declined is shown and not offered', () => {
  assert.deepEqual(understudies(view, playing), [
    ['sol', 'Sol (actor, here)', true], ['omar', 'Omar (peer)', true], ['sue', 'Sue (actor, no room yet, can’t come)', true],
    ['sven', 'Sven (actor, in Elm, has declined it)', false],
  ]);
  assert.deepEqual(understudies(view, { ...playing, round: null }).map(([person]) => person), ['sol', 'sue', 'sven']);
});

test('what many rooms came to is said in one sentence', () => {
  const rooms = [BIRCH, ELM, MAPLE];
  assert.equal(outcome({ done: ['Birch', 'Elm', 'Maple'], refused: [] }, rooms, 'board:notice'), 'Notice sent to all 3 rooms.');
  assert.equal(outcome({ done: ['Birch'], refused: [] }, rooms, 'board:notice'), 'Notice sent to the room.');
  assert.equal(outcome({ done: ['Elm'], refused: [{ room: 'Birch', message: 'No clock runs.' }] }, rooms, 'clock:extend'), 'Two minutes more in 1 of 2 rooms. Birch: No clock runs.');
  const five = ['A', 'B', 'C', 'D', 'E'].map((name) => ({ id: name, name, help: [] }));
  const refused = five.slice(1).map(({ id }) => ({ room: id, message: 'No.' }));
  assert.equal(outcome({ done: ['A'], refused }, five, 'clock:extend'), 'Two minutes more in 1 of 5 rooms. B: No. C: No. D: No. And 1 more.');
  assert.equal(outcome({ done: ['A'], refused }, five, 'round:start'), 'Started in 1 of 5 rooms. B: No. C: No. D: No. E: No.');
});

test('who has not practised, and who has not heard', () => {
  const learners = [{ practised: [], feedback: 0 }, { practised: ['s'], feedback: 0 }, { practised: ['s'], feedback: 1 }];
  assert.deepEqual(lacking(learners), { none: [learners[0]], unheard: [learners[1]] });
});
