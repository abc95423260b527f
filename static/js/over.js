// What every room says when it is over, and the one place that speaks to screen readers.

import { useEffect, useRef } from '../vendor/preact.js';
import { over, said } from './store.js';
import { t } from './translated.js';
import { html } from './ui.js';
import { tryNow } from './wire.js';
import { ENDED } from './words.js';

export function Live() {
  return html`<p class="visually-hidden" role="status" aria-live="polite" data-live>${said}</p>`;
}

export function Over() {
  const { reason, code, message, url } = over.value;
  const [title, words] = ENDED[reason ?? code] ?? [t('The room is closed to you'), message];
  const here = useRef(null);
  useEffect(() => here.current?.focus(), []);
  const again = ['replaced', 'too_many'].includes(reason ?? code);
  return html`<main id="main" class="page narrow" tabindex="-1" data-over=${reason ?? code}><h1 ref=${here} tabindex="-1">${title}</h1><p>${words}</p>
    <div class="actions">${url && html`<a class="button primary" href=${url}>${t('Go to the other room')}</a>`}
    ${again && html`<button type="button" class="button primary" onClick=${() => { over.value = null; tryNow(); }}>${t('Use it here')}</button>`}
    ${['signed_out', 'not_signed_in'].includes(reason ?? code) ? html`<a class="button primary" href="/sign-in">${t('Sign in')}</a>` : html`<a class=${url || again ? 'button' : 'button primary'} href="/">${t('My rooms')}</a>`}</div>
    ${['signed_out', 'not_signed_in'].includes(reason ?? code) && html`<p class="hint">${t('Came by a personal link? Open it again.')}</p>`}</main>`;
}
