// The script, own character first, and the live card: where the encounter is, what answers what, what has been told.
// The patient plays from it; the coach reads along.

import { characterName, characters } from './brief.js';
import { encounterOffset, minutes } from './clock.js';
import { rich } from './rich.js';
import { act, going, may, mine, serverNow, view } from './store.js';
import { t } from './translated.js';
import { Facts, Fold, html, List } from './ui.js';
import { TIERS } from './words.js';

/** @param {{open?: boolean}} props */
export function Script({ open = false, folded = false }) {
  const { script } = view.value;
  if (!script) return null;
  const parts = html`
    ${characters().map((who, index) => html`<${Character} key=${who.id} who=${who} open=${open && index === 0} />`)}
    <${Fold} title=${t('Beats')}><ol class="beats">${script.beats.map((beat) => html`<${ScriptBeat} beat=${beat} />`)}</ol><//>
    <${Fold} title=${t('Hard questions')}>${(script.challenges ?? []).map((each) => html`<p><q>${each.line}</q> <span class="hint">${characterName(each.character)}. ${each.why}</span></p>`)}<//>
    <${Fold} title=${t('Turning it up, easing it, and the limits')}><${Facts} rows=${[
      [t('To raise'), html`<${List} items=${script.escalation?.raise} />`],
      [t('To ease'), html`<${List} items=${script.escalation?.ease} />`],
      [t('Never'), html`<${List} items=${script.escalation?.limits} />`],
      [t('Not in the script'), script.unscripted],
      [t('Ending'), script.ending && `“${script.ending.line}” ${script.ending.signal}`],
    ]} /><//>
    <${Fold} title=${t('Boundaries and stop word')}><p>${rich(t('<strong>Stop word:</strong> {word}'), { word: script.stop_word })}</p><${List} items=${script.boundaries} /><//>
    <${Fold} title=${t('What to give feedback on')}><${List} items=${script.feedback_on} /><//>`;
  return folded ? html`<${Fold} title=${t('The script')}>${parts}<//>` : html`<div class="script"><h3>${t('The script')}</h3>${parts}</div>`;
}

function Character({ who, open }) {
  const { name, relation } = who;
  return html`<${Fold} title=${who.id === mine.value.character ? t('{name}, {relation} (you play this)', { name, relation }) : `${name}, ${relation}`} open=${open}>
    <p>${who.who}</p>
    <${Facts} rows=${[
      [t('Opening line'), `“${who.opening_line}”`],
      [t('Story'), who.backstory],
      [t('So far'), html`<${List} items=${(who.timeline ?? []).map(({ when, what }) => `${when}: ${what}`)} />`],
      [t('Knows'), html`<${List} items=${who.knows} />`],
      [t('Believes'), html`<${List} items=${who.believes} />`],
      [t('Hopes'), html`<${List} items=${who.hopes} />`],
      [t('Fears'), html`<${List} items=${who.fears} />`],
      [t('Values'), html`<${List} items=${who.values} />`],
      [t('Surrogate'), who.surrogate],
      [t('Carries themselves'), who.affect],
      [t('How feeling moves'), who.arc],
      ...TIERS.map(([tier, words]) => [words, html`<${List} items=${who.disclosures.filter((each) => each.tier === tier).map((each) => `${each.topic}: “${each.words}”`)} />`]),
    ].filter(([, value]) => value?.props?.items === undefined || value.props.items.length > 0)} />
  <//>`;
}

function ScriptBeat({ beat }) {
  return html`<li><strong>${beat.title}</strong>
    <ul class="plain-list">${Object.entries(beat.play ?? {}).map(([id, play]) => html`<li>${t('{name} ({value} of 10): {play}', { name: characterName(id), value: beat.emotion?.[id] ?? '?', play })}</li>`)}</ul>
    <${Answers} answers=${beat.answers} /></li>`;
}

/** If the learner ..., then ... */
export function Answers({ answers }) {
  if (!answers?.length) return null;
  return html`<dl class="answers">${answers.map((each) => html`<div><dt><span class="tag">${t('If')}</span> <span>${each.learner}</span></dt><dd><${Then} answer=${each} /></dd></div>`)}</dl>`;
}

export function Then({ answer }) {
  return html`<span class="tag">${t('Then')}</span> <span>${answer.then} ${EFFECTS[answer.effect] && html`<span class="hint">(${EFFECTS[answer.effect]})</span>`}</span>`;
}

const EFFECTS = { eases: t('eases'), raises: t('makes it harder') };

/** @returns {any} the beat being played; the first until another is chosen */
export function currentBeat() {
  const { script, card } = view.value;
  const beats = script?.beats ?? [];
  const now = going('beat:go')?.beat ?? card?.beat;
  return beats.find((each) => each.id === now) ?? beats[0];
}

/** @param {{answers?: boolean, children?: any}} props whether the if/then answers are in sight, and what stands below */
export function BeatCard({ answers = true, children }) {
  const beat = currentBeat();
  if (!beat) return null;
  const own = mine.value.character;
  const others = Object.keys(beat.play ?? {}).filter((id) => id !== own);
  return html`<section class="beat" aria-labelledby="beat-title">
    <h3 id="beat-title" tabindex="-1">${beat.title}</h3>
    ${own && html`<p class="mood"><${Mood} beat=${beat} id=${own} /></p><p class="play">${beat.play?.[own]}</p>`}
    ${others.map((id) => html`<p class=${own ? 'hint' : ''} key=${id}><strong>${characterName(id)}:</strong> <${Mood} beat=${beat} id=${id} /> ${beat.play[id]}</p>`)}
    ${answers && html`<${Answers} answers=${beat.answers} />`}
    ${children}
  </section>`;
}

function Mood({ beat, id }) {
  return beat.emotion?.[id] !== undefined && html`<span class="tag">${t('Mood {value} of 10', { value: beat.emotion[id] })}</span>`;
}

/** @param {{id: string, beats: any[], beat: string, onChoose: (beat: string) => void, named?: (beat: any) => string}} props */
export function BeatChoice({ id, beats, beat, onChoose, named = (each) => each.title }) {
  return html`<label for=${id}>${t('Beat')}</label>
    <select id=${id} value=${beat} onChange=${(event) => onChoose(event.target.value)}>
      ${beats.map((each) => html`<option value=${each.id}>${named(each)}</option>`)}</select>`;
}

/** For a rewind. */
export const withGoodPoints = (beat) => (beat.rewind ? t('{beat} (a good point)', { beat: beat.title }) : beat.title);

/** What has been told, by tier: own character in sight, the other one folded. */
export function Disclosures() {
  const own = mine.value.character;
  return characters().map((who) => (who.id === own
    ? html`<section key=${who.id}><h3>${t('What {name} may tell', { name: who.name })}</h3><${Tiers} who=${who} /></section>`
    : html`<${Fold} key=${who.id} title=${t('What {name} may tell ({told} told)', { name: who.name, told: toldCount(who) })}><${Tiers} who=${who} /><//>`));
}

export function toldCount(who) {
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
  const pending = going('disclosure:mark', (fields) => fields.disclosure === fact.id);
  const told = pending?.told ?? marks.length > 0;
  const id = `told-${fact.id}`;
  const body = html`<span class="told-topic">${fact.topic}</span> <q>${fact.words}</q>
    ${told && html`<span class="told-when">${toldWords(marks.at(-1), pending)}</span>`}`;
  if (!may('disclosure:mark')) return html`<p class=${told ? 'told is-told' : 'told'}>${body}</p>`;
  return html`<label class=${told ? 'told is-told' : 'told'} for=${id}>
    <input type="checkbox" id=${id} checked=${told} onChange=${(event) => mark(fact.id, event.target.checked)} />
    <span>${body}</span></label>`;
}

async function mark(id, told) {
  const stamp = { id, take: view.value.take, offset_s: encounterOffset(view.value, serverNow()) ?? 0, by: mine.value.person };
  const answer = await act('disclosure:mark', { disclosure: id, told });
  const { card } = view.value;
  if (!answer.ok || !card) return;
  // Until the view comes that says the same: a tick must not go off and on again.
  const disclosed = [...card.disclosed.filter((each) => each.id !== id), ...(told ? [stamp] : [])];
  view.value = { ...view.value, card: { ...card, disclosed } };
}

function toldWords(mark, pending) {
  if (pending || !mark) return t('Saving');
  return t('Told at {time}, take {take}', { time: minutes(mark.offset_s), take: mark.take });
}
