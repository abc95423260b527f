// The controls under the phase strip, for whoever steers the room: coach and organiser. One clear next step first.

import { signal, useEffect, useState } from '../vendor/preact.js';
import { BeatChoice, currentBeat, withGoodPoints } from './card.js';
import { CueForm } from './cue.js';
import { EndEncounter, Reasons } from './moves.js';
import { rich } from './rich.js';
import { act, may, myId, narrow, sayChanges, seat, view } from './store.js';
import { t } from './translated.js';
import { Button, ConfirmButton, Fold, html, later } from './ui.js';
import { TURNS } from './words.js';

const Rewind = later(() => import('./story.js'), 'Rewind');
/** Which form is unfolded under the bar. */
const form = signal('');

/** Said, and in a narrow window shown here too: there the people are behind a tab. */
function helpAsked({ help = [] }) {
  const last = help.findLast((each) => each.person !== myId());
  return last && t('{name} asks for help.', { name: last.name });
}

sayChanges(helpAsked, (words) => words);

export function Controls() {
  const { phase } = view.value;
  // A rewind left open would stand there at the next stop.
  useEffect(() => { if (form.peek() === 'rewind') closeForm(); }, [phase]);
  if (!['coach', 'organiser'].includes(seat.value)) return null;
  return html`<section class="controls" aria-label=${t('Controls')}>
    ${narrow.value && html`<p class="hint">${helpAsked(view.value)}</p>`}<${Awaited} />
    <div class="controls-row">
      ${phase === 'briefing' && may('encounter:begin') && html`<${Button} kind="primary" icon="play" action="encounter:begin">${t('Begin the encounter')}<//>`}
      ${phase === 'encounter' && may('timeout:call') && html`<${Button} kind="primary" icon="pause" action="timeout:call" fields=${{}}>${t('Time-out')}<//><${CoachReasons} />`}
      ${phase === 'time_out' && may('timeout:resume') && html`<${Button} kind="primary" icon="play" action="timeout:resume">${t('Resume')}<//>`}
      ${may('take:rewind') && html`<${Opener} name="rewind" icon="rewind">${t('Rewind')}<//>`}
      ${may('debrief:open') && html`<${OpenDebrief} />`}
      ${phase === 'debrief' && html`<${PassTurn} />`}
      ${may('clock:extend') && html`<${Button} icon="clock" action="clock:extend" fields=${{ seconds: 120 }}>${t('+2 minutes')}<//>`}
      ${may('cue:send') && html`<${Opener} name="cue" icon="send">${t('Private cue')}<//>`}
      ${may('encounter:end') && html`<${EndEncounter} reason="done" />`}
    </div>
    ${form.value === 'rewind' && may('take:rewind') && html`<${Rewind} beat=${currentBeat()?.id ?? ''} choice=${(of) => html`<${BeatChoice} ...${of} named=${withGoodPoints} />`} done=${closeForm} />`}
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
  return narrow.value ? html`<${Fold} title=${t('With a reason')}>${reasons}<//>` : reasons;
}

/** Of those who are here, or are not, who still reads in the briefing, or writes in the notes. */
function awaited(present = true) {
  const { phase, seats, submitted = [] } = view.value;
  const done = phase === 'briefing' ? (each) => each.ready || each.seat === 'coach' : (each) => submitted.includes(each.person);
  return seats.filter((each) => each.present === present && each.seat !== 'organiser' && !done(each));
}

/** Said beside the next step, so that nobody has to look for it among the people. One's own is not waited for. */
function Awaited() {
  const { phase } = view.value;
  if (!['briefing', 'notes'].includes(phase)) return null;
  const [names, away] = [true, false].map((here) => awaited(here).filter((each) => each.person !== myId()).map((each) => each.name).join(', '));
  const done = phase === 'briefing' ? t('Everyone here is ready.') : t('The others here have submitted.');
  const waits = phase === 'briefing' ? t('Not ready yet: {names}.', { names }) : t('Still writing: {names}.', { names });
  return html`<p class="hint">${names ? waits : done}${away && ` ${t('Not here: {names}.', { names: away })}`}</p>`;
}

function OpenDebrief() {
  const waiting = awaited();
  if (waiting.length === 0) return html`<${Button} kind="primary" icon="users" action="debrief:open">${t('Open the debrief')}<//>`;
  const names = waiting.map((each) => each.name).join(', ');
  return html`<${ConfirmButton} kind="primary" icon="users" question=${t('Still writing: {names}. Open the debrief now? Notes can\'t be changed after.', { names })}
    yes=${t('Yes, open it')} no=${t('Wait')} action="debrief:open">${t('Open the debrief')}<//>`;
}

const PASS = { observers: t('Pass the turn to the observers'), patient: t('Pass the turn to the patient'), coach: t('Pass the turn to the coach') };

function PassTurn() {
  const { turn } = view.value;
  const next = TURNS[TURNS.indexOf(turn) + 1];
  if (next && may('debrief:next')) {
    return html`<${Button} kind="primary" icon="chevron-right" action="debrief:next" fields=${{ from: turn }}>${PASS[next]}<//>`;
  }
  return may('round:close') && html`<${ConfirmButton} kind=${next ? '' : 'primary'} icon="check" question=${t('Close the round? The learner’s report is made.')} yes=${t('Yes, close it')} action="round:close">${t('Close the round')}<//>`;
}

/** @returns {{id: string, name: string}[]} a scenario's characters, whether the wire names them or not */
export function castOf(scenario) {
  return (scenario?.characters ?? []).map((each) => (typeof each === 'string' ? { id: each, name: each } : each));
}

/** With who will not play it, so that nobody is asked in front of the room. */
function scenarioWords({ title, intensity, declined = [] }, players) {
  const names = players.filter((each) => declined.includes(each.person)).map((each) => each.name).join(', ');
  return names ? t('{title} (intensity {intensity}, declined by {names})', { title, intensity, names }) : t('{title} (intensity {intensity})', { title, intensity });
}

/** Whose turn it would be, with what. @param {string | undefined} learner @param {string | undefined} scenario */
function nextWords(learner, scenario) {
  const first = view.value.phase === 'lobby';
  const parts = { name: html`<strong>${learner ?? t('choose a learner')}</strong>`, scenario: html`<strong>${scenario}</strong>` };
  if (scenario) return rich(first ? t('First: {name}, with {scenario}.') : t('Next: {name}, with {scenario}.'), parts);
  return rich(first ? t('First: {name}.') : t('Next: {name}.'), parts);
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
    <p>${nextWords(name, chosen?.title)}</p>
    <div class="actions"><${Button} kind="primary" icon="play" onPress=${() => act('round:start', fields)}>${phase === 'lobby' ? t('Start the round') : t('Start the next round')}<//></div>
    <${Fold} title=${t('Choose otherwise')}><div class="choices">
      <div class="field"><label for="start-learner">${t('Learner')}</label><select id="start-learner" value=${chosenLearner} onChange=${(event) => setLearner(event.target.value)}>
        ${rotation.map((each) => html`<option value=${each.person}>${each.done ? t('{name} (has had a turn)', { name: each.name }) : each.name}</option>`)}</select></div>
      ${scenarios.length > 0 && html`<div class="field"><label for="start-scenario">${t('Scenario')}</label><select id="start-scenario" value=${chosen?.id} onChange=${(event) => { setScenario(event.target.value); setActors({}); }}>
        ${scenarios.map((each) => html`<option value=${each.id}>${scenarioWords(each, players)}</option>`)}</select></div>`}
      ${castOf(chosen).map((character) => html`<div class="field" key=${character.id}><label for=${`start-${character.id}`}>${t('Who plays {character}', { character: character.name })}</label>
        <select id=${`start-${character.id}`} value=${actors[character.id] ?? ''} onChange=${(event) => setActors({ ...actors, [character.id]: event.target.value })}>
          <option value="">${t('As the room has it')}</option>${players.map((each) => html`<option value=${each.person} disabled=${(chosen.declined ?? []).includes(each.person)}>${(chosen.declined ?? []).includes(each.person) ? t('{name} (has declined it)', { name: each.name }) : each.name}</option>`)}</select></div>`)}
    </div><//></div>`;
}
