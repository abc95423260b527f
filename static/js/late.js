// Who comes in while a round is going on is told, once and in a line, what is going on. What to do is said below it.

import { effect, signal } from '../vendor/preact.js';
import { store } from './drafts.js';
import { seat, view } from './store.js';

/** The phase someone came late into, until they have read of it or it is over. */
export const late = signal('');

/**
 * Observers alone are told: whoever talks, plays or leads is what is going on, on whichever device they come in.
 * @param {string} owner the person and the room @returns a window that came back after a reload is not told again
 */
export function noticeLate(owner) {
  const key = `seen:${owner}`;
  const { phase, round } = view.peek();
  if (round && phase !== 'lobby' && seat.peek() === 'observer' && store.read(key) !== round.id) late.value = phase;
  effect(() => {
    const { phase: now, round: present } = view.value;
    if (present) store.write(key, present.id);
    if (late.peek() && now !== late.peek()) late.value = '';
  });
}
