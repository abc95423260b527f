// Honest words for how safe something is. "Saved" is said only of what the server has acknowledged. Pure.

/** @typedef {'clean' | 'typing' | 'sending' | 'kept' | 'saved' | 'failed' | 'changed'} Saving */

/**
 * @param {{state: Saving, at?: string | number | null, message?: string}} saving
 * @returns {string}
 */
export function savingWords({ state, at = null, message = '' }) {
  switch (state) {
    case 'typing':
    case 'sending': return 'Saving';
    case 'kept': return 'Kept on this device';
    case 'saved': return at ? `Saved ${hourMinute(at)}` : 'Saved';
    case 'failed': return message ? `Not saved, try again. ${message}` : 'Not saved, try again';
    case 'changed': return 'Changed in another window';
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
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
