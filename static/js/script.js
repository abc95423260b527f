// The script: own character first, folded into parts, the opening line in plain sight.

import { html } from './html.js';
import { mine, view } from './store.js';
import { Facts, Fold, List } from './ui.js';
import { TIERS } from './words.js';

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

export function Opening() {
  const who = characters()[0];
  return who ? html`<div class="opening"><h3>Opening line</h3><blockquote>${who.opening_line}</blockquote><p class="hint">${who.name}, word for word.</p></div>` : null;
}

/** @param {{open?: boolean}} props */
export function Script({ open = false, folded = false }) {
  const { script } = view.value;
  if (!script) return null;
  const parts = html`
    ${characters().map((who, index) => html`<${Character} key=${who.id} who=${who} open=${open && index === 0} />`)}
    <${Fold} title="Beats"><ol class="beats">${script.beats.map((beat) => html`<${ScriptBeat} beat=${beat} />`)}</ol><//>
    <${Fold} title="Hard questions">${(script.challenges ?? []).map((each) => html`<p><q>${each.line}</q> <span class="hint">${characterName(each.character)}. ${each.why}</span></p>`)}<//>
    <${Fold} title="Turning it up, easing it, and the limits"><${Facts} rows=${[
      ['To raise', html`<${List} items=${script.escalation?.raise} />`],
      ['To ease', html`<${List} items=${script.escalation?.ease} />`],
      ['Never', html`<${List} items=${script.escalation?.limits} />`],
      ['Not in the script', script.unscripted],
      ['Ending', script.ending && `“${script.ending.line}” ${script.ending.signal}`],
    ]} /><//>
    <${Fold} title="Boundaries and stop word"><p><strong>Stop word:</strong> ${script.stop_word}</p><${List} items=${script.boundaries} /><//>
    <${Fold} title="What to give feedback on"><${List} items=${script.feedback_on} /><//>`;
  return folded ? html`<${Fold} title="The script">${parts}<//>` : html`<div class="script"><h3>The script</h3>${parts}</div>`;
}

function Character({ who, open }) {
  const mark = who.id === mine.value.character ? ' (you play this)' : '';
  return html`<${Fold} title=${`${who.name}, ${who.relation}${mark}`} open=${open}>
    <p>${who.who}</p>
    <${Facts} rows=${[
      ['Opening line', `“${who.opening_line}”`],
      ['Story', who.backstory],
      ['So far', html`<${List} items=${(who.timeline ?? []).map(({ when, what }) => `${when}: ${what}`)} />`],
      ['Knows', html`<${List} items=${who.knows} />`],
      ['Believes', html`<${List} items=${who.believes} />`],
      ['Hopes', html`<${List} items=${who.hopes} />`],
      ['Fears', html`<${List} items=${who.fears} />`],
      ['Values', html`<${List} items=${who.values} />`],
      ['Surrogate', who.surrogate],
      ['Carries themselves', who.affect],
      ['How feeling moves', who.arc],
      ...TIERS.map(([tier, words]) => [words, html`<${List} items=${who.disclosures.filter((each) => each.tier === tier).map((each) => `${each.topic}: “${each.words}”`)} />`]),
    ].filter(([, value]) => value?.props?.items === undefined || value.props.items.length > 0)} />
  <//>`;
}

function ScriptBeat({ beat }) {
  return html`<li><strong>${beat.title}</strong>
    <ul class="plain-list">${Object.entries(beat.play ?? {}).map(([id, play]) => html`<li>${characterName(id)} (${beat.emotion?.[id] ?? '?'} of 10): ${play}</li>`)}</ul>
    <${Answers} answers=${beat.answers} /></li>`;
}

/** If the learner ..., then ... */
export function Answers({ answers }) {
  if (!answers?.length) return null;
  return html`<dl class="answers">${answers.map((each) => html`<div><dt><span class="tag">If</span> <span>${each.learner}</span></dt><dd><span class="tag">Then</span> <span>${each.then} ${EFFECTS[each.effect] && html`<span class="hint">(${EFFECTS[each.effect]})</span>`}</span></dd></div>`)}</dl>`;
}

const EFFECTS = { eases: 'eases', raises: 'makes it harder' };
