// A rehearsal: one actor, one script, no room. The moves are the room's, the answers have the shapes of `room:view` and
// `mine:view` (PROTOCOL.md), so the live card can't tell the difference. No DOM; "now" and chance are arguments.

import { elapsed } from './clock.js';
import { t } from './translated.js';
import { TIERS } from './words.js';

/** @typedef {'briefing' | 'encounter' | 'time_out' | 'close'} Phase */
/** @typedef {{ok: false, error: {code: string, message: string}}} Refusal */
/**
 * @typedef {object} State
 * @property {any} script @property {number} minutes @property {string} character whom the actor plays
 * @property {Phase} phase @property {number} version how many actions were done
 * @property {any} clock as in `room:view` @property {number | null} encounter_s seconds played, once it has ended
 * @property {{number: number, offset_s: number, from_beat: string | null, from_offset_s: null}[]} takes
 * @property {string | null} beat @property {{beat: string, take: number, offset_s: number}[]} path beats in the order played
 * @property {{id: string, take: number, offset_s: number, by: string}[]} disclosed
 * @property {{character: string, take: number, offset_s: number, value: number}[]} felt @property {boolean} deroled
 */

const ME = 'me';
/** Marks of one movement of the hand are one mark. */
const ONE_MARK_S = 1;

/** @param {any} script @param {number} minutes @param {string} character @returns {State} before the encounter */
export function begin(script, minutes, character) {
  return {
    script, minutes, character, phase: 'briefing', version: 0, clock: null, encounter_s: null,
    takes: [], beat: null, path: [], disclosed: [], felt: [], deroled: false,
  };
}

/**
 * @param {State} state @param {string} action @param {any} fields @param {number} now milliseconds
 * @returns {State | Refusal}
 */
export function step(state, action, fields, now) {
  const move = MOVES[action];
  if (!move) return refusal('not_allowed', t('There is no such move in a rehearsal.'));
  if (!allowed(state, move)) return refusal('wrong_phase', t('That can’t be done just now.'));
  const changes = move.effect(state, fields, now);
  return changes.ok === false ? changes : { ...state, ...changes, version: state.version + 1 };
}

/** @returns {Refusal} */
function refusal(code, message) {
  return { ok: false, error: { code, message } };
}

const allowed = (state, { from, holds = () => true }) => from.includes(state.phase) && holds(state);
const played = (state, now) => Math.round(elapsed(state.clock, now) * 10) / 10;
const known = (state, beat) => state.script.beats.some((each) => each.id === beat);
const noBeat = () => refusal('invalid', t('The script has no such beat.'));
/** Where the encounter is, as marks are stamped. */
const here = (state, now) => ({ take: state.takes.length, offset_s: played(state, now) });
const runningFor = (state, now) => ({
  ...state.clock, stopped_at: null, running: true, stopped_s: state.clock.stopped_s + (now - Date.parse(state.clock.stopped_at)) / 1000,
});

const MOVES = {
  'encounter:begin': { from: ['briefing'], effect: beginEncounter },
  'timeout:call': { from: ['encounter'], effect: (state, _, now) => ({ phase: 'time_out', clock: { ...state.clock, stopped_at: at(now), running: false } }) },
  'timeout:resume': { from: ['time_out'], effect: (state, _, now) => ({ phase: 'encounter', clock: runningFor(state, now) }) },
  'take:rewind': { from: ['time_out'], effect: rewind },
  'beat:go': { from: ['encounter'], effect: goToBeat },
  'disclosure:mark': { from: ['encounter'], effect: markTold },
  'feeling:set': { from: ['encounter'], effect: setFeeling },
  'encounter:end': { from: ['encounter', 'time_out'], effect: (state, _, now) => ({ phase: 'close', encounter_s: played(state, now), clock: null }) },
  'derole:confirm': { from: ['close'], holds: (state) => !state.deroled, effect: () => ({ deroled: true }) },
};

function at(now) {
  return new Date(now).toISOString();
}

function beginEncounter({ script, minutes }, _, now) {
  const beat = script.beats[0].id;
  return {
    phase: 'encounter', beat,
    clock: { started_at: at(now), length_s: minutes * 60, stopped_s: 0, stopped_at: null, running: true },
    takes: [{ number: 1, offset_s: 0, from_beat: null, from_offset_s: null }],
    path: [{ beat, take: 1, offset_s: 0 }],
  };
}

/** As in a room, encounter time goes on: it is never set back, and what was told stays told. */
function rewind(state, { beat }, now) {
  if (!known(state, beat)) return noBeat();
  const take = { number: state.takes.length + 1, offset_s: played(state, now), from_beat: beat, from_offset_s: null };
  return {
    phase: 'encounter', beat, clock: runningFor(state, now), takes: [...state.takes, take],
    path: [...state.path, { beat, take: take.number, offset_s: take.offset_s }],
  };
}

function goToBeat(state, { beat }, now) {
  if (!known(state, beat)) return noBeat();
  return beat === state.beat ? {} : { beat, path: [...state.path, { beat, ...here(state, now) }] };
}

function markTold(state, { disclosure, told }, now) {
  if (!state.script.characters.some((who) => who.disclosures.some((fact) => fact.id === disclosure))) return refusal('invalid', t('The script has no such fact.'));
  const others = state.disclosed.filter((each) => each.id !== disclosure);
  return { disclosed: told ? [...others, { id: disclosure, ...here(state, now), by: ME }] : others };
}

function setFeeling(state, { value }, now) {
  if (!Number.isInteger(value) || value < 0 || value > 10) return refusal('invalid', t('A mark is a whole number from 0 to 10.'));
  const mark = { character: state.character, ...here(state, now), value };
  const last = state.felt.at(-1);
  const moving = last?.take === mark.take && mark.offset_s - last.offset_s < ONE_MARK_S;
  return { felt: moving ? [...state.felt.slice(0, -1), { ...last, value }] : [...state.felt, mark] };
}

/** @param {State} state @returns {object} what the card reads of `room:view`; one person has every seat's moves */
export function viewOf(state) {
  const { version, phase, script, clock, takes, beat, disclosed, felt, encounter_s } = state;
  return {
    version, seat: 'patient', phase, turn: null, take: takes.length, takes, clock, encounter_s, timeout: null, seats: [],
    may: Object.keys(MOVES).filter((action) => allowed(state, MOVES[action])),
    script, card: { beat, disclosed, feeling: Object.fromEntries(felt.map((each) => [each.character, each.value])) }, felt,
  };
}

/** @param {State} state @returns {object} what the card reads of `mine:view` */
export function mineOf({ version, character, deroled }) {
  return { version, person: ME, seat: 'patient', character, deroled };
}

/** @param {State} state once it has ended @returns {{take: number, title: string, offset_s: number, seconds: number}[]} */
export function beatsPlayed({ script, path, encounter_s }) {
  return path.map(({ beat, take, offset_s }, index) => ({
    take, offset_s, title: script.beats.find((each) => each.id === beat).title,
    seconds: (path[index + 1]?.offset_s ?? encounter_s) - offset_s,
  }));
}

/**
 * @param {State} state @param {string} character
 * @returns {{tier: string, words: string, told: {topic: string, take: number, offset_s: number}[], left: string[]}[]} tiers with facts
 */
export function factsTold({ script, disclosed }, character) {
  const facts = script.characters.find((each) => each.id === character).disclosures;
  const marks = new Map(disclosed.map((each) => [each.id, each]));
  return TIERS.map(([tier, words]) => {
    const here = facts.filter((each) => each.tier === tier);
    const told = here.filter((each) => marks.has(each.id)).map(({ id, topic }) => ({ topic, take: marks.get(id).take, offset_s: marks.get(id).offset_s }));
    return { tier, words, told, left: here.filter((each) => !marks.has(each.id)).map((each) => each.topic) };
  }).filter(({ told, left }) => told.length + left.length > 0);
}

const OPPOSITE = { eases: 'raises', raises: 'eases' };

/**
 * Something the learner might do in this beat: moves that ease and moves that raise take turns, and none comes twice in
 * a row while there are others.
 * @template {{learner: string, effect: string}} Answer
 * @param {Answer[]} answers of the beat, at least one @param {{answer: Answer, wants?: string} | null} before the last one drawn
 * @param {() => number} random from 0 up to 1
 * @returns {{answer: Answer, wants: string | undefined}} `wants`: what the next one should do
 */
export function draw(answers, before, random) {
  const others = answers.filter((each) => each.learner !== before?.answer.learner);
  const fresh = others.length ? others : answers;
  // A move that neither eases nor raises fits at any turn.
  const fitting = fresh.filter(({ effect }) => !before?.wants || effect === before.wants || !OPPOSITE[effect]);
  const choices = fitting.length ? fitting : fresh;
  const answer = choices[Math.floor(random() * choices.length)];
  return { answer, wants: OPPOSITE[answer.effect] ?? before?.wants };
}
