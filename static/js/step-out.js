// Stepping out of role, by the script's own checklist: after a round, and after a rehearsal.

import { useState } from '../vendor/preact.js';
import { may, mine, view } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

/**
 * @param {{thanks: string, more?: string, kept?: object}} props what is said once it is done, what helps whoever still
 *     carries it, and the draft in which the ticks outlast a reload
 */
export function StepOut({ thanks, more, kept }) {
  const steps = view.value.script?.derole ?? [];
  const [done, setDone] = useState(() => kept?.read() ?? []);
  const toggle = (step) => {
    const now = done.includes(step) ? done.filter((each) => each !== step) : [...done, step];
    kept?.write(now);
    setDone(now);
  };
  if (mine.value.deroled) {
    kept?.clear();
    return html`<p class="callout ok"><strong>${t('You have stepped out of role.')}</strong> ${thanks}</p>`;
  }
  return html`<fieldset class="checks"><legend>${t('Leave the part behind')}</legend>
    ${steps.map((step) => html`<label class="check"><input type="checkbox" checked=${done.includes(step)} onChange=${() => toggle(step)} /><span>${step}</span></label>`)}
  </fieldset>
  ${may('derole:confirm') && html`<div class="actions"><${Button} kind="primary" icon="check" action="derole:confirm">${t('I have stepped out of role')}<//></div>
    ${more && html`<p class="hint">${more}</p>`}`}`;
}
