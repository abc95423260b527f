// After a rehearsal: what was played, what was told, how heard the character felt; and out of role again.

import { characters } from './brief.js';
import { minutes } from './clock.js';
import { Felt } from './feeling.js';
import { beatsPlayed, factsTold } from './rehearsal-state.js';
import { rich } from './rich.js';
import { StepOut } from './step-out.js';
import { t, tn } from './translated.js';
import { Facts, Fold, html, List } from './ui.js';

/** @param {{state: import('./rehearsal-state.js').State}} props */
export function Review({ state }) {
  const [own, ...others] = characters();
  return html`<div class="rehearsal-columns">
    <div>
      <${Takes} state=${state} />
      <h3>${t('What {name} told', own)}</h3><${Told} state=${state} who=${own} />
      ${others.map((who) => html`<${Fold} key=${who.id} title=${t('What {name} told', who)}><${Told} state=${state} who=${who} /><//>`)}
    </div>
    <div>
      <h3>${t('How heard {name} felt', own)}</h3>
      ${state.felt.length > 0 ? html`<${Felt} />` : html`<p class="hint">${t('The slider was not moved.')}</p>`}
      <${StepOut} thanks=${t('Take a breath before you go on.')} />
    </div></div>`;
}

function Takes({ state }) {
  const { takes, encounter_s } = state;
  const beats = beatsPlayed(state);
  return html`<h3 id="beats-played">${t('Beats played')}</h3>
    <p>${tn('{time} in one take.', '{time} in {n} takes.', takes.length, { time: minutes(encounter_s) })}</p>
    <table aria-labelledby="beats-played"><thead><tr><th scope="col">${t('From')}</th><th scope="col">${t('Beat')}</th><th scope="col" class="num">${t('For')}</th></tr></thead>
      ${takes.map(({ number }) => html`<tbody key=${number}>
        ${takes.length > 1 && html`<tr><th colspan="3" scope="rowgroup">${t('Take {number}', { number })}</th></tr>`}
        ${beats.filter((each) => each.take === number).map((each) => html`<tr><td>${minutes(each.offset_s)}</td><td>${each.title}</td><td class="num">${minutes(each.seconds)}</td></tr>`)}
      </tbody>`)}</table>`;
}

function Told({ state, who }) {
  const words = state.takes.length > 1 ? t('<strong>Told</strong> at {time}, take {take}: {topic}') : t('<strong>Told</strong> at {time}: {topic}');
  return html`<${Facts} rows=${factsTold(state, who.id).map(({ words: tier, told, left }) => [tier, html`<${List} items=${[
    ...told.map((fact) => rich(words, { ...fact, time: minutes(fact.offset_s) })),
    ...left.map((topic) => rich(t('<hint>Not told:</hint> {topic}'), { topic })),
  ]} />`])} />`;
}
