// How heard the character feels, as a line, for those who may see it.

import { characterName } from './brief.js';
import { minutes } from './clock.js';
import { view } from './store.js';
import { traceLine } from './trace.js';
import { t } from './translated.js';
import { html } from './ui.js';

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
