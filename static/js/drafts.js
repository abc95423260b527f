// What this page keeps on the device, and finds there again: drafts of one person in one room, and a few choices.

import { device, draftsOf, localStore } from './device.js';

export const store = device(localStore());

let owner = '';

/** @param {string} person @param {string} room @returns {string} the name everything of theirs is kept under */
export function keepFor(person, room) {
  owner = `${person}:${room}`;
  return owner;
}

/** @param {string} field @returns the draft kept on this device for a box of this room */
export const draft = (field) => draftsOf(store, owner)(field);
export const draftKeys = () => store.keys(`draft:${owner}:`).map((key) => key.slice(`draft:${owner}:`.length));

/** All of this person's, in whichever room: who was moved finds in the next what was begun. @returns {string[]} keys of the store */
export const allDrafts = () => store.keys(`draft:${owner.split(':')[0]}:`);
