// The controls under the phase strip, for whoever steers the room: coach and organiser. One clear next step first.

import { useState } from '../vendor/preact-hooks.js';
import { signal } from '../vendor/signals.js';
import { CueForm } from './cue.js';
import { EndEncounter, Reasons } from './moves.js';
import { act, may, narrow, seat, view } from './store.js';
import { Button, ConfirmButton, Fold, html, later } from './ui.js';
import { TURN_WORDS, TURNS } from './words.js';

const Rewind = later(() => import('./rewind.js'), 'Rewind');
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
  const waiting = raters.filter((each) => each.present && !done.has(each.person));
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

/** @returns {{id: string, name: string}[]} a scenario's characters, whether the wire names them or not */
export function castOf(scenario) {
  return (scenario?.characters ?? []).map((each) => (typeof each === 'string' ? { id: each, name: each } : each));
}

/** Who will not play it, so that nobody is asked in front of the room. */
function declinedBy({ declined = [] }, players) {
  const names = players.filter((each) => declined.includes(each.person)).map((each) => each.name);
  return names.length > 0 ? `, declined by ${names.join(', ')}` : '';
}

export function StartRound() {
  const { next, rotation, scenarios = [], phase } = view.value;
  const [learner, setLearner] = useState(null);
  const [scenario, setScenario] = useState(null);
  const [actors, setActors] = useState({});
  const chosenLearner = learner ?? next?.learner ?? rotation[0]?.person;
  const chosen = scenarios.find((each) => each.id === (scenario ?? next?.scenario)) ?? scenarios[0];
  const name = rotation.find((each) => each.person === chosenLearner)?.name;
  const players = view.value.seats.filter((each) => each.person !== chosenLearner && each.seat !== 'coach' && each.seat !== 'organiser');
  const fields = {
    ...(learner ? { learner } : {}),
    ...(scenario ? { scenario } : {}),
    ...(Object.values(actors).some(Boolean) ? { actors: Object.fromEntries(Object.entries(actors).filter(([, person]) => person)) } : {}),
  };
  return html`<div class="start">
    <p>${phase === 'lobby' ? 'First' : 'Next'}: <strong>${name ?? 'choose a learner'}</strong>${chosen && html`, with <strong>${chosen.title}</strong>`}.</p>
    <div class="actions"><${Button} kind="primary" icon="play" onPress=${() => act('round:start', fields)}>${phase === 'lobby' ? 'Start the round' : 'Start the next round'}<//></div>
    <${Fold} title="Choose otherwise"><div class="choices">
      <div class="field"><label for="start-learner">Learner</label><select id="start-learner" value=${chosenLearner} onChange=${(event) => setLearner(event.target.value)}>
        ${rotation.map((each) => html`<option value=${each.person}>${each.name}${each.done ? ' (has had a turn)' : ''}</option>`)}</select></div>
      ${scenarios.length > 0 && html`<div class="field"><label for="start-scenario">Scenario</label><select id="start-scenario" value=${chosen?.id} onChange=${(event) => { setScenario(event.target.value); setActors({}); }}>
        ${scenarios.map((each) => html`<option value=${each.id}>${each.title} (intensity ${each.intensity}${declinedBy(each, players)})</option>`)}</select></div>`}
      ${castOf(chosen).map((character) => html`<div class="field" key=${character.id}><label for=${`start-${character.id}`}>Who plays ${character.name}</label>
        <select id=${`start-${character.id}`} value=${actors[character.id] ?? ''} onChange=${(event) => setActors({ ...actors, [character.id]: event.target.value })}>
          <option value="">As the room has it</option>${players.map((each) => html`<option value=${each.person} disabled=${(chosen.declined ?? []).includes(each.person)}>${each.name}${(chosen.declined ?? []).includes(each.person) ? ' (has declined it)' : ''}</option>`)}</select></div>`)}
    </div><//></div>`;
}
