// The brief: what anyone in the room may read; the goal beside it; and who is played.

import { mine, view } from './store.js';
import { t } from './translated.js';
import { Facts, Fold, html, List } from './ui.js';

/** @param {{open?: boolean}} props folded in the encounter, open before */
export function Brief({ open = false }) {
  const { brief, round } = view.value;
  if (!brief) return null;
  return html`<${Fold} title=${t('The brief: {title}', { title: round.title })} open=${open} key="brief">
    ${round.warnings?.length > 0 && html`<p class="callout warn"><strong>${t('This case touches on:')}</strong> ${round.warnings.join('; ')}</p>`}
    <p class="lead">${brief.patient}</p>
    <${Facts} rows=${[
      [t('Where'), brief.place],
      [t('Why now'), brief.why_now],
      [t('Who is there'), html`<${List} items=${brief.present} />`],
    ]} />
    <h3>${t('Your tasks')}</h3><${List} items=${brief.tasks} />
    <h3>${t('What to convey')}</h3><${List} items=${brief.facts} />
    ${brief.chart?.length > 0 && html`<h3>${t('From the chart')}</h3><${Facts} kind="columns" rows=${brief.chart.map(({ label, value }) => [label, value])} />`}
  <//>`;
}

/** The learner's goal, as the others read it. */
export function Goal() {
  const { goal, seats } = view.value;
  const learner = seats.find((each) => each.seat === 'learner');
  const others = learner ? t('{name}’s goal', { name: learner.name }) : t('The learner’s goal');
  return html`<div class="goal"><h3>${view.value.seat === 'learner' ? t('Your goal') : others}</h3><p>${goal || t('Not written yet.')}</p></div>`;
}

/** @returns {any[]} characters, the reader's own first */
export function characters() {
  const all = view.value.script?.characters ?? [];
  const own = mine.value.character;
  return [...all.filter((each) => each.id === own), ...all.filter((each) => each.id !== own)];
}

/** @param {string} id @returns {string} */
export function characterName(id) {
  const named = view.value.script?.characters?.find((each) => each.id === id)?.name;
  return named ?? view.value.seats.find((each) => each.character === id)?.character_name ?? id;
}
