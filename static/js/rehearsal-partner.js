// A partner for whoever rehearses alone: something the learner might do, drawn from the beat's answers. What the script
// makes of it stays out of sight until the actor has tried.

import { signal, useRef } from '../vendor/preact.js';
import { currentBeat, Then } from './card.js';
import { draw } from './rehearsal-state.js';
import { announce } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

/** The last move drawn: {beat, answer, wants, shown}. It is in sight as long as its beat is played. */
const drawn = signal(null);

const inSight = () => (drawn.value?.beat === currentBeat().id ? drawn.value : null);

/** @returns {boolean} whether a move waits for an answer, and the card's answers are better out of sight */
export function trying() {
  return inSight()?.shown === false;
}

/** Put the move away. */
export function forgetMove() {
  if (drawn.value) drawn.value = { ...drawn.value, beat: null };
}

export function Partner() {
  const next = useRef(null);
  const beat = currentBeat();
  if (!beat.answers.length) return null;
  const move = inSight();
  function give() {
    drawn.value = { ...draw(beat.answers, drawn.value, Math.random), beat: beat.id, shown: false };
    announce(t('The learner: {words}', { words: drawn.value.answer.learner }));
  }
  function reveal() {
    next.current.querySelector('button').focus(); // the button pressed goes
    drawn.value = { ...drawn.value, shown: true };
    announce(t('Then: {words}', { words: drawn.value.answer.then }));
  }
  return html`<section class="partner" aria-labelledby="partner-title">
    <h3 id="partner-title">${move ? t('The learner') : t('No partner?')}</h3>
    ${move ? html`<p class="partner-move">${move.answer.learner}</p>` : html`<p class="hint">${t('Let the page give you something a learner might do in this beat. Answer it aloud, in character.')}</p>`}
    ${move?.shown && html`<p class="partner-then"><${Then} answer=${move.answer} /></p>`}
    ${trying() && html`<p class="hint">${t('Answer it aloud, in character. The card’s answers are put away meanwhile.')}</p>`}
    <div class="actions">
      ${trying() && html`<${Button} kind="primary" icon="eye" onPress=${reveal}>${t('Show what to do')}<//>`}
      <span ref=${next}><${Button} icon="chevron-right" onPress=${give}>${t('Give me a learner’s move')}<//></span>
    </div></section>`;
}
