// The room as this page knows it: signals, what the server says into them, and `act` out of them.

import { batch, computed, effect, signal } from '../vendor/signals.js';
import { Announcer } from './clock.js';
import { connect } from './connection.js';
import { device, draftsOf, forgetAll, localStore } from './device.js';
import { Outbox } from './outbox.js';
import {
  applies, isNewer, withFeeling, withObservation, withoutObservation, withPresence, withScore,
} from './versions.js';
import { PHASE_SAID, TURN_WORDS } from './words.js';

export const view = signal(null);
export const mine = signal(null);
/** @type {import('../vendor/signals.js').Signal<{up: boolean, since: number}>} */
export const line = signal({ up: false, since: Date.now() });
export const outgoing = signal([]);
/** Why the page is over: {code | reason, message?, url?}. Null while it lives. */
export const over = signal(null);
export const restarting = signal(false);
export const problem = signal('');
export const notice = signal(null);
export const newCue = signal(null);
export const said = signal('');
export const tick = signal(Date.now());
export const tab = signal('mine');
export const narrow = signal(false);
export const helpOpen = signal(false);

/** @returns {number} the server's time, in ms */
export const serverNow = () => Date.now() + ahead;
export const clockNow = computed(() => tick.value + ahead);
export const seat = computed(() => view.value.seat);
export const store = device(localStore());

let ahead = 0;
let me = '';
let owner = '';
let outbox;
let wasUp = false;
let wire;
const announcer = new Announcer((text) => { said.value = text; });

/** @param {string} text for the live region */
export const announce = (text) => announcer.announce(text);
/** @param {string} field @returns the draft kept on this device for a box of this room */
export const draft = (field) => draftsOf(store, owner)(field);
export const draftKeys = () => store.keys(`draft:${owner}:`).map((key) => key.slice(`draft:${owner}:`.length));
export const myId = () => me;
export const may = (action) => view.value.may.includes(action);
export const tryNow = () => wire.tryNow();
export const sendAgain = (id) => outbox.again(id);
export const letGo = (id) => outbox.discard(id);

/**
 * Do something in the room. A refusal of a move is shown at the top; fields and notes show their own.
 * @param {string} name @param {object} [fields] @param {{quiet?: boolean}} [how]
 * @returns {Promise<import('./outbox.js').Answer>}
 */
export async function act(name, fields = {}, { quiet = false } = {}) {
  problem.value = '';
  const answer = await outbox.send(name, fields);
  if (!answer.ok && !quiet) complain(answer.error.message);
  return answer;
}

/** @param {string} message */
export function complain(message) {
  problem.value = message;
  announce(message);
}

/** @param {{room: string, person: string, view: object, mine: object}} data what the page was made with */
export function start(data) {
  me = data.person;
  owner = `${data.person}:${data.room}`;
  ahead = Date.parse(data.view.now) - Date.now();
  batch(() => {
    view.value = data.view;
    mine.value = data.mine;
    notice.value = data.view.notice;
  });
  outbox = new Outbox({
    owner, store,
    emit: (name, message) => wire.ask(name, message),
    // Copies: a panel is drawn again only for what is not the same object as before.
    changed: (entries) => { outgoing.value = entries.map((each) => ({ ...each })); },
  });
  outgoing.value = outbox.entries;
  wire = connect({ room: data.room, heard, line: lineChanged, refused: (error) => { over.value = error; }, offset: (ms) => { ahead = ms; } });
  setInterval(() => { tick.value = Date.now(); }, 500);
  sayWhatMatters();
}

function lineChanged(up) {
  const before = line.value;
  if (up !== before.up) line.value = { up, since: Date.now() };
  if (up) {
    if (!before.up && wasUp && Date.now() - before.since > 2_000) announce('Connected again.');
    wasUp = true;
    restarting.value = false;
    outbox.connected();
  } else outbox.disconnected();
}

const HEARD = {
  'room:view': (message) => { if (isNewer(view.value, message)) view.value = message; },
  'mine:view': (message) => { if (isNewer(mine.value, message)) mine.value = message; },
  'observation:added': observationChanged,
  'observation:edited': observationChanged,
  'observation:removed': ({ version, id }) => observations({ version }, (list) => withoutObservation(list, id)),
  'feeling:changed': (message) => { if (applies(view.value, message)) view.value = withFeeling(view.value, message); },
  'score:saved': (message) => { if (applies(mine.value, message)) mine.value = withScore(mine.value, message); },
  'presence:changed': (message) => { view.value = withPresence(view.value, message); },
  'cue:received': cueReceived,
  'notice:received': (message) => { notice.value = message; announce(`Notice: ${message.text}`); },
  'room:moved': moved,
  'session:ended': ended,
};

function heard(event, message) {
  batch(() => HEARD[event](message));
}

function observationChanged({ version, observation }) {
  observations({ version }, (list) => withObservation(list, observation), observation.author);
}

function observations(message, change, author) {
  if (view.value.observations && applies(view.value, message)) {
    view.value = { ...view.value, observations: change(view.value.observations) };
  }
  if ((author ?? me) === me && applies(mine.value, message)) {
    mine.value = { ...mine.value, observations: change(mine.value.observations) };
  }
}

function cueReceived(cue) {
  newCue.value = cue;
  const cues = (mine.value.cues ?? []).filter((each) => each.id !== cue.id);
  mine.value = { ...mine.value, cues: [...cues, { ...cue, to: me }] };
  announce(`From the coach: ${cue.text}`);
}

function ended({ reason }) {
  if (reason === 'stopping') restarting.value = true;
  else over.value = { url: over.value?.url, reason };
  // Signed out elsewhere, perhaps because this machine was left behind: it forgets too.
  if (reason === 'signed_out') forgetAll(localStore());
}

function moved({ url }) {
  over.value = { reason: 'moved', url };
  // Nothing is thrown away by going: what is unsent stays on the device under the old room.
  if (!outbox.unsent) setTimeout(() => window.location.assign(url), 2_000);
}

/** Phase and turn are worth saying; other people's ticks and each save are not. */
function sayWhatMatters() {
  const phase = computed(() => view.value.phase);
  const turn = computed(() => view.value.turn);
  skipFirst(phase, (value) => announce(PHASE_SAID[value]));
  skipFirst(turn, (value) => value && announce(`Now speaking: ${TURN_WORDS[value]}.`));
}

function skipFirst(source, run) {
  let first = true;
  effect(() => {
    const value = source.value;
    if (!first) run(value);
    first = false;
  });
}
