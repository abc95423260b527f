// My panel for an observer: choose what to watch, catch it in one tap or in exact words, finish the rubric.

import { Brief, Goal } from './brief.js';
import { Capture, Rubric } from './capture.js';
import { foremost, goalItems } from './foremost.js';
import { Ready } from './ready.js';
import { rich } from './rich.js';
import { Submit } from './rubric.js';
import { act, going, may, mine, view } from './store.js';
import { language, t } from './translated.js';
import { html } from './ui.js';

export { Welcome as Top } from './welcome.js';

const MOST = 3;

/** In each phase the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: [t('You will observe'), t('Join the meeting and say hello. This page goes on by itself when your coach starts the round.')],
  briefing: [t('Choose what to watch'), t('Read the brief and goal, pick up to three things, then say you are ready.')],
  encounter: [t('Watch and catch'), t('Catch exact words and tap what you see. Everything is saved as you go.')],
  time_out: [t('Time-out'), t('Offer one idea, if you are asked.')],
  welfare: [t('Time-out'), t('The actor needs a moment. Wait in silence.')],
  notes: [t('Finish your notes'), t('Finish the rubric, write one thing to keep and one to try, then submit.')],
  submitted: [t('Submitted'), t('Take a breath. Your coach opens the debrief.')],
  debrief: [t('Debrief'), t('On your turn, say one thing to keep and one to try, with the words you caught.')],
  close: [t('What you take home'), t('Write down one thing for your own practice, if you like.')],
};

export function Panel() {
  const { phase } = view.value;
  const catching = may('observation:add');
  return html`
    ${phase === 'lobby' && html`<${Ready} />`}
    ${phase === 'briefing' && html`<${Goal} /><${Job} /><${Watch} /><${Ready} /><${Brief} open=${true} />`}
    ${['encounter', 'time_out'].includes(phase) && html`<${Goal} /><${Job} />`}
    ${catching && html`<${Capture} key="capture" />`}
    ${catching && html`<${Rubric} key="rubric" />`}
    ${phase === 'notes' && html`<${Submit} />`}
    ${['encounter', 'time_out'].includes(phase) && html`<${Brief} />`}`;
}

/** Goes round from round to round, so that between them the observers miss little. */
function Job() {
  const { job } = mine.value;
  return job && html`<p class="callout">${rich(t('<strong>Your part in watching: {part}.</strong> {how}'), { part: job.title.toLocaleLowerCase(language), how: job.words })}</p>`;
}

function Watch() {
  const items = view.value.rubric?.items ?? [];
  if (!may('watch:choose') || !items.length) return null;
  const chosen = going('watch:choose')?.items ?? mine.value.watching ?? [];
  const toggle = async (id) => {
    const watching = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
    const answer = await act('watch:choose', { items: watching });
    // The answer comes before the view that shows it: without this the tick would go off and on again.
    if (answer.ok) mine.value = { ...mine.value, watching };
  };
  const close = goalItems(view.value.goal, items);
  return html`<fieldset class="checks"><legend>${t('What will you watch?')} <span class="hint">${t('Up to {most}; {chosen} chosen', { most: MOST, chosen: chosen.length })}</span></legend>
    ${foremost(items, (item) => close.includes(item.id)).map((item) => html`<label class="check"><input type="checkbox" checked=${chosen.includes(item.id)}
      disabled=${!chosen.includes(item.id) && chosen.length >= MOST} onChange=${() => toggle(item.id)} />
      <span>${item.title} ${close.includes(item.id) && html`<span class="tag">${t('close to the goal')}</span>`}<span class="hint">${item.text}</span></span></label>`)}
  </fieldset>`;
}
