// A rehearsal: the live card on this page alone. Its moves are made here (rehearsal-state.js); no line is opened, and
// nothing is written to the device.

import { render, signal, useState } from '../vendor/preact.js';
import { BeatCard, BeatChoice, currentBeat, Disclosures, goodPoint, Script } from './card.js';
import { ClockFace } from './clock-face.js';
import { FeelingSlider } from './felt-slider.js';
import { FocusKeeper, TimeMarks } from './focus.js';
import { NextBeats, Opening, Prompts } from './playing.js';
import { forgetMove, Partner, trying } from './rehearsal-partner.js';
import { begin, mineOf, step, viewOf } from './rehearsal-state.js';
import { Review } from './rehearsal-review.js';
import { rich } from './rich.js';
import './signout.js'; // each page has it; here it comes along
import { act, mine, said, sayChanges, show, start, view } from './store.js';
import { t, tn } from './translated.js';
import { Button, ConfirmButton, Fold, html, List, Problem, Radios } from './ui.js';

const PHASES = {
  briefing: { title: t('Step towards the part'), todo: t('Read the script, have the opening line in mind, then begin.'), Part: Before },
  encounter: { title: t('Play from the card'), todo: t('Mark what you tell, and how heard you feel.'), Part: Playing },
  time_out: { title: t('Time-out'), todo: t('Go on, or play again from a beat.'), Part: Held },
  close: { title: t('What you played'), todo: t('Look back, then leave the part behind.'), Part: After },
};
const SAID = {
  encounter: ({ take }) => (take > 1 ? t('Take {take} is running.', { take }) : t('The rehearsal is running.')),
  time_out: () => t('Time-out. The clock is stopped.'),
  close: () => t('The rehearsal has ended.'),
};

const mount = document.getElementById('rehearsal');
const { scenario, script, warnings } = JSON.parse(document.getElementById('rehearsal-data').textContent);
const state = signal(begin(script, scenario.minutes, script.characters[0].id));
const clockHidden = signal(false);

const seen = () => ({ view: viewOf(state.value), mine: mineOf(state.value) });

/** In place of the room. @returns {Promise<import('./outbox.js').Answer>} */
async function perform(action, fields) {
  const next = step(state.value, action, fields, Date.now());
  if (next.ok === false) return next;
  state.value = next;
  show(seen());
  return { ok: true, version: next.version };
}

/** @param {string} character */
function beginAs(character) {
  state.value = begin(script, scenario.minutes, character);
  forgetMove();
  show(seen());
}

function Rehearsal() {
  const { phase } = view.value;
  const { title, todo, Part } = PHASES[phase];
  return html`<${Problem} />
    <section class="panel" key=${phase} data-phase=${phase} aria-labelledby="phase-heading">
      <h2 id="phase-heading" tabindex="-1">${title}</h2><p class="todo">${todo}</p>
      <${Part} />
    </section>
    <p class="visually-hidden" role="status" aria-live="polite" data-live>${said}</p>
    <${FocusKeeper} within="rehearsal" /><${TimeMarks} />`;
}

function Before() {
  return html`
    ${script.characters.length > 1 && html`<${Radios} name="character" legend=${t('You play')} value=${mine.value.character}
      options=${script.characters.map(({ id, name, relation }) => [id, name, relation])} onChoose=${beginAs} />`}
    ${warnings.length > 0 && html`<div class="callout warn"><p><strong>${t('This scenario touches on:')}</strong></p><${List} items=${warnings} /></div>`}
    <p class="callout">${rich(t('<strong>Stop word:</strong> {word}. Say it whenever you want to stop, here as in a room.'), { word: script.stop_word })}</p>
    <${Opening} />
    <div class="actions"><${Button} kind="primary" icon="play" action="encounter:begin">${t('Begin')}<//><p class="hint">${tn('The clock runs for {n} minute. Zero ends nothing.', 'The clock runs for {n} minutes. Zero ends nothing.', scenario.minutes)}</p></div>
    <${Script} open=${true} />`;
}

/** Role, clock and what can be done with it. */
function Bar({ role, children }) {
  const { take } = view.value;
  const [name, words] = role;
  return html`<div class="rehearsal-bar">
    <p class="role-now" data-role=${name}>${words}</p><p>${t('Take {number}', { number: take })}</p>
    <${ClockFace} hidden=${clockHidden.value} onHide=${() => { clockHidden.value = !clockHidden.value; }} />
    <div class="actions">${children}
      <${ConfirmButton} question=${t('End the rehearsal and look back at it?')} yes=${t('Yes, end it')} action="encounter:end">${t('End')}<//></div>
  </div>`;
}

function Playing() {
  return html`
    <${Bar} role=${['in', t('In role')]}><${Button} icon="pause" action="timeout:call">${t('Time-out')}<//><//>
    <${Prompts} />
    <div class="rehearsal-columns">
      <div><${Partner} /><${BeatCard} answers=${!trying()}><${NextBeats} /><//></div>
      <div><${FeelingSlider} alone=${true} /><${Disclosures} /></div>
    </div>
    <${Script} folded=${true} />`;
}

function Held() {
  return html`
    <${Bar} role=${['frozen', t('Frozen')]}><${Button} kind="primary" icon="play" action="timeout:resume">${t('Go on')}<//><//>
    <${Rewind} />
    <${Fold} title=${t('The card')}><${BeatCard}><${NextBeats} /><//><${Disclosures} /><//>
    <${Script} folded=${true} />`;
}

function Rewind() {
  const [beat, setBeat] = useState(() => currentBeat().id);
  async function go() {
    forgetMove();
    await act('take:rewind', { beat });
  }
  return html`<div class="field" role="group" aria-labelledby="rewind-title"><h3 id="rewind-title">${t('Rewind to a beat')}</h3>
    <div class="inline-form"><${BeatChoice} id="rewind-beat" beats=${script.beats} beat=${beat} onChoose=${setBeat} mark=${goodPoint} />
      <${Button} icon="rewind" onPress=${go}>${t('Play take {number}', { number: view.value.take + 1 })}<//></div></div>`;
}

function After() {
  return html`<${Review} state=${state.value} />
    <div class="actions"><${Button} icon="rewind" onPress=${() => beginAs(mine.value.character)}>${t('Rehearse again')}<//>
      <a class="button" href=${mount.dataset.preparation}>${t('Back to the preparation')}</a></div>`;
}

start({ ...seen(), perform });
sayChanges((now) => SAID[now.phase]?.(now), (words) => words);
mount.replaceChildren();
render(html`<${Rehearsal} />`, mount);
