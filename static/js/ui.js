// Small parts used by every panel: icons, buttons, folds, badges, saving words. And htm, bound to the one Preact.

import htm from '../vendor/htm.js';
import { h, signal, useRef, useState } from '../vendor/preact.js';
import { savingWords } from './saving.js';
import { act, problem } from './store.js';
import { t } from './translated.js';
import { SEATS } from './words.js';

export const html = htm.bind(h);

const SPRITE = new URL('../vendor/icons.svg', import.meta.url).pathname;

/** @param {{name: string}} props always beside a word */
export function Icon({ name }) {
  return html`<svg class="icon" aria-hidden="true"><use href=${`${SPRITE}#${name}`} /></svg>`;
}

/** @param {{seat: string, more?: string, character?: string}} props */
export function SeatBadge({ seat, more = '', character }) {
  const { word, shape } = SEATS[seat];
  return html`<span class=${`badge seat-${seat}`}><span aria-hidden="true">${shape}</span> ${character ? t('{seat}: {character}', { seat: word, character }) : word}${more}</span>`;
}

/**
 * A button that does one action. It stays focusable while busy, so that focus is never lost.
 * @param {{action?: string, fields?: object, onPress?: () => any, kind?: string, icon?: string, describe?: string, children: any}} props
 */
export function Button({ action, fields, onPress, kind = '', icon, describe, pressed, children }) {
  const [busy, setBusy] = useState(false);
  async function press({ detail }) {
    // The second press of two quick ones was meant for what stood there before: another button may have come in its place.
    if (busy || detail > 1) return;
    setBusy(true);
    if (action) await act(action, fields);
    await onPress?.();
    setBusy(false);
  }
  return html`<button type="button" class=${`button ${kind}`} aria-disabled=${busy ? 'true' : null} aria-pressed=${pressed}
    aria-describedby=${describe} onClick=${press}>${icon && html`<${Icon} name=${icon} />`}<span>${children}</span></button>`;
}

/**
 * For what cannot be undone: the first press asks, the second does it.
 * @param {{question: string, yes: string, no?: string, kind?: string, icon?: string, children: any} & object} props
 */
export function ConfirmButton({ question, yes, no = t('Not yet'), kind, icon, children, ...does }) {
  const [asking, setAsking] = useState(false);
  const opener = useRef(null);
  if (!asking) {
    return html`<span class="confirm" ref=${opener}><${Button} kind=${kind} icon=${icon} onPress=${() => setAsking(true)}>${children}<//></span>`;
  }
  const back = () => {
    setAsking(false);
    requestAnimationFrame(() => opener.current?.querySelector('button')?.focus());
  };
  return html`<div class="confirm asking" role="group" aria-label=${question} ref=${focusFirst}>
    <p>${question}</p>
    <${Button} kind="primary" ...${does}>${yes}<//>
    <${Button} onPress=${back}>${no}<//>
  </div>`;
}

function focusFirst(group) {
  if (group && !group.dataset.seen) {
    group.dataset.seen = 'yes';
    group.querySelector('button').focus();
  }
}

/** @param {{title: any, open?: boolean, children: any}} props */
export function Fold({ title, open = false, kind = '', children }) {
  return html`<details class=${`fold ${kind}`} open=${open}><summary><${Icon} name="chevron-right" /><span>${title}</span></summary><div class="fold-body">${children}</div></details>`;
}

/** @param {{saving: {state: string, at?: any, message?: string} | undefined, id?: string}} props */
export function Saving({ saving, id, onAgain }) {
  const state = saving?.state ?? 'clean';
  return html`<p class="saving" id=${id} data-state=${state}>
    ${savingWords(saving ?? { state })}
    ${state === 'failed' && onAgain && html` <button type="button" class="link" onClick=${onAgain}>${t('Try again')}</button>`}
  </p>`;
}

/** A part fetched when it is first wanted; without a line it is asked for again the next time. @param {() => Promise<any>} load @param {string} name */
export function later(load, name) {
  const part = signal(null);
  let asked = false;
  return (props) => {
    if (!asked) {
      asked = true;
      load().then((module) => { part.value = module[name]; }, () => { asked = false; });
    }
    return part.value && html`<${part.value} ...${props} />`;
  };
}

/** @param {{items: string[] | undefined}} props */
export function List({ items, kind = '' }) {
  return items?.length ? html`<ul class=${`plain-list ${kind}`}>${items.map((item) => html`<li>${item}</li>`)}</ul>` : null;
}

/** A labelled list of facts; those that are missing are left out. @param {{rows: [string, any][]}} props */
export function Facts({ rows, kind = '' }) {
  const there = rows.filter(([, value]) => value && value.length !== 0);
  return html`<dl class=${`facts ${kind}`}>${there.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/**
 * Radio buttons in a row.
 * @param {{name: string, legend: any, value: any, options: [any, string, string?][], onChoose: (value: any) => void, describe?: string, children?: any}} props
 */
export function Radios({ name, legend, value, options, onChoose, describe, kind = '', children }) {
  return html`<fieldset class=${`radios ${kind}`} aria-describedby=${describe}>
    <legend>${legend}</legend>
    ${children}
    <div class="radio-row">${options.map(([option, label, more]) => html`<label class="radio">
      <input type="radio" name=${name} value=${String(option)} checked=${value === option} onChange=${() => onChoose(option)} />
      <span class="radio-word">${label}</span>${more && html`<span class="radio-more">${more}</span>`}
    </label>`)}</div>
  </fieldset>`;
}

/** Why the last action was refused, until it is closed or another is done. */
export function Problem() {
  return problem.value && html`<p class="banner danger" data-banner="problem"><span>${problem.value}</span> <button type="button" class="button quiet" onClick=${() => { problem.value = ''; }}><${Icon} name="x" /><span>${t('Close')}</span></button></p>`;
}
