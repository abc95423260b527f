// The room page: reads what the page was made with, opens the line, and lays out the panels.

import { useEffect, useLayoutEffect, useRef } from '../vendor/preact-hooks.js';
import { render } from '../vendor/preact.js';
import '../vendor/signals.js'; // teaches Preact to follow signals
import { Close } from './close.js';
import { markPassed, remaining } from './clock.js';
import { CoachPanel } from './coach.js';
import { Controls } from './controls.js';
import { NewCue } from './cue.js';
import { Debrief } from './debrief.js';
import { Banners, Header, Strip } from './header.js';
import { Help } from './help.js';
import { html } from './html.js';
import { LearnerPanel } from './learner.js';
import { MoreTime } from './moretime.js';
import { Notes } from './notes.js';
import { ObserverPanel } from './observer.js';
import { OrganiserPanel } from './organiser.js';
import { PatientPanel } from './patient.js';
import { People } from './people.js';
import { announce, clockNow, helpOpen, narrow, over, said, seat, start, tab, tryNow, view } from './store.js';
import { Tabs } from './tabs.js';
import { ENDED, STEPS } from './words.js';

const PANELS = { learner: LearnerPanel, patient: PatientPanel, observer: ObserverPanel, coach: CoachPanel, organiser: OrganiserPanel };

function Room() {
  if (over.value) return html`<${Over} />`;
  const { phase } = view.value;
  return html`<${Header} />
    <main id="main" class="room" tabindex="-1" data-seat=${seat.value} data-phase=${phase} data-turn=${view.value.turn}>
      <${Banners} /><${Strip} /><${Controls} /><${Tabs} />
      <div class="columns">
        <${Panel} name="mine" heading=${html`<${Heading} />`}><${Mine} /><//>
        <${Panel} name="people" heading=${html`<h2 id="people-heading">People</h2>`}><${People} /><//>
        <${Panel} name="notes" heading=${html`<h2 id="notes-heading">My notes</h2>`}><${Notes} /><//>
        <${Panel} name="help" heading=${html`<h2 id="help-heading">Help</h2>`}><${Help} /><//>
      </div>
    </main>
    <${Live} /><${Watcher} />`;
}

function Panel({ name, heading, children }) {
  const hidden = narrow.value ? tab.value !== name : name === 'help' && !helpOpen.value;
  const labelled = name === 'mine' ? 'phase-heading' : `${name}-heading`;
  const roles = narrow.value ? { role: 'tabpanel', 'aria-labelledby': `tab-${name}` } : { 'aria-labelledby': labelled };
  return html`<section id=${`panel-${name}`} class=${`panel panel-${name}`} hidden=${hidden} ...${roles}>${heading}${children}</section>`;
}

function Heading() {
  const [title, todo] = STEPS[view.value.phase][seat.value];
  return html`<h2 id="phase-heading" tabindex="-1">${title}</h2><p class="todo">${todo}</p>`;
}

function Mine() {
  const { phase } = view.value;
  const Seat = PANELS[seat.value];
  return html`<${NewCue} /><${MoreTime} />
    <${Seat} key=${seat.value} />
    ${phase === 'debrief' && seat.value !== 'organiser' && html`<${Debrief} />`}
    ${phase === 'close' && seat.value !== 'organiser' && html`<${Close} />`}`;
}

function Live() {
  return html`<p class="visually-hidden" role="status" aria-live="polite" data-live>${said}</p>`;
}

/** Focus after a phase change: a text box keeps it; if what had it is gone, the new phase's heading gets it. */
function Watcher() {
  const last = useRef(null);
  const left = useRef(null);
  const { phase } = view.value;
  useEffect(() => {
    const remember = (event) => { last.current = event.target; };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useLayoutEffect(() => {
    if (last.current && !last.current.isConnected) {
      last.current = null;
      if (narrow.value) tab.value = 'mine';
      document.getElementById('phase-heading')?.focus();
    } else if (!document.activeElement?.matches('textarea, input, select')) tab.value = 'mine';
  }, [phase]);
  const { clock } = view.value;
  const now = clock?.running ? remaining(clock, clockNow.value) : null;
  useEffect(() => {
    const mark = now !== null && left.current !== null ? markPassed(phase, left.current, now) : null;
    left.current = now;
    if (mark) announce(mark);
  }, [now === null ? null : Math.floor(now), phase]);
  return null;
}

function Over() {
  const { reason, code, message, url } = over.value;
  const [title, words] = ENDED[reason ?? code] ?? ['The room is closed to you', message];
  const here = useRef(null);
  useEffect(() => here.current?.focus(), []);
  const again = ['replaced', 'too_many'].includes(reason ?? code);
  return html`<main id="main" class="page narrow" tabindex="-1" data-over=${reason ?? code}><h1 ref=${here} tabindex="-1">${title}</h1><p>${words}</p>
    <div class="actions">${url && html`<a class="button primary" href=${url}>Go to the other room</a>`}
    ${again && html`<button type="button" class="button primary" onClick=${() => { over.value = null; tryNow(); }}>Use it here</button>`}
    ${['signed_out', 'not_signed_in'].includes(reason ?? code) ? html`<a class="button primary" href="/sign-in">Sign in</a>` : html`<a class="button" href="/">My rooms</a>`}</div></main>`;
}

function watchWidth() {
  const media = window.matchMedia('(max-width: 48rem)');
  const set = () => { narrow.value = media.matches; };
  media.addEventListener('change', set);
  set();
}

const mount = document.getElementById('room');
watchWidth();
start(JSON.parse(document.getElementById('room-data').textContent));
mount.replaceChildren();
render(html`<${Room} />`, mount);
