// The controls under the phase strip, for whoever steers the room: coach and organiser. One clear next step first.

import { signal } from '../vendor/signals.js';
import { html } from './html.js';
import { CueForm } from './cue.js';
import { Rewind } from './rewind.js';
import { StartRound } from './startround.js';
import { may, narrow, seat, view } from './store.js';
import { EndEncounter, Reasons } from './timeout.js';
import { Button, ConfirmButton, Fold } from './ui.js';
import { TURNS, TURN_WORDS } from './words.js';

/** Which form is unfolded under the bar. */
const form = signal('');

export function Controls() {
  const { phase } = view.value;
  if (!['coach', 'organiser'].includes(seat.value)) return null;
  return html`<section class="controls" aria-label="Controls">
    <div class="controls-row">
      ${phase === 'briefing' && may('encounter:begin') && html`<${Button} kind="primary" icon="play" action="encounter:begin">Begin the encounter<//>`}
      ${phase === 'encounter' && may('timeout:call') && html`<${Button} kind="primary" icon="pause" action="timeout:call" fields=${{}}>Time-out<//><${CoachReasons} />`}
      ${phase === 'time_out' && may('timeout:resume') && html`<${Button} kind="primary" icon="play" action="timeout:resume">Resume<//>`}
      ${may('take:rewind') && html`<${Opener} name="rewind" icon="rewind">Rewind<//>`}
      ${may('debrief:open') && html`<${OpenDebrief} />`}
      ${phase === 'debrief' && html`<${PassTurn} />`}
      ${may('clock:extend') && html`<${Button} icon="clock" action="clock:extend" fields=${{ seconds: 120 }}>+2 minutes<//>`}
      ${may('cue:send') && html`<${Opener} name="cue" icon="send">Private cue<//>`}
      ${may('encounter:end') && html`<${EndEncounter} reason="done" />`}
    </div>
    ${form.value === 'rewind' && may('take:rewind') && html`<${Rewind} done=${closeForm} />`}
    ${form.value === 'cue' && may('cue:send') && html`<${CueForm} done=${closeForm} />`}
    ${may('round:start') && html`<${StartRound} key=${view.value.round?.id ?? 'first'} />`}
  </section>`;
}

function closeForm() {
  form.value = '';
}

function Opener({ name, icon, children }) {
  return html`<${Button} icon=${icon} pressed=${form.value === name ? 'true' : 'false'} onPress=${() => { form.value = form.value === name ? '' : name; }}>${children}<//>`;
}

/** In a narrow window the reasons are folded away, so that the panel below stays in sight. */
function CoachReasons() {
  const reasons = html`<${Reasons} reasons=${['stuck', 'emotion', 'success', 'technical']} />`;
  return narrow.value ? html`<${Fold} title="With a reason">${reasons}<//>` : reasons;
}

function OpenDebrief() {
  const raters = view.value.seats.filter((each) => each.seat !== 'organiser');
  const done = new Set(view.value.submitted ?? []);
  const waiting = raters.filter((each) => !done.has(each.person));
  if (waiting.length === 0) return html`<${Button} kind="primary" icon="users" action="debrief:open">Open the debrief<//>`;
  return html`<${ConfirmButton} kind="primary" icon="users" question=${`Still writing: ${waiting.map((each) => each.name).join(', ')}. Open the debrief now? Notes can't be changed after.`}
    yes="Yes, open it" no="Wait" action="debrief:open">Open the debrief<//>`;
}

function PassTurn() {
  const { turn } = view.value;
  const next = TURNS[TURNS.indexOf(turn) + 1];
  if (next && may('debrief:next')) {
    return html`<${Button} kind="primary" icon="chevron-right" action="debrief:next" fields=${{ from: turn }}>Pass the turn to ${TURN_WORDS[next]}<//>`;
  }
  return may('round:close') && html`<${ConfirmButton} kind=${next ? '' : 'primary'} icon="check" question="Close the round? The learner’s report is made." yes="Yes, close it" action="round:close">Close the round<//>`;
}
