// On every page: signing out forgets what this device kept. Machines on wards are shared.

import { device, forgetAll, localStore } from './device.js';
import { t } from './translated.js';

const LOST = t('Some of your notes have not reached the server yet. Sign out all the same, and lose them?');

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-sign-out]')) return;
  const unsent = device(localStore()).keys('outbox:').length > 0;
  // The one question asked before leaving: this can't be undone.
  if (unsent && !window.confirm(LOST)) event.preventDefault();
  else forgetAll(localStore());
});
if (document.querySelector('[data-signed-out]')) forgetAll(localStore());
