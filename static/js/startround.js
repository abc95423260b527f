// Starting a round: what the rotation proposes, and room to choose otherwise.

import { useState } from '../vendor/preact-hooks.js';
import { html } from './html.js';
import { act, view } from './store.js';
import { Button, Fold } from './ui.js';

/** @returns {{id: string, name: string}[]} a scenario's characters, whether the wire names them or not */
export function castOf(scenario) {
  return (scenario?.characters ?? []).map((each) => (typeof each === 'string' ? { id: each, name: each } : each));
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
        ${scenarios.map((each) => html`<option value=${each.id}>${each.title} (intensity ${each.intensity})</option>`)}</select></div>`}
      ${castOf(chosen).map((character) => html`<div class="field" key=${character.id}><label for=${`start-${character.id}`}>Who plays ${character.name}</label>
        <select id=${`start-${character.id}`} value=${actors[character.id] ?? ''} onChange=${(event) => setActors({ ...actors, [character.id]: event.target.value })}>
          <option value="">As the room has it</option>${players.map((each) => html`<option value=${each.person}>${each.name}</option>`)}</select></div>`)}
    </div><//></div>`;
}
