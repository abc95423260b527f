// The line to a room, or to the board: Socket.IO, the clock's offset, and the outbox fed by both. No DOM.

import { io } from '../vendor/socket.io.js';
import { offsetFrom } from './clock.js';
import { refusal } from './outbox.js';
import { t } from './translated.js';

const ANSWER_MS = 8_000;
const AWAKE_MS = 2_000;
const PINGS = 5;
const PING_EVERY_MS = 60_000;
const FINAL = new Set(['not_signed_in', 'not_found', 'invalid', 'too_many']);
const EVENTS = [
  'room:view', 'mine:view', 'observation:added', 'observation:edited', 'observation:removed', 'feeling:changed',
  'score:saved', 'journal:saved', 'presence:changed', 'cue:received', 'notice:received', 'room:moved', 'session:ended',
];

/**
 * @param {object} parts
 * @param {string} [parts.room]
 * @param {string} [parts.namespace] the room's, unless said @param {object} [parts.auth] what one connects to
 * @param {string[]} [parts.events] those that may come
 * @param {(event: string, message: any) => void} parts.heard every message of the protocol
 * @param {(up: boolean) => void} parts.line the line came up or went down
 * @param {(error: {code: string, message: string}) => void} parts.refused a refusal that trying again will not mend
 * @param {(ms: number) => void} parts.offset milliseconds the server's clock is ahead
 */
export function connect({ room, namespace = '/room', auth = { room }, events = EVENTS, heard, line, refused, offset }) {
  const socket = io(namespace, { auth, transports: ['websocket'], reconnectionDelayMax: 5_000 });
  const pings = [];
  let ended = false;
  let timer;

  socket.on('connect', () => {
    line(true);
    measure(PINGS);
    clearInterval(timer);
    timer = setInterval(() => measure(1), PING_EVERY_MS);
  });
  socket.on('disconnect', (reason) => {
    line(false);
    clearInterval(timer);
    // The library leaves a socket closed by the server alone; a restart is no reason to stay away.
    if (reason === 'io server disconnect' && !ended) retry();
  });
  socket.on('connect_error', (error) => {
    line(false);
    const data = error.data;
    if (!data?.code) return; // no line: the library tries again by itself
    if (FINAL.has(data.code)) stop(() => refused(data));
    else retry();
  });
  events.forEach((event) => socket.on(event, (message) => {
    if (event === 'session:ended' && message.reason !== 'stopping') stop();
    heard(event, message);
  }));

  function stop(then = () => {}) {
    ended = true;
    socket.disconnect();
    then();
  }

  function retry() {
    setTimeout(() => !ended && !socket.connected && socket.connect(), 1_000 + Math.random() * 2_000);
  }

  async function measure(times) {
    for (let turn = 0; turn < times && socket.connected; turn += 1) {
      const sent = Date.now();
      const answer = await ask('clock:ping', { t: sent }).catch(() => null);
      if (answer?.now) pings.push({ sent, got: Date.now(), server: Date.parse(answer.now) });
    }
    // Old answers go, so that a device whose clock was put right is believed again.
    pings.splice(0, pings.length - PINGS);
    const found = offsetFrom(pings);
    if (found !== null) offset(found);
  }

  function ask(name, message) {
    // Socket.IO would keep what is emitted without a line and send it by its own lights: the outbox keeps it instead.
    if (!socket.connected) return Promise.resolve(refusal('no_answer', t('No line')));
    return socket.timeout(ANSWER_MS).emitWithAck(name, message);
  }

  function again() {
    ended = false;
    socket.disconnect().connect();
  }

  return {
    ask,
    stop,
    /** The page is looked at again. A line that slept may be dead without knowing it: it has two seconds to answer. */
    async awake() {
      if (ended) return;
      const alive = socket.connected && (await socket.timeout(AWAKE_MS).emitWithAck('clock:ping', { t: Date.now() }).catch(() => null));
      if (!alive && !ended) again();
    },
    /** Try at once, instead of waiting for the next attempt. */
    tryNow: again,
  };
}
