// Who comes in while a round is going on is told, once and in a line, what is going on. What to do is said below it.

import { effect, signal } from '../vendor/preact.js';
import { store } from './drafts.js';
import { seat, view } from './store.js';
import { t } from './translated.js';
import { html, Icon } from './ui.js';

const GOING_ON = {
  briefing: t('They are reading the brief, and so can you. The conversation has not begun.'),
  encounter: t('The conversation is going on. Join the meeting quietly; the brief is here to read.'),
  time_out: t('The clock is stopped, and they talk about what to try next. It goes on in a moment.'),
  notes: t('The conversation is over, and everyone writes in silence for a few minutes.'),
  debrief: t('The conversation is over, and they talk about it, one after the other.'),
  close: t('This round has just ended. Your coach starts the next one.'),
};

const late = signal('');

/** @param {string} owner the person and the room @returns a window that came back after a reload is not told again */
export function noticeLate(owner) {
  const key = `seen:${owner}`;
  const { phase, round } = view.peek();
  if (round && phase !== 'lobby' && seat.peek() !== 'organiser' && store.read(key) !== round.id) late.value = phase;
  effect(() => {
    const { phase: now, round: present } = view.value;
    if (present) store.write(key, present.id);
    if (late.peek() && now !== late.peek()) late.value = '';
  });
}

export function Late() {
  if (!late.value) return null;
  return html`<p class="banner" data-banner="late"><span><strong>${t('Welcome.')}</strong> ${GOING_ON[late.value]}</span>
    <button type="button" class="button quiet" onClick=${() => { late.value = ''; }}><${Icon} name="check" /><span>${t('Got it')}</span></button></p>`;
}
