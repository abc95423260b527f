// My panel for the learner: the one in the chair. No scoring while talking.

import { Brief, Goal } from './brief.js';
import { Offers } from './coursegoal.js';
import { TextField } from './fields.js';
import { EndEncounter, Questions, TimeOutButtons } from './moves.js';
import { Ready } from './ready.js';
import { RubricForm, Submit } from './rubric.js';
import { act, forWelfare, may, view } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

/** In each phase the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: [t('You will be in the chair'), t('Join the meeting and say hello. You may already write the goal you want to work on.')],
  briefing: [t('Before you begin'), t('Read the brief, write one goal, then say you are ready.')],
  encounter: [t('You are in the conversation'), t('Talk with the patient. Stop the clock whenever it helps.')],
  time_out: [t('Time-out'), t('Say what is hard just now, and where you want to get to.')],
  welfare: [t('Time-out'), t('The actor needs a moment; it is not about you. Your coach says how it goes on.')],
  notes: [t('Rate yourself first'), t('A few quiet minutes. No one sees this before you submit it.')],
  submitted: [t('Submitted'), t('Take a breath. Your coach opens the debrief.')],
  debrief: [t('Debrief'), t('You speak first. The others follow, one after another.')],
  close: [t('One next step'), t('Write one thing you will try next time. Your report is ready.')],
};

export function Panel() {
  const { phase } = view.value;
  return html`
    ${['lobby', 'briefing'].includes(phase) && html`<${Before} />`}
    ${phase === 'encounter' && html`<${Encounter} />`}
    ${phase === 'time_out' && html`<${TimeOut} />`}
    ${phase === 'notes' && html`<${RubricForm} key="rubric" /><${Submit} />`}`;
}

function Before() {
  const round = view.value.round?.id ?? 'lobby';
  return html`
    ${may('goal:set') && html`<${TextField} key="goal" name=${`${round}:goal`} label=${t('My goal for this round')}
      hint=${t('One thing, in your words: “stay with the emotion before giving information”. Everyone in the room can read it.')}
      value=${view.value.goal} rows=${2} save=${saveGoal} extra=${html`<${Offers} name=${`${round}:goal`} saveGoal=${saveGoal} />`} />`}
    <${Ready} />
    <${Brief} open=${true} />`;
}

async function saveGoal(text, over) {
  const answer = await act('goal:set', { text, over }, { quiet: true });
  if (answer.ok) view.value = { ...view.value, goal: text };
  return answer;
}

function Encounter() {
  return html`
    <${Goal} />
    <${TimeOutButtons} reasons=${['stuck', 'emotion', 'success', 'technical']} primary />
    <${Brief} />
    ${may('encounter:end') && html`<div class="actions end"><${EndEncounter} reason="done" /></div>`}`;
}

function TimeOut() {
  return html`
    <${Questions} />
    ${!forWelfare() && html`<p class="hint">${t('Nothing to write. Say it aloud; your coach helps you choose what to try.')}</p>`}
    <div class="actions">
      ${may('timeout:resume') && html`<${Button} kind=${forWelfare() ? '' : 'primary'} icon="play" action="timeout:resume">${t('Resume')}<//>`}
      ${may('encounter:end') && html`<${EndEncounter} reason="done" />`}
    </div>
    <${Goal} /><${Brief} />`;
}
