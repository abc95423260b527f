// On every page: signing out forgets what this device kept, and so does someone else's signing in. Machines on wards are
// shared.

import { device, forgetAll, forgetOthers, localStore, othersUnsent } from './device.js';
import { t } from './translated.js';

const LOST = t('Some of your notes have not reached the server yet. Sign out all the same, and lose them?');
const THEIRS = t('Someone else’s notes on this device have not reached the server yet. Come in all the same, and lose them?');

document.addEventListener('submit', (event) => {
  const { signIn } = event.target.dataset;
  // The questions asked before leaving: this can't be undone.
  if (signIn !== undefined && othersUnsent(localStore(), signIn) && !window.confirm(THEIRS)) event.preventDefault();
  if (!event.target.matches('[data-sign-out]')) return;
  const unsent = device(localStore()).keys('outbox:').length > 0;
  if (unsent && !window.confirm(LOST)) event.preventDefault();
  else forgetAll(localStore());
});
if (document.querySelector('[data-signed-out]')) forgetAll(localStore());
const { person } = document.body.dataset;
if (person) forgetOthers(localStore(), person);
