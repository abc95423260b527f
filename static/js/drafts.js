// Words begun and not yet sent, kept on this device per person, room and box. Pure: the store is given.

/**
 * @param {ReturnType<import('./device.js').device>} store @param {string} owner person and room
 */
export function draftsOf(store, owner) {
  return (/** @type {string} */ field) => {
    const key = `draft:${owner}:${field}`;
    return {
      read: () => store.read(key),
      write: (/** @type {any} */ value) => store.write(key, value),
      clear: () => store.remove(key),
    };
  };
}

/**
 * A box whose words are stamped when the first key is pressed: that is when the moment was noticed.
 * @param {{text: string, stamp: any} | null} draft what the box held
 * @param {string} text what it holds now
 * @param {() => any} stampNow
 * @returns {{text: string, stamp: any} | null} null when the box is empty again: the next words get their own time
 */
export function stamped(draft, text, stampNow) {
  if (text.trim() === '') return null;
  return { text, stamp: draft ? draft.stamp : stampNow() };
}
