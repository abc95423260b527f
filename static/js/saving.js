// Text and ratings that save themselves, and honest words for how safe they are. "Saved" is said only of what the
// server has acknowledged. 600 ms after the last change, one save on the way per field, the newest value last; what is
// not acknowledged is kept as a draft on the device. No DOM, no socket: `save` is given.

import { clearTimer, setTimer } from './device.js';
import { language, t } from './translated.js';

/** @typedef {'clean' | 'typing' | 'sending' | 'kept' | 'saved' | 'failed' | 'changed'} Saving */

/**
 * @param {{state: Saving, at?: string | number | null, message?: string}} saving
 * @returns {string}
 */
export function savingWords({ state, at = null, message = '' }) {
  switch (state) {
    case 'typing':
    case 'sending': return t('Saving');
    case 'kept': return t('Kept on this device');
    case 'saved': return at ? t('Saved {time}', { time: hourMinute(at) }) : t('Saved');
    case 'failed': return message ? t('Not saved, try again. {message}', { message }) : t('Not saved, try again');
    case 'changed': return t('Changed in another window');
    default: return '';
  }
}

/**
 * What to say of something unsent.
 * @param {{connected: boolean, kept: boolean}} line whether there is a line, and whether the device kept a copy
 * @returns {Saving}
 */
export function unsentState({ connected, kept }) {
  if (connected) return 'sending';
  return kept ? 'kept' : 'failed';
}

/** @param {string | number} at an instant @returns {string} 14:32 by this device's clock */
export function hourMinute(at) {
  return HOUR_MINUTE.format(new Date(at));
}

const HOUR_MINUTE = new Intl.DateTimeFormat(language, { timeStyle: 'short' });

export const QUIET_MS = 600;

/** @typedef {import('./saving.js').Saving} Saving */

export class Autosave {
  /**
   * @param {object} parts
   * @param {(value: any) => Promise<any>} parts.save answers {ok, at?, error?}
   * @param {{read: () => any, write: (value: any) => boolean, clear: () => void}} parts.draft
   * @param {(value: any, saving: {state: Saving, at?: any, message?: string}) => void} parts.changed
   * @param {(run: () => void, ms: number) => any} [parts.later] @param {(timer: any) => void} [parts.cancel]
   */
  constructor({ save, draft, changed, later = setTimer, cancel = clearTimer }) {
    Object.assign(this, { saveNow: save, draft, tell: changed, later, cancel });
    this.value = undefined;
    this.dirty = false;
    this.sending = false;
    this.timer = null;
    const left = draft.read();
    if (left !== null && left !== undefined) this.change(left.value, 0);
  }

  /** @param {any} value @param {number} [wait] milliseconds of quiet before it goes */
  change(value, wait = QUIET_MS) {
    this.value = value;
    this.dirty = true;
    this.kept = this.draft.write({ value });
    this.tell(value, { state: 'typing' });
    this.cancel(this.timer);
    this.timer = this.later(() => this.flush(), wait);
  }

  /** Send now: focus has left the field. @returns {Promise<void>} */
  async flush() {
    this.cancel(this.timer);
    if (!this.dirty || this.sending) return;
    this.sending = true;
    this.dirty = false;
    this.tell(this.value, { state: 'sending' });
    const answer = await this.saveNow(this.value);
    this.sending = false;
    this.#settle(answer);
  }

  #settle(answer) {
    if (this.dirty) {
      this.flush();
    } else if (answer.ok) {
      this.draft.clear();
      this.tell(this.value, { state: 'saved', at: answer.at });
    } else {
      this.dirty = true;
      this.tell(this.value, { state: answer.error?.code === 'stale' ? 'changed' : 'failed', message: answer.error?.message });
    }
  }

  /** Give way to what another window saved. */
  yield() {
    this.cancel(this.timer);
    this.dirty = false;
    this.draft.clear();
    this.tell(undefined, { state: 'clean' });
  }
}
