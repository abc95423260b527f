// Time in the room: the clock worked out from the server's instants (nothing ticks here, so nothing drifts), and the
// pace of what is spoken. Pure.

import { setTimer } from './device.js';
import { t } from './translated.js';

/** @typedef {{started_at: string, length_s: number, stopped_s: number, stopped_at: string | null, running: boolean}} Clock */

/**
 * How far the server's clock is ahead of ours, from pings: the quickest answer is the truest.
 * @param {{sent: number, got: number, server: number}[]} pings milliseconds
 * @returns {number | null} milliseconds to add to our clock; null while none was answered
 */
export function offsetFrom(pings) {
  if (pings.length === 0) return null;
  const best = pings.reduce((a, b) => (b.got - b.sent < a.got - a.sent ? b : a));
  return best.server - (best.sent + best.got) / 2;
}

/** @param {Clock | null} clock @param {number} now server time, ms @returns {number} seconds played, never below zero */
export function elapsed(clock, now) {
  if (!clock?.started_at) return 0;
  const end = clock.stopped_at ? Date.parse(clock.stopped_at) : now;
  return Math.max(0, (end - Date.parse(clock.started_at)) / 1000 - clock.stopped_s);
}

/** @param {Clock} clock @param {number} now @returns {number} seconds left; below zero once it has run over */
export function remaining(clock, now) {
  return clock.length_s - elapsed(clock, now);
}

/** Whole seconds into the encounter, for a note. @returns {number | null} null outside it: the server then knows better */
export function encounterOffset(view, now) {
  return ['encounter', 'time_out'].includes(view.phase) ? Math.floor(elapsed(view.clock, now)) : null;
}

/** @param {number} seconds @returns {string} 7:05 */
export function minutes(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Where a take begins again, in words; no more than this seat was told. @param {(beat: string) => string | undefined} beatTitle */
export function takeFrom({ number, from_beat: beat, from_offset_s: moment }, beatTitle) {
  if (moment !== null && moment !== undefined) return t('Take {number}, from {time}', { number, time: minutes(moment) });
  const title = beat && beatTitle(beat);
  return title ? t('Take {number}, from the beat “{title}”', { number, title }) : t('Take {number}', { number });
}

/** The clock in words. A clock that has run over is said calmly: zero ends nothing. */
export function clockWords(clock, now) {
  const left = remaining(clock, now);
  if (clock.running) return left >= 0 ? t('{time} left', { time: minutes(Math.ceil(left)) }) : t('{time} over', { time: minutes(-left) });
  const time = minutes(Math.abs(left));
  return left >= 0 ? t('{time} left, stopped', { time }) : t('{time} over, stopped', { time });
}

const MARKS = {
  encounter: [[120, t('Two minutes left in the encounter.')], [0, t('The time is up. Carry on until it is ended.')]],
  briefing: [[30, t('The briefing ends in half a minute.')]],
  notes: [[60, t('One minute left for notes.')], [25, t('Under half a minute left for notes. Nothing locks at zero.')]],
};

/**
 * Time marks passed between two looks at the clock, to be spoken once.
 * @param {string} phase @param {number} before seconds left at the last look @param {number} after seconds left now
 * @returns {string | null} the latest mark passed
 */
export function markPassed(phase, before, after) {
  const passed = (MARKS[phase] ?? []).filter(([at]) => before > at && after <= at);
  return passed.length ? passed[passed.length - 1][1] : null;
}

export const GAP_MS = 3_000;

export class Announcer {
  /** @param {(text: string) => void} say @param {{now?: () => number, later?: (run: () => void, ms: number) => any}} [time] */
  constructor(say, { now = Date.now, later = setTimer } = {}) {
    Object.assign(this, { say, now, later });
    this.last = -Infinity;
    this.waiting = null;
    this.due = false;
  }

  /** @param {string} text */
  announce(text) {
    this.waiting = text;
    if (this.due) return;
    const wait = Math.max(0, this.last + GAP_MS - this.now());
    if (wait === 0) this.#speak();
    else {
      this.due = true;
      this.later(() => this.#speak(), wait);
    }
  }

  #speak() {
    this.due = false;
    this.last = this.now();
    const text = this.waiting;
    this.waiting = null;
    if (text) this.say(text);
  }
}
