// What this page knows, as signals, and `act` out of it. It asks no one by itself: who shows views and does the actions
// is said at `start`, the wire to the room (wire.js) or a rehearsal on this page alone (rehearsal.js).

import { batch, computed, signal } from '../vendor/preact.js';
import { Announcer } from './clock.js';

export const view = signal(null);
export const mine = signal(null);
/** @type {import('../vendor/preact.js').Signal<{up: boolean, since: number}>} */
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
/** Milliseconds the server's clock is ahead of ours. */
export const ahead = signal(0);
export const tab = signal('mine');
export const narrow = signal(false);
export const helpOpen = signal(false);

/** @returns {number} the server's time, in ms */
export const serverNow = () => Date.now() + ahead.peek();
export const clockNow = computed(() => tick.value + ahead.value);
export const seat = computed(() => view.value.seat);
export const myId = () => mine.value.person;
/** Moves two people make at once: who was later sees the room move on, and needs no reason why not. */
const SHARED = /^(round|encounter|timeout|debrief):/;
const BEGINNINGS = ['round:start', 'encounter:begin', 'take:rewind'];
/** The organiser has closed the room: nothing new begins, and nothing that is being written is lost. */
export const closed = computed(() => Boolean(view.value?.closes_at) && clockNow.value >= Date.parse(view.value.closes_at));
/** The actor stopped the clock for themselves: no question is asked, of anyone. */
export const forWelfare = () => view.value.timeout?.reason === 'welfare';
export const may = (action) => view.value.may.includes(action) && !(closed.value && BEGINNINGS.includes(action));

/** @type {(name: string, fields: object) => Promise<import('./outbox.js').Answer>} */
let perform;
const announcer = new Announcer((text) => { said.value = text; });

/** @param {string} text for the live region */
export const announce = (text) => announcer.announce(text);

/** @param {{view: object, mine: object, perform: typeof perform}} parts what to show first, and who does what is asked */
export function start(parts) {
  perform = parts.perform;
  show(parts);
  setInterval(() => { tick.value = Date.now(); }, 500);
}

/** @param {{view: object, mine: object}} now both at once, so that no panel sees one without the other */
export function show(now) {
  batch(() => {
    view.value = now.view;
    mine.value = now.mine;
  });
}

/**
 * Do something in the room. A refusal of a move is shown at the top; fields and notes show their own.
 * @param {string} name @param {object} [fields] @param {{quiet?: boolean}} [how]
 * @returns {Promise<import('./outbox.js').Answer>}
 */
export async function act(name, fields = {}, { quiet = false } = {}) {
  if (!quiet) problem.value = '';
  const { phase } = view.peek();
  const answer = await perform(name, fields);
  const movedOn = SHARED.test(name) && answer.error?.code === 'wrong_phase' && view.peek().phase !== phase;
  if (!answer.ok && !quiet && !movedOn) complain(answer.error.message);
  return answer;
}

/**
 * What was chosen last and is on its way: shown until the answer comes, whatever else makes the page draw itself anew.
 * @param {string} name @param {(fields: any) => boolean} [which] @returns {any} the fields of the action, if there is one
 */
export const going = (name, which = () => true) => outgoing.value.findLast((each) => each.name === name && which(each.fields))?.fields;

/** @param {string} message */
export function complain(message) {
  problem.value = message;
  announce(message);
}

/**
 * Say each change of something in the view; not what it was when the page was made.
 * @param {(view: any) => any} pick @param {(value: any) => string | null | undefined} words
 */
export function sayChanges(pick, words) {
  const source = computed(() => pick(view.value));
  let first = true;
  // What the words are made of is no change of what is picked: `subscribe` follows that alone.
  source.subscribe((now) => {
    const text = words(now);
    if (!first && text) announce(text);
    first = false;
  });
}
