// Actions as they go on the wire: a name, fields and an id that makes a repeat harmless. No DOM, no socket.

/** @typedef {{id: string, name: string, fields: Object<string, any>, at: number, keep: boolean}} Action */

/** Moves are meant for this moment: sent minutes later they would stop or start the wrong thing. */
const OF_THE_MOMENT = new Set([
  'round:start', 'encounter:begin', 'timeout:call', 'timeout:resume', 'take:rewind', 'encounter:end',
  'debrief:open', 'debrief:next', 'round:close', 'clock:extend', 'seat:assign', 'person:move',
  'feeling:set', 'notice:send', 'cue:send',
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
