// Close: the learner's next step and report, a reflection for whoever likes, and what was opened, to read again.

import { Opened } from './debrief.js';
import { Felt } from './feeling.js';
import { field, savingOf, TextField } from './fields.js';
import { html } from './html.js';
import { act, may, mine, seat, view } from './store.js';
import { Fold, Icon, Saving } from './ui.js';

export function Close() {
  const { released, observations } = view.value;
  const notes = released?.observations ?? (seat.value === 'coach' ? observations ?? [] : []);
  const cards = released?.scorecards ?? mine.value.scorecards ?? [];
  return html`
    ${may('nextstep:set') && html`<${NextStep} />`}
    ${mine.value.report_url && html`<p><a class="button primary" href=${mine.value.report_url}><${Icon} name="link" /><span>${seat.value === 'learner' ? 'Open my report' : 'Open the report'}</span></a></p>`}
    ${mine.value.shared_reflections?.length > 0 && html`<h3>Shared with you</h3>${mine.value.shared_reflections.map((each) => html`<div class="written" key=${each.person}><h4>${each.name}</h4><p>${each.text}</p></div>`)}`}
    ${seat.value === 'coach' && html`<p class="hint">Does someone need more? Ask for help, and the organiser is told.</p>`}
    ${(notes.length > 0 || cards.length > 0) && html`<${Fold} title="What was opened in the debrief"><${Opened} notes=${notes} cards=${cards} /><${Felt} /><//>`}`;
}

function NextStep() {
  return html`<${TextField} key="next" name=${`${view.value.round.id}:nextstep`} label="One thing I will try next time" rows=${3}
    hint="In your own words. It goes to the top of your report." value=${mine.value.next_step} save=${saveNextStep} />`;
}

async function saveNextStep(text) {
  const answer = await act('nextstep:set', { text }, { quiet: true });
  if (answer.ok) mine.value = { ...mine.value, next_step: text };
  return answer;
}

/** Mine alone, unless I say otherwise. */
export function Reflection() {
  if (!may('reflection:save')) return null;
  const name = `${view.value.round.id}:reflection`;
  const box = field(name, saveReflection);
  const now = box.local.value ?? mine.value.reflection ?? { text: '', shared: false };
  return html`<h3>Reflection</h3><${ReflectionBox} box=${box} now=${now} />`;
}

function ReflectionBox({ box, now }) {
  const saving = savingOf(box);
  return html`<div class="field"><label for="reflection">For yourself</label>
    <p class="hint" id="reflection-hint">Only you read this, unless you share it with your coach. No real patients’ details.</p>
    <textarea id="reflection" rows="4" maxlength="4000" value=${now.text} aria-describedby="reflection-hint" onInput=${(event) => box.autosave.change({ ...now, text: event.target.value })} onBlur=${() => box.autosave.flush()}></textarea>
    ${seat.value !== 'coach' && html`<label class="check"><input type="checkbox" checked=${now.shared} onChange=${(event) => box.autosave.change({ ...now, shared: event.target.checked }, 0)} /><span>Share it with my coach</span></label>`}
    <${Saving} saving=${saving} onAgain=${() => box.autosave.flush()} /></div>`;
}

async function saveReflection({ text, shared }) {
  const answer = await act('reflection:save', { text, shared }, { quiet: true });
  if (answer.ok) mine.value = { ...mine.value, reflection: { text, shared } };
  return answer;
}
