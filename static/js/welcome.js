// What an observer who comes late is told, and the way to put it away.

import { late } from './late.js';
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

export function Welcome() {
  if (!late.value) return null;
  return html`<p class="banner" data-banner="late"><span><strong>${t('Welcome.')}</strong> ${GOING_ON[late.value]}</span>
    <button type="button" class="button quiet" onClick=${() => { late.value = ''; }}><${Icon} name="check" /><span>${t('Got it')}</span></button></p>`;
}
