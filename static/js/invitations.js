// Ticks everyone at once, and shows how far a sending has come. Without it both can be done by hand.

import { t } from './translated.js';

const EVERY_MS = 1500;

const boxes = document.querySelectorAll('#people input[name="people"]');
for (const button of document.querySelectorAll('[data-tick]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    for (const box of boxes) box.checked = button.dataset.tick === 'yes';
  });
}

const sending = document.querySelector('[data-sending]');
if (sending) look();

async function look() {
  let now;
  try {
    const answer = await fetch(sending.dataset.sending);
    if (!answer.ok) return;
    now = await answer.json();
  } catch {
    now = null; // the line is lost: look again
  }
  if (now && (now.of === 0 || now.trouble !== sending.dataset.trouble)) {
    window.location.reload();
    return;
  }
  if (now) {
    sending.querySelector('[data-told]').textContent = t('{n} of {all} sent', { n: now.done, all: now.of });
    Object.assign(sending.querySelector('progress'), { value: now.done, max: now.of });
  }
  setTimeout(look, EVERY_MS);
}
