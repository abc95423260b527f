// Actions as they go on the wire, and the outbox that keeps the unsent ones: in order, one on the way at a time, each
// under its own id until answered, each under its own key on the device, so that two tabs of one person never overwrite
// each other's list; both may send an action left behind by a closed tab, and the server does it once. No DOM, no
// socket: `emit` is given.

import { setTimer } from './device.js';
import { t } from './translated.js';

/** @typedef {{id: string, name: string, fields: Object<string, any>, at: number, keep: boolean}} Action */

/** Moves are meant for this moment: sent minutes later they would stop or start the wrong thing. */
const OF_THE_MOMENT = new Set([
  'round:start', 'encounter:begin', 'timeout:call', 'timeout:resume', 'take:rewind', 'encounter:end',
  'debrief:open', 'debrief:next', 'round:close', 'clock:extend', 'seat:assign', 'person:move',
  'person:place', 'actor:replace', 'help:take', 'room:close', 'room:keep',
  'feeling:set', 'notice:send', 'board:notice', 'cue:send',
]);

/** Refusals after which the same action, with the same id, may be sent again. */
const PASSING = new Set(['rate_limited', 'unavailable', 'no_answer']);

/**
 * A version 4 UUID.
 * @param {Pick<Crypto, 'getRandomValues'>} random crypto.randomUUID is missing on plain http, so it is not used
 * @returns {string}
 */
export function actionId(random = globalThis.crypto) {
  const bytes = random.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * @param {string} name @param {Object<string, any>} fields @param {number} at milliseconds
 * @param {string} [id]
 * @returns {Action}
 */
export function makeAction(name, fields, at, id = actionId()) {
  return { id, name, fields, at, keep: !OF_THE_MOMENT.has(name) };
}

/** @param {Action} action @returns {Object<string, any>} what is sent */
export function payload(action) {
  return { action_id: action.id, ...action.fields };
}

/** @param {{ok: boolean, error?: {code: string}}} answer @returns {boolean} */
export function mayTryAgain(answer) {
  return !answer.ok && PASSING.has(answer.error?.code ?? '');
}

/** A move older than this is not sent: the moment it was meant for has gone. */
export const MOMENT_MS = 10_000;
/** While a page opens, or the line drops for a moment, a move waits so long for the line. */
export const BRIEF_MS = 2_000;
const AGAIN_MS = 1_500;

/** @typedef {import('./actions.js').Action} Action */
/** @typedef {{ok: boolean, error?: {code: string, message: string}} & Object<string, any>} Answer */
/** @typedef {Action & {state: 'waiting' | 'sending' | 'refused', key: string, kept: boolean, error?: any, done?: (a: Answer) => void}} Entry */

export class Outbox {
  /**
   * @param {object} parts
   * @param {string} parts.owner person and room: another person on this device never sends these
   * @param {ReturnType<import('./device.js').device>} parts.store
   * @param {(name: string, payload: object) => Promise<Answer>} parts.emit rejects or answers `no_answer` when the line drops
   * @param {() => number} [parts.now] @param {(run: () => void, ms: number) => any} [parts.later]
   * @param {(entries: Entry[]) => void} [parts.changed]
   */
  constructor({ owner, store, emit, now = Date.now, later = setTimer, changed = () => {} }) {
    Object.assign(this, { store, emit, now, later, changed });
    this.prefix = `outbox:${owner}:`;
    this.open = false;
    this.closed = now();
    this.sending = false;
    this.count = 0;
    /** @type {Entry[]} */
    this.entries = store.keys(this.prefix).map((key) => this.#adopt(key)).filter(Boolean);
  }

  /** Add an action; resolves with the server's answer, or a refusal made here. @returns {Promise<Answer>} */
  send(name, fields) {
    const action = makeAction(name, fields, this.now());
    if (!action.keep && !this.open && action.at - this.closed > BRIEF_MS) return Promise.resolve(refusal('not_connected', t('Not connected just now. Try again in a moment.')));
    return new Promise((done) => {
      const order = `${String(action.at).padStart(14, '0')}-${String(this.count++).padStart(6, '0')}`;
      const entry = { ...action, state: 'waiting', key: `${this.prefix}${order}-${action.id}`, kept: false, done };
      if (action.keep) entry.kept = this.store.write(entry.key, action);
      this.entries.push(entry);
      if (!action.keep && !this.open) this.later(() => !this.open && this.#expire(entry), BRIEF_MS);
      if (!action.keep) this.later(() => this.#expire(entry), MOMENT_MS + AGAIN_MS);
      this.#tell();
      this.#flush();
    });
  }

  /** The line is up: everything unsent goes, oldest first. */
  connected() {
    this.open = true;
    this.#flush();
  }

  /** The line is down: what was on the way waits, and keeps its id. */
  disconnected() {
    if (this.open) this.closed = this.now();
    this.open = false;
  }

  /** Send a refused one again as a new action. @param {string} id */
  again(id) {
    const entry = this.#take(id);
    return entry ? this.send(entry.name, entry.fields) : Promise.resolve(refusal('not_found', t('It is not here any more.')));
  }

  /** Let a refused one go. @param {string} id */
  discard(id) {
    this.#take(id);
    this.#tell();
  }

  /** @returns {boolean} whether anything is not yet with the server */
  get unsent() {
    return this.entries.some((entry) => entry.keep);
  }

  #adopt(key) {
    const action = this.store.read(key);
    if (!action?.id) return null;
    return { ...action, key, kept: true, state: action.error ? 'refused' : 'waiting' };
  }

  #take(id) {
    const entry = this.entries.find((each) => each.id === id);
    if (entry) this.#drop(entry);
    return entry;
  }

  #drop(entry) {
    this.entries = this.entries.filter((each) => each !== entry);
    this.store.remove(entry.key);
  }

  #tell() {
    this.changed(this.entries);
  }

  async #flush() {
    if (this.sending || !this.open) return;
    this.sending = true;
    for (let entry = this.#next(); entry && this.open; entry = this.#next()) {
      if (!(await this.#deliver(entry))) break;
    }
    this.sending = false;
    this.#tell();
  }

  #next() {
    return this.entries.find((entry) => entry.state === 'waiting');
  }

  /** @returns {Promise<boolean>} whether to go on with the next */
  async #deliver(entry) {
    if (this.#tooLate(entry)) {
      this.#expire(entry);
      return true;
    }
    entry.state = 'sending';
    this.#tell();
    const answer = await this.emit(entry.name, payload(entry)).catch(() => refusal('no_answer', 'No answer'));
    if (!mayTryAgain(answer)) {
      this.#settle(entry, answer);
      return true;
    }
    entry.state = 'waiting';
    if (this.#tooLate(entry)) this.#expire(entry);
    if (this.open) this.later(() => this.#flush(), AGAIN_MS);
    return false;
  }

  #tooLate(entry) {
    return !entry.keep && this.now() - entry.at > MOMENT_MS;
  }

  #expire(entry) {
    if (entry.state !== 'waiting' || !this.entries.includes(entry)) return;
    this.#settle(entry, refusal('not_connected', t('That did not go through in time. Look at the room, then press again.')));
  }

  #settle(entry, answer) {
    if (answer.ok || !entry.keep || !worthKeeping(entry)) this.#drop(entry);
    else this.#refuse(entry, answer.error);
    this.#tell();
    entry.done?.(answer);
  }

  /** Words the server would not take stay on the device, in sight, until their writer decides. */
  #refuse(entry, error) {
    entry.state = 'refused';
    entry.error = error;
    const { id, name, fields, at, keep } = entry;
    if (this.store.read(entry.key)) this.store.write(entry.key, { id, name, fields, at, keep, error });
  }
}

function worthKeeping(entry) {
  return ['observation:add', 'moment:mark'].includes(entry.name);
}

/** @param {string} code @param {string} message @returns {Answer} */
export function refusal(code, message) {
  return { ok: false, error: { code, message } };
}
