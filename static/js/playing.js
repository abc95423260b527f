// What whoever plays has beside the card: the opening line, what is due by the clock, and the way to the next beat.

import { useState } from '../vendor/preact.js';
import { characters } from './brief.js';
import { BeatChoice, currentBeat } from './card.js';
import { encounterOffset, minutes } from './clock.js';
import { rich } from './rich.js';
import { act, clockNow, may, view } from './store.js';
import { t } from './translated.js';
import { Button, Fold, html } from './ui.js';

export function Opening() {
  const who = characters()[0];
  return who ? html`<div class="opening"><h3>${t('Opening line')}</h3><blockquote>${who.opening_line}</blockquote><p class="hint">${t('{name}, word for word.', { name: who.name })}</p></div>` : null;
}

/** Timed prompts that are due, the latest first in sight. */
export function Prompts() {
  const { script, phase } = view.value;
  const played = encounterOffset(view.value, clockNow.value) ?? 0;
  const due = (script?.prompts ?? []).filter((each) => each.at_minutes * 60 <= played);
  if (phase !== 'encounter' || due.length === 0) return null;
  const latest = due.at(-1);
  return html`<p class="callout">${rich(t('<strong>From {time}:</strong> {text}'), { time: minutes(latest.at_minutes * 60), text: latest.text })}</p>`;
}

export function NextBeats() {
  if (!may('beat:go')) return null;
  const beat = currentBeat();
  const { beats } = view.value.script;
  const next = (beat.next ?? []).map((id) => beats.find((each) => each.id === id)).filter(Boolean);
  return html`<div class="actions">
    ${next.map((each) => html`<${Button} kind="quiet" icon="chevron-right" onPress=${() => goTo(each.id)}>${t('Go to: {beat}', { beat: each.title })}<//>`)}
  </div><${OtherBeat} beats=${beats.filter((each) => each !== beat && !next.includes(each))} />`;
}

function OtherBeat({ beats }) {
  const [chosen, choose] = useState('');
  if (!beats.length) return null;
  const beat = beats.some((each) => each.id === chosen) ? chosen : beats[0].id;
  return html`<${Fold} title=${t('Another beat')}><div class="inline-form">
    <${BeatChoice} id="other-beat" beats=${beats} beat=${beat} onChoose=${choose} />
    <${Button} onPress=${() => goTo(beat)}>${t('Go there')}<//></div><//>`;
}

async function goTo(beat) {
  // From the way there, at the card's end, to what is played now: its beginning may be out of sight.
  requestAnimationFrame(() => document.getElementById('beat-title')?.focus());
  const answer = await act('beat:go', { beat });
  if (answer.ok) view.value = { ...view.value, card: { ...view.value.card, beat } };
}
