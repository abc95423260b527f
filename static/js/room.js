// The room page: reads what the page was made with, opens the line, and lays out the panels.

import { computed, effect, render, signal } from '../vendor/preact.js';
import { Agreed } from './agreed.js';
import { NewCue } from './cue.js';
import { Close, Debrief } from './debrief.js';
import { ExtraTimeOn } from './extra-time.js';
import { FocusKeeper, TimeMarks } from './focus.js';
import { Banners, Header, Strip, Tabs } from './header.js';
import { keepAwake } from './keep-awake.js';
import { Lobby } from './lobby.js';
import { MoreTime } from './moves.js';
import { Notes } from './notes.js';
import { Live, Over } from './over.js';
import { Help, People } from './people.js';
import './signout.js'; // each page has it; here it comes along
import { complain, forWelfare, helpOpen, mine, narrow, over, seat, tab, view } from './store.js';
import { Stopped } from './stopped.js';
import { t } from './translated.js';
import { html } from './ui.js';
import { open } from './wire.js';
import { PHASE_SAID } from './words.js';

/** Each seat's own part is loaded when someone sits there: no one carries what the others need. */
const PARTS = {
  learner: () => import('./learner.js'),
  patient: () => import('./patient.js'),
  observer: () => import('./observer.js'),
  coach: () => import('./coach.js'),
  organiser: () => import('./organiser.js'),
};
const low = signal(false);
const mouse = signal(false);
/** A page zoomed on a laptop is narrow and low: at its end the way to stop the clock would be screens away. */
const below = computed(() => narrow.value && !(low.value && mouse.value));
const part = signal({ seat: '', STEPS: {}, Panel: null, Controls: null, Door: null, Top: null });

/** @param {string} name */
async function sit(name) {
  try {
    const { STEPS, Panel: Own, Controls = null, Door = null, Top = null } = await PARTS[name]();
    if (seat.value === name) part.value = { seat: name, STEPS, Panel: Own, Controls, Door, Top };
  } catch {
    complain(t('A part of this page could not be loaded. Reload the page once you are connected.'));
  }
}

function Room() {
  if (over.value) return html`<${Over} />`;
  const { phase } = view.value;
  const { Controls, Door, Top } = part.value;
  // On a phone the controls stand below. They keep their key, and with it what was chosen in them.
  return html`<${Header} />
    <main id="main" class="room" tabindex="-1" data-seat=${seat.value} data-phase=${phase} data-turn=${view.value.turn}>
      <${Banners} />${Top && html`<${Top} />`}<${Strip} />${Controls && !below.value && html`<${Controls} key="controls" />`}<${Tabs} />
      <div class="columns">
        <${Panel} name="mine" heading=${html`<${Heading} />`}><${Mine} /><//>
        <${Panel} name="help" heading=${html`<h2 id="help-heading" tabindex="-1">${t('Help')}</h2>`}><${Help} /><//>
        <${Panel} name="people" heading=${html`<h2 id="people-heading" tabindex="-1">${t('People')}</h2>`}><${People} />${Door && html`<${Door} />`}<//>
        <${Panel} name="notes" heading=${html`<h2 id="notes-heading" tabindex="-1">${t('My notes')}</h2>`}><${Notes} /><//>
      </div>
      ${Controls && below.value && html`<${Controls} key="controls" />`}
    </main>
    <${Live} /><${FocusKeeper} /><${TimeMarks} />`;
}

function Panel({ name, heading, children }) {
  const hidden = narrow.value ? tab.value !== name : name === 'help' && !helpOpen.value;
  const labelled = name === 'mine' ? 'phase-heading' : `${name}-heading`;
  const roles = narrow.value ? { role: 'tabpanel', tabindex: 0, 'aria-labelledby': `tab-${name}` } : { 'aria-labelledby': labelled };
  return html`<section id=${`panel-${name}`} class=${`panel panel-${name}`} hidden=${hidden} ...${roles}>${heading}${children}</section>`;
}

function Heading() {
  const { phase } = view.value;
  const steps = part.value.seat === seat.value ? part.value.STEPS : {};
  const now = forWelfare() ? 'welfare' : phase === 'notes' ? mine.value.scorecard?.status : phase;
  const [title, todo] = steps[now] ?? steps[phase] ?? [PHASE_SAID[phase], ''];
  return html`<h2 id="phase-heading" tabindex="-1">${title}</h2><${Stopped} /><p class="todo">${todo}</p><${ExtraTimeOn} />`;
}

function Mine() {
  const { phase } = view.value;
  const Seat = part.value.seat === seat.value ? part.value.Panel : null;
  const After = seat.value === 'organiser' ? undefined : { debrief: Debrief, close: Close }[phase];
  const after = After && html`<${After} key=${phase} />`;
  // The coach's guide and script come after the debrief; everyone else's own part comes first.
  return html`<${NewCue} /><${MoreTime} />${seat.value === 'coach' && after}
    ${phase === 'lobby' && html`<${Lobby} key="lobby" />`}
    ${Seat && html`<${Seat} key=${seat.value} />`}${seat.value !== 'coach' && after}${phase === 'lobby' && html`<${Agreed} />`}`;
}

function follow(query, now) {
  const media = window.matchMedia(query);
  const set = () => { now.value = media.matches; };
  media.addEventListener('change', set);
  set();
}

const mount = document.getElementById('room');
follow('(max-width: 48rem)', narrow);
follow('(max-height: 30rem)', low);
follow('(pointer:fine)', mouse);
open(JSON.parse(document.getElementById('room-data').textContent));
await sit(seat.value);
keepAwake();
effect(() => { if (part.peek().seat !== seat.value) sit(seat.value); });
mount.replaceChildren();
render(html`<${Room} />`, mount);
