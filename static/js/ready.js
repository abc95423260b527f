// The ready light: one switch per seat, in lobby and briefing.

import { html } from './html.js';
import { may, mine } from './store.js';
import { Button } from './ui.js';

export function Ready() {
  if (!may('ready:set')) return null;
  const { ready } = mine.value;
  return html`<div class="actions" key="ready"><${Button} kind=${ready ? 'chosen' : 'primary'} icon="check" pressed=${ready ? 'true' : 'false'}
    action="ready:set" fields=${{ ready: !ready }}>${ready ? 'Ready' : 'I am ready'}<//>
    ${ready && html`<p class="hint">Press again if you need a moment more.</p>`}</div>`;
}
