// Where the encounter stands, the same on everyone's screen: who stopped the clock and why, or from where it goes on.

import { elapsed, minutes, takeFrom } from './clock.js';
import { serverNow, view } from './store.js';
import { t } from './translated.js';
import { html, Icon } from './ui.js';
import { PHASE_SAID, REASONS } from './words.js';

const beatTitle = (id) => view.value.script?.beats.find((each) => each.id === id)?.title;
let takeSaid = 0;

export function Stopped() {
  const { timeout: stop, clock, phase, take, takes } = view.value;
  if (stop) {
    return html`<p class="stopped"><${Icon} name="pause" /><strong>${stoppedWords(stop, clock)}</strong>${stop.reason && html` <span class="tag">${REASONS[stop.reason]}</span>`}</p>`;
  }
  return phase === 'encounter' && take > 1 && html`<p class="take-now"><${Icon} name="rewind" /><strong>${takeFrom(takes.at(-1), beatTitle)}</strong></p>`;
}

function stoppedWords({ name }, clock) {
  return t('{name} stopped the clock at {time}.', { name, time: minutes(elapsed(clock, serverNow())) });
}

/** What is said aloud of a new phase. A rewind says its take once. */
export function phaseSaid() {
  const { phase, timeout: stop, take, takes } = view.peek();
  const again = phase === 'encounter' && take > 1 && take !== takeSaid;
  takeSaid = take;
  if (stop?.reason) return t('Time-out. {name} stopped the clock: {reason}.', { name: stop.name, reason: REASONS[stop.reason] });
  if (stop) return t('Time-out. {name} stopped the clock.', { name: stop.name });
  return again ? takeFrom(takes.at(-1), beatTitle) : PHASE_SAID[phase];
}
