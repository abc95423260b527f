// The live card: where the encounter is, what answers what, what has been told. The patient plays from it;
// the coach reads along.

import { useState } from '../vendor/preact-hooks.js';
import { minutes, encounterOffset } from './clock.js';
import { html } from './html.js';
import { Answers, characterName, characters } from './script.js';
import { act, clockNow, may, mine, outgoing, view } from './store.js';
import { Button, Fold } from './ui.js';
import { TIERS } from './words.js';

/** @returns {any} the beat being played; the first until another is chosen */
export function currentBeat() {
  const { script, card } = view.value;
  const beats = script?.beats ?? [];
  const going = outgoing.value.filter((each) => each.name === 'beat:go').at(-1)?.fields.beat;
  return beats.find((each) => each.id === (going ?? card?.beat)) ?? beats[0];
}

export function BeatCard() {
  const beat = currentBeat();
  if (!beat) return null;
  const own = mine.value.character;
  const others = Object.keys(beat.play ?? {}).filter((id) => id !== own);
  return html`<section class="beat" aria-labelledby="beat-title">
    <p class="eyebrow">Beat${own && beat.emotion?.[own] !== undefined ? ` · feeling ${beat.emotion[own]} of 10` : ''}</p>
    <h3 id="beat-title">${beat.title}</h3>
    ${own && html`<p class="lead">${beat.play?.[own]}</p>`}
    ${others.map((id) => html`<p class=${own ? 'hint' : ''}><strong>${characterName(id)}:</strong> ${beat.play[id]}</p>`)}
    <${Answers} answers=${beat.answers} />
    ${may('beat:go') && html`<${NextBeats} beat=${beat} />`}
  </section>`;
}

function NextBeats({ beat }) {
  const { beats } = view.value.script;
  const next = (beat.next ?? []).map((id) => beats.find((each) => each.id === id)).filter(Boolean);
  return html`<div class="actions">
    ${next.map((each) => html`<${Button} kind="quiet" icon="chevron-right" action="beat:go" fields=${{ beat: each.id }}>Go to: ${each.title}<//>`)}
  </div><${OtherBeat} beats=${beats.filter((each) => each !== beat && !next.includes(each))} />`;
}

function OtherBeat({ beats }) {
  const [chosen, choose] = useState('');
  if (!beats.length) return null;
  const beat = beats.some((each) => each.id === chosen) ? chosen : beats[0].id;
  return html`<${Fold} title="Another beat"><div class="inline-form">
    <label for="other-beat">Beat</label>
    <select id="other-beat" value=${beat} onChange=${(event) => choose(event.target.value)}>
      ${beats.map((each) => html`<option value=${each.id}>${each.title}</option>`)}</select>
    <${Button} action="beat:go" fields=${{ beat }}>Go there<//></div><//>`;
}

/** Timed prompts that are due, the latest first in sight. */
export function Prompts() {
  const { script, phase } = view.value;
  const played = encounterOffset(view.value, clockNow.value) ?? 0;
  const due = (script?.prompts ?? []).filter((each) => each.at_minutes * 60 <= played);
  if (phase !== 'encounter' || due.length === 0) return null;
  const latest = due.at(-1);
  return html`<p class="callout"><strong>From ${minutes(latest.at_minutes * 60)}:</strong> ${latest.text}</p>`;
}

/** What has been told, by tier: own character in sight, the other one folded. */
export function Disclosures() {
  const own = mine.value.character;
  return characters().map((who) => (who.id === own
    ? html`<section key=${who.id}><h3>What ${who.name} may tell</h3><${Tiers} who=${who} /></section>`
    : html`<${Fold} key=${who.id} title=${`What ${who.name} may tell (${toldCount(who)} told)`}><${Tiers} who=${who} /><//>`));
}

function toldCount(who) {
  const told = new Set((view.value.card?.disclosed ?? []).map((each) => each.id));
  return who.disclosures.filter((each) => told.has(each.id)).length;
}

function Tiers({ who }) {
  return TIERS.map(([tier, words]) => {
    const facts = who.disclosures.filter((each) => each.tier === tier);
    return facts.length > 0 && html`<div class="tier" key=${tier} role="group" aria-label=${words}><h4 aria-hidden="true">${words}</h4>${facts.map((fact) => html`<${Told} key=${fact.id} fact=${fact} />`)}</div>`;
  });
}

function Told({ fact }) {
  const marks = (view.value.card?.disclosed ?? []).filter((each) => each.id === fact.id);
  const pending = outgoing.value.filter((each) => each.name === 'disclosure:mark' && each.fields.disclosure === fact.id).at(-1);
  const told = pending ? pending.fields.told : marks.length > 0;
  const id = `told-${fact.id}`;
  const body = html`<span class="told-topic">${fact.topic}</span> <q>${fact.words}</q>
    ${told && html`<span class="told-when">${toldWords(marks.at(-1), pending)}</span>`}`;
  if (!may('disclosure:mark')) return html`<p class=${told ? 'told is-told' : 'told'}>${body}</p>`;
  return html`<label class=${told ? 'told is-told' : 'told'} for=${id}>
    <input type="checkbox" id=${id} checked=${told} onChange=${(event) => act('disclosure:mark', { disclosure: fact.id, told: event.target.checked })} />
    <span>${body}</span></label>`;
}

function toldWords(mark, pending) {
  if (pending || !mark) return 'Saving';
  return `Told at ${minutes(mark.offset_s)}, take ${mark.take}`;
}
