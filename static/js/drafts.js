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

/** Drafts of this person in other rooms: whoever was moved finds here what they had begun there. @returns {string[]} whole keys */
export const draftsElsewhere = () => store.keys(`draft:${owner.split(':')[0]}:`).filter((key) => !key.startsWith(`draft:${owner}:`));
