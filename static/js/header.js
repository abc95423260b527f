// The frame of the room: where you are, your seat, the clock; the phase strip; what is amiss with the line; tabs.

import { signal, useEffect } from '../vendor/preact.js';
import { characterName } from './brief.js';
import { ClockFace } from './clock-face.js';
import { store } from './drafts.js';
import { minutes } from './clock.js';
import { cueInSight } from './cue.js';
import { hourMinute } from './saving.js';
import {
  announce, clockNow, closed, helpOpen, line, mine, narrow, notice, outgoing, restarting, seat, tab, tick, view,
} from './store.js';
import { TalkLink } from './talk.js';
import { t, tn } from './translated.js';
import { html, Icon, Problem, SeatBadge } from './ui.js';
import { tryNow } from './wire.js';
import { PHASES } from './words.js';

const clockHidden = signal(store.read('clock-hidden') === true);
const dismissed = signal(store.read('notice-seen') ?? '');
/** A line is let drop for a moment without a word. */
const QUIET_MS = 2_000;
const LONG_MS = 30_000;

/** The session, and where in it we are. */
function whereWords({ room, round, take }) {
  const session = room.session.title;
  if (!round) return session;
  const { number, of } = round;
  return take > 1 ? t('{session}, round {number} of {of}, take {take}', { session, number, of, take }) : t('{session}, round {number} of {of}', { session, number, of });
}

export function Header() {
  const { room } = view.value;
  const character = mine.value.character ? `: ${characterName(mine.value.character)}` : '';
  return html`<header class="room-head">
    <div class="room-name"><h1>${room.name}</h1><p class="hint">${whereWords(view.value)}</p></div>
    <${SeatBadge} seat=${seat.value} more=${character} />
    ${seat.value === 'organiser' && html`<a class="button" href=${`/board/${room.session.id}`}>${t('Board')}</a>`}
    <${Clock} />
    ${!narrow.value && html`<button type="button" class=${`button ${mine.value.help ? 'chosen' : ''}`} aria-expanded=${helpOpen.value ? 'true' : 'false'} aria-controls="panel-help" onClick=${() => { helpOpen.value = !helpOpen.value; }}>
      <${Icon} name="life-buoy" /><span>${mine.value.help ? t('Help asked') : t('Help')}</span></button>`}
  </header>`;
}

function Clock() {
  const hide = () => {
    clockHidden.value = !clockHidden.value;
    store.write('clock-hidden', clockHidden.value);
  };
  return html`<${ClockFace} hidden=${clockHidden.value} onHide=${hide} />`;
}

export function Strip() {
  const { phase } = view.value;
  const now = PHASES.findIndex(([name]) => name === (phase === 'time_out' ? 'encounter' : phase));
  return html`<ol class="strip" aria-label=${t('Phases of the round')}>${PHASES.map(([name, word], index) => html`<li key=${name} data-done=${index < now ? 'yes' : 'no'} aria-current=${index === now ? 'step' : null}>
    <span class="strip-dot" aria-hidden="true"></span><span class="strip-word">${index === now && phase === 'time_out' ? t('Time-out') : word}</span></li>`)}</ol>`;
}

/** What went wrong, what the line does, what the organiser says: in this order, and only what is so. */
export function Banners() {
  return html`<div class="banners">
    <${Problem} /><${LineBanner} /><${ClosingBanner} /><${NoticeBanner} /></div>`;
}

/** Calm: what is written is kept, and nobody is sent away. */
function ClosingBanner() {
  const { closes_at: at } = view.value;
  if (!at) return null;
  if (closed.value) {
    return html`<p class="banner" data-banner="closed"><span><${Icon} name="clock" /> <strong>${t('This room closed at {time}.', { time: hourMinute(at) })}</strong> ${t('Finish what you are writing and submit it: all of it is kept. No new round begins.')}</span></p>`;
  }
  return html`<p class="banner" data-banner="closing"><span><${Icon} name="clock" /> <strong>${t('This room closes at {time}.', { time: hourMinute(at) })}</strong> ${t('Finish your sentence; what you have written is kept.')}</span>
    <span class="clock-time" role="timer" aria-live="off"><${Left} at=${at} /></span></p>`;
}

function Left({ at }) {
  return t('{time} left', { time: minutes(Math.ceil((Date.parse(at) - clockNow.value) / 1000)) });
}

function LineBanner() {
  const down = line.value.up ? 0 : tick.value - line.value.since;
  const lost = down >= QUIET_MS;
  const words = restarting.value ? t('The server is restarting, one moment. Keep going: your notes are kept on this device.') : t('Connection lost, trying again. Keep going: your notes are kept on this device.');
  useEffect(() => { if (lost) announce(words); }, [lost]);
  if (!lost) return null;
  const waiting = outgoing.value.filter((each) => each.keep).length;
  return html`<div class="banner warn" data-banner="line"><p><${Icon} name="wifi-off" /> <span>${words}${waiting > 0 && ` ${tn('{n} waiting.', '{n} waiting.', waiting)}`}</span></p>
    ${down >= LONG_MS && html`<div class="actions"><button type="button" class="button" onClick=${tryNow}>${t('Try now')}</button><${TalkLink} /></div>`}</div>`;
}

function NoticeBanner() {
  const now = notice.value;
  if (!now || now.at === dismissed.value) return null;
  const put = () => {
    dismissed.value = now.at;
    store.write('notice-seen', now.at);
  };
  return html`<p class="banner" data-banner="notice"><span><strong>${t('Notice:')}</strong> ${now.text}</span> <button type="button" class="button quiet" onClick=${put}><${Icon} name="check" /><span>${t('Got it')}</span></button></p>`;
}

const TABS = [['mine', t('Mine')], ['people', t('People')], ['notes', t('Notes')], ['help', t('Help')]];

export function Tabs() {
  if (!narrow.value) return null;
  const keys = (event) => {
    const now = TABS.findIndex(([name]) => name === tab.value);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    [tab.value] = TABS[(to + TABS.length) % TABS.length];
    document.getElementById(`tab-${tab.value}`).focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${t('Parts of the room')} onKeyDown=${keys}>
    ${TABS.map(([name, word]) => html`<button type="button" role="tab" class="tab" id=${`tab-${name}`} key=${name} aria-selected=${tab.value === name ? 'true' : 'false'}
      aria-controls=${`panel-${name}`} tabindex=${tab.value === name ? 0 : -1} onClick=${() => { tab.value = name; }}>${word}${more(name)}</button>`)}</div>`;
}

function more(name) {
  const count = {
    mine: tab.value !== 'mine' && cueInSight() ? 1 : 0,
    people: view.value.help?.length ?? 0,
    notes: outgoing.value.filter((each) => each.state === 'refused').length,
    help: mine.value.help ? 1 : 0,
  }[name];
  return count ? html`<span class="count"> (${name === 'help' ? t('asked') : count})</span>` : null;
}
