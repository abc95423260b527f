// My panel for an observer: choose what to watch, catch it, finish the rubric.

import { Brief, Goal } from './brief.js';
import { Capture } from './capture.js';
import { html } from './html.js';
import { Ready } from './ready.js';
import { RubricForm, Submit } from './rubric.js';
import { act, may, mine, outgoing, view } from './store.js';
import { Fold } from './ui.js';

const MOST = 3;

export function ObserverPanel() {
  const { phase } = view.value;
  const catching = may('observation:add');
  return html`
    ${phase === 'lobby' && html`<${GroundRules} /><${Ready} />`}
    ${phase === 'briefing' && html`<${Goal} /><${Watch} /><${Ready} /><${Brief} open=${true} />`}
    ${['encounter', 'time_out'].includes(phase) && html`<${Goal} />`}
    ${catching && html`<${Capture} key="capture" />`}
    ${catching && html`<${Rubric} key="rubric" />`}
    ${phase === 'notes' && html`<${Submit} />`}
    ${['encounter', 'time_out'].includes(phase) && html`<${Brief} />`}`;
}

/** Folded while watching, open to finish; the same form, so a comment begun stays under the cursor. */
export function Rubric() {
  const open = view.value.phase === 'notes';
  return html`<${Fold} title="The rubric" open=${open} kind=${open ? 'bare' : ''}><${RubricForm} /><//>`;
}

function GroundRules() {
  return html`<h3>Ground rules</h3><ul class="plain-list">
    <li>What is said here stays here.</li>
    <li>This is practice: everyone is trying something out.</li>
    <li>Watch what is done and said, not who does it. Offer, do not prescribe.</li>
    <li>Anyone may stop. The stop word stops everything.</li></ul>
    <p class="hint">When the round starts you get the brief, and choose what to watch.</p>`;
}

function Watch() {
  const items = view.value.rubric?.items ?? [];
  if (!may('watch:choose') || !items.length) return null;
  const pending = outgoing.value.filter((each) => each.name === 'watch:choose').at(-1)?.fields.items;
  const chosen = pending ?? mine.value.watching ?? [];
  const toggle = (id) => act('watch:choose', { items: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id] });
  return html`<fieldset class="checks"><legend>What will you watch? <span class="hint">Up to ${MOST}; ${chosen.length} chosen</span></legend>
    ${items.map((item) => html`<label class="check"><input type="checkbox" checked=${chosen.includes(item.id)}
      disabled=${!chosen.includes(item.id) && chosen.length >= MOST} onChange=${() => toggle(item.id)} />
      <span>${item.title} <span class="hint">${item.text}</span></span></label>`)}
  </fieldset>`;
}
