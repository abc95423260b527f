// Who asks for help, in all rooms: the oldest first. Whoever is free says that they are coming.

import { requests } from './board-state.js';
import { organises } from './board-store.js';
import { hourMinute } from './saving.js';
import { myId, view } from './store.js';
import { Button, html, Icon } from './ui.js';

export function Requests() {
  const asked = requests(view.value.rooms);
  return html`<section class=${`panel board-help ${asked.length ? 'asked' : ''}`} aria-labelledby="help-heading">
    <h2 id="help-heading" tabindex="-1"><${Icon} name="life-buoy" /> Help asked for</h2>
    ${asked.length === 0 ? html`<p class="hint">Nobody asks for help.</p>`
    : html`<ol class="board-requests">${asked.map((each) => html`<${Request} key=${`${each.room.id} ${each.person}`} asked=${each} />`)}</ol>`}
  </section>`;
}

function Request({ asked }) {
  const { room, person, name, at, text, coming } = asked;
  return html`<li><p><strong>${name}</strong> in <strong>${room.name}</strong>, ${hourMinute(at)}${text && html`: ${text}`}
      ${coming && html` <span class="tag">${coming.person === myId() ? 'You are coming' : `${coming.name} is coming`}</span>`}</p>
    <div class="actions"><${Take} room=${room.id} person=${person} name=${name} coming=${coming} />
      ${organises.value && html`<a class="button" href=${`/rooms/${room.id}`}>Visit<span class="visually-hidden"> ${room.name}</span></a>
      <${Button} icon="check" action="help:clear" fields=${{ room: room.id, person }}>Done<span class="visually-hidden"> with ${name} in ${room.name}</span><//>`}</div></li>`;
}

/** One button in one place, so that the focus stays on it whatever it says. */
function Take({ room, person, name, coming }) {
  const mine = coming?.person === myId();
  const instead = coming && !mine ? { instead_of: coming.person } : {};
  const words = mine ? 'I am coming' : coming ? `Go instead of ${coming.name}` : 'I am coming';
  return html`<${Button} kind=${coming ? (mine ? 'chosen' : '') : 'primary'} pressed=${mine ? 'true' : null} action="help:take" fields=${{ room, person, ...instead }}>${words}<span class="visually-hidden"> to ${name}</span><//>`;
}
