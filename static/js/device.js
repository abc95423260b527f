// What is kept on this device, and how it is forgotten: unsent actions and drafts. Hospital machines are shared, so
// everything has one prefix.

export const PREFIX = 'pallpractice:';

/**
 * Storage may be full, or refused altogether (private windows): the page works on, and says so by `kept`.
 * @param {Storage | undefined} storage
 */
export function device(storage) {
  return {
    /** @param {string} key @returns {any} null when there is nothing readable */
    read(key) {
      try {
        return JSON.parse(storage?.getItem(PREFIX + key) ?? 'null');
      } catch {
        return null;
      }
    },
    /** @param {string} key @param {any} value @returns {boolean} whether it was kept */
    write(key, value) {
      try {
        storage?.setItem(PREFIX + key, JSON.stringify(value));
        return storage !== undefined;
      } catch {
        return false;
      }
    },
    /** @param {string} key */
    remove(key) {
      try {
        storage?.removeItem(PREFIX + key);
      } catch { /* nothing was kept there */ }
    },
    /** @param {string} start @returns {string[]} keys without the prefix, in order */
    keys(start) {
      return allKeys(storage).filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length)).sort();
    },
  };
}

/** Forget everything of ours. @param {Storage | undefined} storage @returns {number} how many were removed */
export function forgetAll(storage) {
  const ours = allKeys(storage).filter((key) => key.startsWith(PREFIX));
  ours.forEach((key) => storage?.removeItem(key));
  return ours.length;
}

const OWNED = ['outbox:', 'draft:', 'seen:'];

/**
 * Forget what was kept for anyone else: whoever has signed in on this machine now, the others have left it.
 * @param {Storage | undefined} storage @param {string} person
 */
export function forgetOthers(storage, person) {
  othersKeys(storage, person).forEach((key) => storage?.removeItem(key));
}

/** @returns {boolean} whether notes of someone else are still unsent here */
export function othersUnsent(storage, person) {
  return othersKeys(storage, person).some((key) => key.startsWith(`${PREFIX}outbox:`));
}

function othersKeys(storage, person) {
  return allKeys(storage).filter((key) => OWNED.some((kind) => key.startsWith(PREFIX + kind) && !key.startsWith(`${PREFIX}${kind}${person}:`)));
}

/** @returns {Storage | undefined} even naming localStorage throws where it is refused */
export function localStore() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

function allKeys(storage) {
  try {
    return Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? '');
  } catch {
    return [];
  }
}

/** Browsers refuse setTimeout as anyone's method, and ours are kept as methods. */
export const setTimer = (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms);
export const clearTimer = (/** @type {any} */ timer) => clearTimeout(timer);

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
