// "I am ready", for all but the coach, who waits for it.

import { may, mine } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

export function Ready() {
  if (!may('ready:set')) return null;
  const { ready } = mine.value;
  return html`<div class="actions" key="ready"><${Button} kind=${ready ? 'chosen' : 'primary'} icon="check" pressed=${ready ? 'true' : 'false'}
    action="ready:set" fields=${{ ready: !ready }}>${ready ? t('Ready') : t('I am ready')}<//>
    ${ready && html`<p class="hint">${t('Press again if you need a moment more.')}</p>`}</div>`;
}
