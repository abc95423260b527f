// The door of the room, for those who look after it: the code for late guests, and who waits to be let in.

import { rich } from './rich.js';
import { hourMinute } from './saving.js';
import { announce, may, sayChanges, tab, view } from './store.js';
import { language, t, tn } from './translated.js';
import { Button, ConfirmButton, html, Icon } from './ui.js';

const waiting = () => view.value.guests ?? [];
const known = new Set(waiting().map((each) => each.id));

sayChanges(({ guests = [] }) => guests, (guests) => {
  const fresh = guests.filter((each) => !known.has(each.id));
  fresh.forEach((each) => known.add(each.id));
  const names = new Intl.ListFormat(language).format(fresh.map((each) => each.name));
  return fresh.length ? tn('{names} asks to come in.', '{names} ask to come in.', fresh.length, { names }) : null;
});

/** Seen from every panel: someone stands at the door. */
export function Knock() {
  const guests = waiting();
  if (!guests.length || !may('guest:admit')) return null;
  const [first, ...others] = guests;
  const asks = others.length ? tn('{name} asks to come in, and {n} more.', '{name} asks to come in, and {n} more.', others.length) : t('{name} asks to come in.');
  return html`<div class="banner" data-banner="guest"><p><${Icon} name="users" /> <span>${rich(asks, { name: html`<strong>${first.name}</strong>` })}</span></p>
    ${others.length === 0 ? html`<${Answers} guest=${first} />` : html`<button type="button" class="button" onClick=${seeWho}>${t('See who')}</button>`}</div>`;
}

/** The list of who waits: in a narrow window it is in another tab, in a wide one often below what is in sight. */
function seeWho() {
  tab.value = 'people';
  requestAnimationFrame(() => document.getElementById('door-heading')?.focus());
}

function Answers({ guest }) {
  const name = html`<span class="visually-hidden"> ${guest.name}</span>`;
  const fields = { guest: guest.id };
  return html`<div class="actions" key=${guest.id}><${Button} kind="primary" icon="check" action="guest:admit" fields=${fields}>${t('Let in')}${name}<//>
    <${Button} action="guest:refuse" fields=${fields}>${t('Not now')}${name}<//></div>`;
}

/** In the panel of people: the waiting, the code, and the ways to pass it on. */
export function Door() {
  const guests = waiting();
  if (!may('code:make')) return null;
  return html`<section class="door" aria-labelledby="door-heading"><h3 id="door-heading" tabindex="-1">${t('Guests')}</h3>
    ${guests.length > 0 && html`<ul class="people">${guests.map((each) => html`<li class="person" key=${each.id}>
      <p class="person-name">${each.name}</p><p class="hint">${t('Waiting since {time}', { time: hourMinute(each.at) })}</p><${Answers} guest=${each} /></li>`)}</ul>`}
    ${view.value.code ? html`<${Code} />` : html`<p class="hint">${t('Someone is late and has no link? With a code they can come to the door. You let them in; until then they see nothing.')}</p>
      <div class="actions"><${Button} icon="users" action="code:make" fields=${{}}>${t('Let a guest in')}<//></div>`}</section>`;
}

function Code() {
  const { code, room } = view.value;
  const made = () => announce(t('There is a new code. The old one has stopped.'));
  return html`<p class="hint" id="code-how">${rich(t('They open {address} and write this code, or point their camera at it.'), { address: html`<strong>${window.location.host}/join</strong>` })}</p>
    <p class="big-code" data-code>${code}</p>
    <img class="door-picture" key=${code} src=${`/rooms/${room.id}/code.svg?${code.replace(' ', '')}`} width="176" height="176" alt=${t('QR code of the room’s address')} />
    <div class="actions"><a class="button" href=${`/rooms/${room.id}/poster`} target="_blank" rel="noreferrer">${t('Poster')}<span class="visually-hidden"> ${t('(in a new window)')}</span></a>
      <${ConfirmButton} question=${t('Make a new code? The old one stops at once.')} yes=${t('Yes, a new one')} no=${t('Keep it')} action="code:make" fields=${{}} onPress=${made}>${t('New code')}<//></div>`;
}
