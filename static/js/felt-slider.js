// How heard the character feels: the actor's slider, by touch and keys.

import { signal } from '../vendor/preact.js';
import { characterName } from './brief.js';
import { act, mine, view } from './store.js';
import { t } from './translated.js';
import { html, Saving } from './ui.js';

const QUIET_MS = 400;
const local = signal(null);
const saving = signal({ state: 'clean' });
let timer;

/** @param {{alone?: boolean}} props alone there is no server to wait for, and no saving to speak of */
export function FeelingSlider({ alone = false }) {
  const own = mine.value.character;
  if (!own) return null;
  const value = local.value ?? view.value.card?.feeling?.[own] ?? 5;
  const words = t('{value} of 10', { value });
  return html`<div class="field feeling">
    <label for="feeling">${t('How heard does {name} feel?', { name: characterName(own) })}</label>
    <div class="slider">
      <input id="feeling" type="range" min="0" max="10" step="1" value=${value} aria-valuetext=${words} aria-describedby=${alone ? null : 'feeling-saving'}
        onInput=${(event) => moved(Number(event.target.value), alone ? 0 : QUIET_MS)} onKeyDown=${(event) => paged(event, value, alone ? 0 : QUIET_MS)} />
      <output for="feeling" aria-live="off">${value}</output>
    </div>
    <div class="slider-ends" aria-hidden="true"><span>${t('0 not at all')}</span><span>${t('10 fully heard')}</span></div>
    ${!alone && html`<${Saving} id="feeling-saving" saving=${saving.value} onAgain=${() => send(value)} />`}
  </div>`;
}

/** Arrows go by one; a page by three, and the browser's own page would be no more than an arrow. */
function paged(event, value, wait) {
  const by = { PageUp: 3, PageDown: -3 }[event.key];
  if (!by) return;
  event.preventDefault();
  moved(Math.min(10, Math.max(0, value + by)), wait);
}

function moved(value, wait) {
  local.value = value;
  saving.value = { state: 'typing' };
  clearTimeout(timer);
  if (wait) timer = setTimeout(() => send(value), wait);
  else send(value);
}

async function send(value) {
  const answer = await act('feeling:set', { value }, { quiet: true });
  if (local.value !== value) return; // moved on meanwhile
  // Without a line there is nothing to say but that; "look at the room" is for moves.
  const { code, message } = answer.error ?? {};
  saving.value = answer.ok ? { state: 'saved', at: answer.at } : { state: 'failed', message: code === 'not_connected' ? '' : message };
  if (!answer.ok) return;
  const { card } = view.value;
  if (card) view.value = { ...view.value, card: { ...card, feeling: { ...card.feeling, [mine.value.character]: value } } };
  local.value = null;
}
