// What the room says into the store, and the way out of it: the line, the outbox, every message of the protocol.

import { batch } from '../vendor/preact.js';
import { connect } from './connection.js';
import { forgetAll, localStore } from './device.js';
import { keepFor, store } from './drafts.js';
import { Outbox } from './outbox.js';
import { noticeLate } from './late.js';
import { hourMinute } from './saving.js';
import {
  ahead, announce, line, mine, myId, newCue, notice, outgoing, over, restarting, sayChanges, start, view,
} from './store.js';
import {
  applies, isNewer, withEntry, withFeeling, withObservation, withoutObservation, withPresence, withScore,
} from './versions.js';
import { phaseSaid } from './stopped.js';
import { t } from './translated.js';
import { TURN_WORDS } from './words.js';

let outbox;
let wire;
let reached = false;
let wasUp = false;

export const tryNow = () => wire.tryNow();
export const sendAgain = (id) => outbox.again(id);
export const letGo = (id) => outbox.discard(id);

/** @param {{room: string, person: string, view: object, mine: object}} data what the page was made with */
export function open(data) {
  ahead.value = Date.parse(data.view.now) - Date.now();
  notice.value = data.view.notice;
  start({ view: data.view, mine: data.mine, perform: (name, fields) => outbox.send(name, { round: view.peek().round?.id, ...fields }) });
  outbox = new Outbox({
    owner: keepFor(data.person, data.room), store,
    emit: (name, message) => wire.ask(name, message),
    // Copies: a panel is drawn again only for what is not the same object as before.
    changed: (entries) => { outgoing.value = entries.map((each) => ({ ...each })); },
  });
  outgoing.value = outbox.entries;
  noticeLate(`${data.person}:${data.room}`);
  wire = connect({ room: data.room, heard, line: lineChanged, refused: (error) => { over.value = error; }, offset: (ms) => { ahead.value = ms; } });
  // A phone out of a pocket, a tab out of the back: at once, instead of at the library's next attempt.
  const back = () => { if (!document.hidden) wire.awake(); };
  document.addEventListener('visibilitychange', back);
  window.addEventListener('pageshow', ({ persisted }) => persisted && back());
  window.addEventListener('online', back);
  // Phase and turn are worth saying; other people's ticks and each save are not.
  sayChanges(({ phase }) => phase, phaseSaid);
  sayChanges(({ closes_at: at }) => at, (at) => (at ? t('This room closes at {time}. What you have written is kept.', { time: hourMinute(at) }) : t('This room stays open.')));
  sayChanges(() => mine.value.help?.coming?.name, (name) => name && t('{name} is coming to help you.', { name }));
  sayChanges(({ turn }) => turn, (turn) => turn && t('Now speaking: {turn}.', { turn: TURN_WORDS[turn] }));
}

/** Down at once; up only with what comes over it, since a press before that could not go. */
function lineChanged(up) {
  reached = up;
  if (up) return;
  if (line.peek().up) line.value = { up, since: Date.now() };
  outbox.disconnected();
}

function lineIsUp() {
  const before = line.peek();
  line.value = { up: true, since: Date.now() };
  if (wasUp && Date.now() - before.since > 2_000) announce(t('Connected again.'));
  wasUp = true;
  restarting.value = false;
  outbox.connected();
}

/** It also says whose line this is: only then may what is kept for them go. Someone else may have signed in meanwhile. */
function mineChanged(message) {
  if (message.person !== myId()) {
    window.location.reload();
    return;
  }
  if (isNewer(mine.value, message)) mine.value = message;
  if (reached && !outbox.open) lineIsUp();
}

const HEARD = {
  'room:view': (message) => { if (isNewer(view.value, message)) view.value = message; },
  'mine:view': mineChanged,
  'observation:added': observationChanged,
  'observation:edited': observationChanged,
  'observation:removed': ({ version, id }) => observations({ version }, (list) => withoutObservation(list, id)),
  'feeling:changed': (message) => { if (applies(view.value, message)) view.value = withFeeling(view.value, message); },
  'score:saved': (message) => { if (applies(mine.value, message)) mine.value = withScore(mine.value, message); },
  'journal:saved': (message) => { if (applies(mine.value, message)) mine.value = withEntry(mine.value, message); },
  'presence:changed': (message) => { view.value = withPresence(view.value, message); },
  'cue:received': cueReceived,
  'notice:received': (message) => { notice.value = message; announce(t('Notice: {words}', { words: message.text })); },
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
  if ((author ?? myId()) === myId() && applies(mine.value, message)) {
    mine.value = { ...mine.value, observations: change(mine.value.observations) };
  }
}

function cueReceived(cue) {
  newCue.value = cue;
  const cues = (mine.value.cues ?? []).filter((each) => each.id !== cue.id);
  mine.value = { ...mine.value, cues: [...cues, { ...cue, to: myId() }] };
  announce(t('From the coach: {words}', { words: cue.text }));
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
