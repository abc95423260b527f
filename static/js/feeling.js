// How heard the character feels: a slider for the actor, a line for those who may see it.

import { signal } from '../vendor/preact.js';
import { characterName } from './brief.js';
import { minutes } from './clock.js';
import { act, mine, view } from './store.js';
import { traceLine } from './trace.js';
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
  saving.value = answer.ok ? { state: 'saved', at: answer.at } : { state: 'failed', message: answer.error.message };
  if (!answer.ok) return;
  const { card } = view.value;
  if (card) view.value = { ...view.value, card: { ...card, feeling: { ...card.feeling, [mine.value.character]: value } } };
  local.value = null;
}

/** Feeling now, in words, for the coach. */
export function FeelingNow() {
  const marks = Object.entries(view.value.card?.feeling ?? {});
  return html`<div class="field"><h3>${t('How heard they feel')}</h3>
    ${marks.length === 0 && html`<p class="hint">${t('No mark yet.')}</p>`}
    ${marks.map(([id, value]) => html`<p><strong>${characterName(id)}:</strong> ${t('{value} of 10', { value })}</p>`)}
    <${Felt} /></div>`;
}

/** The felt trace as a line, once this seat may see it. */
export function Felt() {
  const { felt } = view.value;
  if (!felt?.length) return null;
  const ids = [...new Set(felt.map((each) => each.character))];
  return ids.map((id) => html`<${Trace} key=${id} name=${characterName(id)} points=${felt.filter((each) => each.character === id)} />`);
}

function Trace({ name, points }) {
  const end = view.value.encounter_s ?? Math.max(60, ...points.map((each) => each.offset_s));
  const { line, dots } = traceLine(points, end, 300, 80);
  const first = points[0].value;
  const last = points.at(-1).value;
  return html`<figure class="trace">
    <figcaption>${t('{name}: from {first} to {last} of 10 over {time}', { name, first, last, time: minutes(end) })}</figcaption>
    <svg viewBox="0 0 320 100" role="img" aria-label=${t('How heard {name} felt, from {first} to {last} of 10.', { name, first, last })}>
      <line class="axis" x1="10" y1="90" x2="310" y2="90" /><line class="axis" x1="10" y1="10" x2="310" y2="10" />
      <g transform="translate(10 10)"><polyline class="felt-line" points=${line} />
      ${dots.map(([x, y]) => html`<circle class="felt-dot" cx=${x} cy=${y} r="3" />`)}</g>
    </svg></figure>`;
}
