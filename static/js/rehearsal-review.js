// After a rehearsal: what was played, what was told, how heard the character felt; and out of role again.

import { characters } from './brief.js';
import { minutes } from './clock.js';
import { Felt } from './feeling.js';
import { beatsPlayed, factsTold } from './rehearsal-state.js';
import { StepOut } from './step-out.js';
import { Facts, Fold, html, List } from './ui.js';

/** @param {{state: import('./rehearsal-state.js').State}} props */
export function Review({ state }) {
  const [own, ...others] = characters();
  return html`<div class="rehearsal-columns">
    <div>
      <${Takes} state=${state} />
      <h3>What ${own.name} told</h3><${Told} state=${state} who=${own} />
      ${others.map((who) => html`<${Fold} key=${who.id} title=${`What ${who.name} told`}><${Told} state=${state} who=${who} /><//>`)}
    </div>
    <div>
      <h3>How heard ${own.name} felt</h3>
      ${state.felt.length > 0 ? html`<${Felt} />` : html`<p class="hint">The slider was not moved.</p>`}
      <${StepOut} thanks="Take a breath before you go on." />
    </div></div>`;
}

function Takes({ state }) {
  const { takes, encounter_s } = state;
  const beats = beatsPlayed(state);
  return html`<h3 id="beats-played">Beats played</h3>
    <p>${minutes(encounter_s)} in ${takes.length === 1 ? 'one take' : `${takes.length} takes`}.</p>
    <table aria-labelledby="beats-played"><thead><tr><th scope="col">From</th><th scope="col">Beat</th><th scope="col" class="num">For</th></tr></thead>
      ${takes.map(({ number }) => html`<tbody key=${number}>
        ${takes.length > 1 && html`<tr><th colspan="3" scope="rowgroup">Take ${number}</th></tr>`}
        ${beats.filter((each) => each.take === number).map((each) => html`<tr><td>${minutes(each.offset_s)}</td><td>${each.title}</td><td class="num">${minutes(each.seconds)}</td></tr>`)}
      </tbody>`)}</table>`;
}

function Told({ state, who }) {
  const takes = state.takes.length;
  const when = ({ take, offset_s }) => `${minutes(offset_s)}${takes > 1 ? `, take ${take}` : ''}`;
  return html`<${Facts} rows=${factsTold(state, who.id).map(({ words, told, left }) => [words, html`<${List} items=${[
    ...told.map((fact) => html`<strong>Told</strong> at ${when(fact)}: ${fact.topic}`),
    ...left.map((topic) => html`<span class="hint">Not told:</span> ${topic}`),
  ]} />`])} />`;
}
