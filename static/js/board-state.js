// What the board makes of its view: which room comes first, who may take a part, what an answer says. Pure.

import { listed, t, tn } from './translated.js';

/** Those who ask for help first, the longest waiting on top; then by name. @param {any[]} rooms */
export function byNeed(rooms) {
  const since = (room) => (room.help.length ? Date.parse(room.help[0].at) : Infinity);
  return [...rooms].sort((a, b) => (since(a) === since(b) ? a.name.localeCompare(b.name) : since(a) - since(b)));
}

/** The order that is shown, while someone is at work in it; rooms that are new come last. @param {string[]} ids */
export function inOrder(rooms, ids) {
  const place = (room) => (ids.includes(room.id) ? ids.indexOf(room.id) : ids.length);
  return [...rooms].sort((a, b) => place(a) - place(b));
}

/** Every request, the oldest first, with its room. */
export function requests(rooms) {
  return rooms.flatMap((room) => room.help.map((each) => ({ ...each, room }))).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What has been asked for since. @returns {any[]} */
export function newRequests(before, now) {
  const known = new Set(requests(before).map(keyOf));
  return requests(now).filter((each) => !known.has(keyOf(each)));
}

const keyOf = (each) => `${each.room.id} ${each.person} ${each.at}`;

/** Rooms that have closed between two moments, server time in ms. */
export function justClosed(rooms, before, now) {
  return rooms.filter(({ closes_at: at }) => at && Date.parse(at) > before && Date.parse(at) <= now);
}

/** Who plays in this room, or is to: [value, words]. Before a round, by person; in one, by character. */
export function parts(room) {
  if (!room.round) return room.people.filter((each) => each.seat === 'patient').map((each) => [`actor:${each.person}`, each.name]);
  return room.round.characters.map(({ id, name }) => {
    const player = room.people.find((each) => each.character === id);
    return [`character:${id}`, player ? t('{name} ({what})', { name, what: player.name }) : t('{name} (nobody yet)', { name })];
  });
}

/** Who could take a part over: [person, words, may]. Actors here, peers, actors without a room, actors elsewhere. */
export function understudies(view, room) {
  const declined = new Set(room.round?.declined ?? []);
  const words = (each, more) => {
    const no = declined.has(each.person);
    const what = listed([more, each.absent && t('can’t come'), no && t('has declined it')].filter(Boolean));
    return [each.person, t('{name} ({what})', { name: each.name, what }), !no];
  };
  const actors = (list) => list.filter((each) => each.role === 'actor' && !each.character);
  const peers = room.round ? room.people.filter((each) => each.role === 'learner' && each.seat === 'observer') : [];
  const elsewhere = view.rooms.filter((each) => each.id !== room.id);
  return [
    ...actors(room.people).map((each) => words(each, t('actor, here'))),
    ...peers.map((each) => words(each, t('peer'))),
    ...actors(view.unplaced).map((each) => words(each, t('actor, no room yet'))),
    ...elsewhere.flatMap((other) => actors(other.people).map((each) => words(each, t('actor, in {room}', { room: other.name })))),
  ];
}

/** Of each action done in many rooms: in all of them, in some. */
const DID = {
  'round:start': [(n) => tn('Started in the room.', 'Started in all {n} rooms.', n), (some) => t('Started in {n} of {all} rooms.', some)],
  'board:notice': [(n) => tn('Notice sent to the room.', 'Notice sent to all {n} rooms.', n), (some) => t('Notice sent to {n} of {all} rooms.', some)],
  'clock:extend': [(n) => tn('Two minutes more in the room.', 'Two minutes more in all {n} rooms.', n), (some) => t('Two minutes more in {n} of {all} rooms.', some)],
  'room:keep': [(n) => tn('Kept open: the room.', 'Kept open: all {n} rooms.', n), (some) => t('Kept open: {n} of {all} rooms.', some)],
  'room:close': [(n) => tn('Closing in 60 seconds: the room.', 'Closing in 60 seconds: all {n} rooms.', n), (some) => t('Closing in 60 seconds: {n} of {all} rooms.', some)],
};

/**
 * What came of something done in many rooms. Of a start all rooms that did not begin are named, of all else the first few.
 * @param {{done: string[], refused: any[]}} answer @param {string} action
 */
export function outcome(answer, rooms, action) {
  const n = answer.done.length;
  const all = n + answer.refused.length;
  const [inAll, inSome] = DID[action];
  const named = answer.refused.slice(0, action === 'round:start' ? all : 3).map(({ room, message }) => t('{room}: {words}', { room: rooms.find((each) => each.id === room)?.name ?? t('A room'), words: message }));
  const more = answer.refused.length - named.length;
  return [n === all ? inAll(all) : inSome({ n, all }), ...named, more > 0 && tn('And {n} more.', 'And {n} more.', more)].filter(Boolean).join(' ');
}

/** @param {any[]} learners @returns {{none: any[], unheard: any[]}} who has not been in the chair, and who had no feedback since */
export function lacking(learners) {
  return {
    none: learners.filter((each) => each.practised.length === 0),
    unheard: learners.filter((each) => each.practised.length > 0 && each.feedback === 0),
  };
}
