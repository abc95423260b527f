// The board: all rooms of a session. Reads what the page was made with, opens the line, and lays out the parts.

import { render, useEffect, useRef } from '../vendor/preact.js';
import { AllRooms } from './board-all.js';
import { Requests } from './board-help.js';
import { Overview, Tray } from './board-people.js';
import { Rooms } from './board-rooms.js';
import { hour, open, organises, tryNow } from './board-store.js';
import { courseTime, zoneName } from './course-time.js';
import { FocusKeeper } from './focus.js';
import './signout.js'; // each page has it; here it comes along
import { line, over, restarting, said, tick, view } from './store.js';
import { listed, t, tn } from './translated.js';
import { html, Icon, Problem } from './ui.js';

const QUIET_MS = 2_000;
const ENDED = {
  signed_out: [t('You are signed out'), t('You signed out, here or in another window.')],
  not_signed_in: [t('You are signed out'), t('Sign in again to come back to the board.')],
  removed: [t('This board is not open to you any more'), t('Your role in the course has changed, or you were taken out of it.')],
  moved: [t('This board is not open to you any more'), t('Your role in the course has changed.')],
  not_found: [t('This board is not open to you any more'), t('Your role in the course has changed, or the session has gone.')],
  replaced: [t('This board is open in too many windows'), t('It goes on in the window you opened last.')],
};

function Board() {
  if (over.value) return html`<${Over} />`;
  const { rooms } = view.value;
  return html`<${Header} />
    <main id="main" class="room board" tabindex="-1" data-role=${view.value.role}>
      <div class="banners"><${Problem} /><${LineBanner} /></div>
      ${rooms.length > 0 && html`<${Requests} />`}
      ${organises.value && rooms.length > 0 && html`<div class="board-tools"><${AllRooms} /><${Tray} /></div>`}
      <${Rooms} />
      ${organises.value && html`<${Overview} />`}
    </main>
    <p class="visually-hidden" role="status" aria-live="polite" data-live>${said}</p>
    <${FocusKeeper} within="board" home="rooms-heading" />`;
}

function Header() {
  const { session, rooms } = view.value;
  const sum = (count) => rooms.reduce((total, room) => total + count(room), 0);
  const asking = sum((room) => room.help.length);
  const facts = [
    tn('{n} room', '{n} rooms', rooms.length),
    t('{n} of {all} here', { n: sum((room) => room.here), all: sum((room) => room.of) }),
    asking > 0 && tn('{n} asks for help', '{n} ask for help', asking),
  ].filter(Boolean);
  const from = courseTime(session.starts_at, session.time_zone);
  const to = `${courseTime(session.ends_at, session.time_zone)} ${zoneName(session.ends_at, session.time_zone)}`;
  return html`<header class="room-head">
    <div class="room-name"><h1>${t('Board')}</h1><p class="hint">${t('{session}, {from} to {to}', { session: session.title, from, to })}</p></div>
    <p class="board-facts">${listed(facts)}</p>
    <a class="button" href=${`/courses/${session.course.slug}`}>${t('Programme')}</a>
  </header>`;
}

function LineBanner() {
  const down = line.value.up ? 0 : tick.value - line.value.since;
  if (down < QUIET_MS) return null;
  return html`<div class="banner warn" data-banner="line"><p><${Icon} name="wifi-off" /> <span>${restarting.value ? t('The server is restarting, one moment.') : t('Connection lost, trying again.')} ${t('What you see is from {time}.', { time: hour(view.value.now) })}</span></p>
    <div class="actions"><button type="button" class="button" onClick=${tryNow}>${t('Try now')}</button></div></div>`;
}

function Over() {
  const code = over.value.reason ?? over.value.code;
  const [title, words] = ENDED[code] ?? [t('The board is closed to you'), over.value.message];
  const here = useRef(null);
  useEffect(() => here.current?.focus(), []);
  return html`<main id="main" class="page narrow" tabindex="-1" data-over=${code}><h1 ref=${here} tabindex="-1">${title}</h1><p>${words}</p>
    <div class="actions">${code === 'replaced' && html`<button type="button" class="button primary" onClick=${() => { over.value = null; tryNow(); }}>${t('Use it here')}</button>`}
    ${['signed_out', 'not_signed_in'].includes(code) ? html`<a class="button primary" href="/sign-in">${t('Sign in')}</a>` : html`<a class="button" href="/">${t('My rooms')}</a>`}</div></main>`;
}

const mount = document.getElementById('board');
open(JSON.parse(document.getElementById('board-data').textContent));
mount.replaceChildren();
render(html`<${Board} />`, mount);
