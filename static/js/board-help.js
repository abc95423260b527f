// Who asks for help, in all rooms: the oldest first. Whoever is free says that they are coming.

import { requests } from './board-state.js';
import { hour, organises } from './board-store.js';
import { rich } from './rich.js';
import { myId, view } from './store.js';
import { t } from './translated.js';
import { Button, html, Icon } from './ui.js';

export function Requests() {
  const asked = requests(view.value.rooms);
  return html`<section class=${`panel board-help ${asked.length ? 'asked' : ''}`} aria-labelledby="help-heading">
    <h2 id="help-heading" tabindex="-1"><${Icon} name="life-buoy" /> ${t('Help asked for')}</h2>
    ${asked.length === 0 ? html`<p class="hint">${t('Nobody asks for help.')}</p>`
    : html`<ol class="board-requests">${asked.map((each) => html`<${Request} key=${`${each.room.id} ${each.person}`} asked=${each} />`)}</ol>`}
  </section>`;
}

function Request({ asked }) {
  const { room, person, name, at, text, coming } = asked;
  const words = text ? t('<strong>{name}</strong> in <strong>{room}</strong>, {time}: {text}') : t('<strong>{name}</strong> in <strong>{room}</strong>, {time}');
  return html`<li><p>${rich(words, { name, room: room.name, time: hour(at), text })}
      ${coming && html` <span class="tag">${coming.person === myId() ? t('You are coming') : t('{name} is coming', { name: coming.name })}</span>`}</p>
    <div class="actions"><${Take} room=${room.id} person=${person} name=${name} coming=${coming} />
      ${organises.value && html`<a class="button" href=${`/rooms/${room.id}`}>${rich(t('Visit<hidden> {room}</hidden>'), { room: room.name })}</a>
      <${Button} icon="check" action="help:clear" fields=${{ room: room.id, person }}>${rich(t('Done<hidden> with {name} in {room}</hidden>'), { name, room: room.name })}<//>`}</div></li>`;
}

/** One button in one place, so that the focus stays on it whatever it says. */
function Take({ room, person, name, coming }) {
  const mine = coming?.person === myId();
  const instead = coming && !mine ? { instead_of: coming.person } : {};
  const words = coming && !mine ? t('Go instead of {other}<hidden> to {name}</hidden>') : t('I am coming<hidden> to {name}</hidden>');
  return html`<${Button} kind=${coming ? (mine ? 'chosen' : '') : 'primary'} pressed=${mine ? 'true' : null} action="help:take" fields=${{ room, person, ...instead }}>${rich(words, { name, other: coming?.name })}<//>`;
}
