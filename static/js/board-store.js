// What the board knows beyond the store, and its line: the views come in, the rooms' own actions go out.

import { batch, computed, effect, signal } from '../vendor/preact.js';
import { justClosed, newRequests } from './board-state.js';
import { courseTime } from './course-time.js';
import { connect } from './connection.js';
import { device, forgetAll, localStore } from './device.js';
import { Outbox } from './outbox.js';
import { ahead, announce, clockNow, line, over, restarting, start, view } from './store.js';
import { listed, t, tn } from './translated.js';

/** Cards, or a table: kept in the address, so that a reload and a bookmark show the same. */
export const asTable = signal(new URLSearchParams(window.location.search).get('view') === 'table');
/** What the last action in several rooms came to. */
export const told = signal('');
export const organises = computed(() => view.value.role === 'organiser');

/** For the one form that is not sent over the line. */
export const csrf = document.getElementById('board').dataset.csrf;

let wire;

export const tryNow = () => wire.tryNow();

/** @param {boolean} table */
export function showTable(table) {
  asTable.value = table;
  const address = new URL(window.location.href);
  if (table) address.searchParams.set('view', 'table');
  else address.searchParams.delete('view');
  window.history.replaceState(null, '', address);
}

/** @param {{session: string, person: string, view: object}} data what the page was made with */
export function open(data) {
  ahead.value = Date.parse(data.view.now) - Date.now();
  // Nothing here is kept for later: what is done from the board is meant for this moment.
  const outbox = new Outbox({ owner: 'board', store: device(undefined), emit: (name, message) => wire.ask(name, message) });
  start({ view: { count: 0, ...data.view }, mine: { person: data.person }, perform: (name, fields) => outbox.send(name, fields) });
  wire = connect({
    namespace: '/board',
    auth: { session: data.session },
    events: ['board:view', 'session:ended'],
    heard: (event, message) => batch(() => HEARD[event](message)),
    line: (up) => lineChanged(up, outbox),
    refused: (error) => { over.value = error; },
    offset: (ms) => { ahead.value = ms; },
  });
  sayClosings();
}

const HEARD = {
  'board:view': (message) => {
    if (message.count < view.value.count) return;
    sayRequests(view.value, message);
    view.value = message;
  },
  'session:ended': ({ reason }) => {
    if (reason === 'stopping') restarting.value = true;
    else over.value = { reason };
    if (reason === 'signed_out') forgetAll(localStore());
  },
};

function lineChanged(up, outbox) {
  if (up !== line.value.up) line.value = { up, since: Date.now() };
  if (!up) {
    outbox.disconnected();
    return;
  }
  restarting.value = false;
  outbox.connected();
}

function sayRequests(before, now) {
  const asked = newRequests(before.rooms, now.rooms);
  if (asked.length === 1) announce(t('{name} in {room} asks for help.', { name: asked[0].name, room: asked[0].room.name }));
  if (asked.length > 1) announce(tn('{n} asks for help: {rooms}.', '{n} ask for help: {rooms}.', asked.length, { rooms: listed(asked.map((each) => each.room.name)) }));
}

function sayClosings() {
  let before = clockNow.value;
  effect(() => {
    const now = clockNow.value;
    const rooms = justClosed(view.peek().rooms, before, now).map((room) => room.name);
    before = now;
    if (rooms.length) announce(t('Closed: {rooms}.', { rooms: listed(rooms) }));
  });
}

/** @param {string} at @returns {string} the hour in the course's own zone, as everywhere on the board */
export function hour(at) {
  return courseTime(at, view.value.session.time_zone);
}
