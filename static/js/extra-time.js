// Extra time to read and write: said privately, for the whole course, and taken back as easily.

import { act, announce, going, may, mine, seat, view } from './store.js';
import { t } from './translated.js';
import { html } from './ui.js';

export function ExtraTime() {
  if (!may('extratime:set')) return null;
  const on = going('extratime:set')?.on ?? mine.value.extra_time;
  const choose = async (event) => {
    const { checked } = event.target;
    const answer = await act('extratime:set', { on: checked });
    if (!answer.ok) return;
    mine.value = { ...mine.value, extra_time: checked };
    announce(checked ? t('Extra time is on.') : t('Extra time is off.'));
  };
  return html`<label class="check"><input type="checkbox" checked=${on} onChange=${choose} />
    <span>${t('I need more time to read and write')}<span class="hint">${t('Briefing and notes then last half as long again, in every room you are in. Nobody is told that it is for you: your coach sees only that extra time is on.')}</span></span></label>`;
}

/** What the coach is told of it. */
export function ExtraTimeOn() {
  if (seat.value !== 'coach' || !view.value.extra_time || !['lobby', 'briefing', 'notes'].includes(view.value.phase)) return null;
  return html`<p class="hint">${t('Extra time is on: briefing and notes last half as long again.')}</p>`;
}
