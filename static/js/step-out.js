// Stepping out of role, by the script's own checklist: after a round, and after a rehearsal.

import { useState } from '../vendor/preact.js';
import { may, mine, view } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

/** @param {{thanks: string, more?: string}} props what is said once it is done, and what helps whoever still carries it */
export function StepOut({ thanks, more }) {
  const steps = view.value.script?.derole ?? [];
  const [done, setDone] = useState(() => new Set());
  const toggle = (step) => setDone((before) => new Set(before.has(step) ? [...before].filter((each) => each !== step) : [...before, step]));
  if (mine.value.deroled) return html`<p class="callout ok"><strong>${t('You have stepped out of role.')}</strong> ${thanks}</p>`;
  return html`<fieldset class="checks"><legend>${t('Leave the part behind')}</legend>
    ${steps.map((step) => html`<label class="check"><input type="checkbox" checked=${done.has(step)} onChange=${() => toggle(step)} /><span>${step}</span></label>`)}
  </fieldset>
  ${may('derole:confirm') && html`<div class="actions"><${Button} kind="primary" icon="check" action="derole:confirm">${t('I have stepped out of role')}<//></div>
    ${more && html`<p class="hint">${more}</p>`}`}`;
}
