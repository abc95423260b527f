// A learner's goal for the whole course: written at the start, offered again before each round.

import { field, TextField } from './fields.js';
import { act, announce, may, mine, view } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

export function CourseGoalField() {
  if (!may('coursegoal:set') || mine.value.course_goal === undefined) return null;
  return html`<${TextField} name="course-goal" label=${t('Your goal for the course')} rows=${2} value=${mine.value.course_goal} save=${save}
    hint=${t('One thing you want to be able to say or do by the last day. Your group and its coach can read it, and it is offered to you before each of your rounds. No patient details.')} />`;
}

async function save(text) {
  const answer = await act('coursegoal:set', { text }, { quiet: true });
  if (answer.ok) mine.value = { ...mine.value, course_goal: text.trim() || null };
  return answer;
}

/**
 * In practice, under the goal of the round: what the learner has said they want to try. One press, and it is that goal.
 * @param {{name: string, saveGoal: (text: string) => Promise<any>}} props the box of the round's goal
 */
export function Offers({ name, saveGoal }) {
  const { last_next_step, course_goal } = mine.value;
  return html`
    ${last_next_step && html`<${Offer} goal=${last_next_step} title=${t('Your next step from last time:')} done=${t('Your next step from last time is the goal of this round.')} ...${{ name, saveGoal }} />`}
    ${course_goal && html`<${Offer} goal=${course_goal} title=${t('Your goal for the course:')} done=${t('Your goal for the course is the goal of this round.')} ...${{ name, saveGoal }} />`}`;
}

function Offer({ goal, title, done, name, saveGoal }) {
  const box = field(name, saveGoal);
  const used = (box.local.value ?? view.value.goal ?? '') === goal;
  const use = async () => {
    box.autosave.change(goal, 0);
    await box.autosave.flush();
    announce(done);
  };
  return html`<p class="course-goal"><span class="hint">${title}</span> “${goal}” ${used ? html`<span class="hint">${t('In use')}</span>` : html`<${Button} kind="quiet" onPress=${use}>${t('Use it')}<//>`}</p>`;
}
