// On every page: signing out forgets what this device kept. Machines on wards are shared.

import { forgetAll, localStore } from './device.js';

document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-sign-out]')) forgetAll(localStore());
});
if (document.querySelector('[data-signed-out]')) forgetAll(localStore());
