// The one polite live region: queued, the newest wins, at most one in three seconds. No DOM: `say` is given.

import { setTimer } from './device.js';

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
