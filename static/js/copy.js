// Copies a field's text by a button that is of no use without this script, and so is hidden until it runs.

import { t } from './translated.js';

for (const button of document.querySelectorAll('[data-copy]')) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener('click', async () => {
    field.select();
    const told = button.parentElement.querySelector('[data-copied]');
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = t('Copied');
    } catch {
      told.textContent = t('Your browser does not let pages copy: the link is marked, copy it by hand.');
    }
  });
}
