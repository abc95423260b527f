// The page of a group that meets without practising: a start-up or a reflection. The line, the views and the boxes are
// those of the practice room.

import { render } from '../vendor/preact.js';
import { Agreement } from './agreement.js';
import { CourseGoalField } from './coursegoal.js';
import { FocusKeeper } from './focus.js';
import { NoteBefore, NoteToday } from './handover.js';
import { Banners } from './header.js';
import { Live, Over } from './over.js';
import { Help, HelpAsked } from './people.js';
import { Journal, Shared } from './reflect.js';
import './signout.js'; // each page has it; here it comes along
import { mine, myId, over, seat, view } from './store.js';
import { TalkLink } from './talk.js';
import { t } from './translated.js';
import { Fold, html, List } from './ui.js';
import { open } from './wire.js';

const ROLES = {
  learner: { word: t('Learner'), shape: '●', seat: 'learner' },
  actor: { word: t('Actor'), shape: '▲', seat: 'patient' },
  coach: { word: t('Coach'), shape: '◆', seat: 'coach' },
  organiser: { word: t('Organiser'), shape: '○', seat: 'organiser' },
};
const ORDER = Object.keys(ROLES);
const mount = document.getElementById('room');
const groupPage = mount.dataset.group;

function Circle() {
  if (over.value) return html`<${Over} />`;
  const { kind } = view.value;
  return html`<${Head} />
    <main id="main" class="room circle" tabindex="-1" data-kind=${kind}>
      <${Banners} />
      <div class="columns">
        <div class="circle-parts">${kind === 'startup' ? html`<${StartUp} />` : html`<${Reflection} />`}</div>
        <div class="circle-parts">
          <${Part} name="people" title=${t('Who is here')}><${Here} /><//>
          ${seat.value !== 'organiser' && html`<${Fold} title=${mine.value.help ? t('Help asked') : t('Help')} open=${Boolean(mine.value.help)}><${Help} /><//>`}
        </div>
      </div>
    </main><${Live} /><${FocusKeeper} />`;
}

function Head() {
  const { room, seats } = view.value;
  const me = seats.find((each) => each.person === myId());
  return html`<header class="room-head"><div class="room-name"><h1>${room.name}</h1><p class="hint">${room.session.title}</p></div>
    <${Badge} role=${me?.role ?? 'organiser'} />
    <a class="button" href=${groupPage}>${t('About {room}', { room: room.name })}</a>
    <${TalkLink} />
  </header>`;
}

function Badge({ role }) {
  const { word, shape, seat: colour } = ROLES[role];
  return html`<span class=${`badge seat-${colour}`}><span aria-hidden="true">${shape}</span> ${word}</span>`;
}

function Part({ name, title, children }) {
  return html`<section id=${`panel-${name}`} class="panel" aria-labelledby=${`${name}-heading`}><h2 id=${`${name}-heading`} tabindex="-1">${title}</h2>${children}</section>`;
}

function StartUp() {
  const { introductions } = view.value;
  return html`<${Part} name="introductions" title=${t('Say hello')}><p class="hint">${t('One after the other, a minute each. Nothing to write.')}</p><${List} items=${introductions} /><//>
    <${Part} name="agreement" title=${t('Our agreement')}><p class="hint">${t('Everyone here writes it together. It stays with the group, and is in every room it has. No patient details.')}</p><${Agreement} /><//>
    ${mine.value.course_goal !== undefined && html`<${Part} name="goal" title=${t('Your goal')}><${CourseGoalField} /><//>`}
    <${Coaching} />`;
}

function Reflection() {
  const { shared, agreement } = view.value;
  const writes = Boolean(mine.value.journal);
  // The coach is here for what the others share; everyone else first for themselves.
  const own = writes && html`<${Part} key="journal" name="journal" title=${t('For yourself')}><${Journal} /><//>`;
  return html`${seat.value !== 'coach' && own}
    ${seat.value === 'organiser' ? html`<${Part} name="shared" title=${t('Reflection')}><p class="empty">${t('What people write here, and what they share, is for the group and its coach. Visitors see none of it.')}</p><//>`
    : html`<${Part} name="shared" title=${t('Shared here ({n})', { n: shared.length })}><${Shared} /><//>`}
    ${seat.value === 'coach' && own}<${Coaching} />
    <${Part} name="agreement" title=${t('Our agreement')}><${Fold} title=${t('The lines ({n})', { n: agreement.length })}><${Agreement} /><//><//>`;
}

function Coaching() {
  if (!mine.value.hand_over) return null;
  return html`<${Part} name="handover" title=${t('From coach to coach')}><${NoteBefore} /><${NoteToday} /><//>`;
}

function Here() {
  const { seats, goals = [], help = [] } = view.value;
  const sorted = [...seats].sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || a.name.localeCompare(b.name));
  return html`${help.length > 0 && html`<${HelpAsked} help=${help} />`}
    <p class="hint">${t('{n} of {all} here', { n: seats.filter((each) => each.present).length, all: seats.length })}</p>
    <ul class="people">${sorted.map((who) => html`<${Person} key=${who.person} who=${who} goal=${goals.find((each) => each.person === who.person)?.text} />`)}</ul>`;
}

function Person({ who, goal }) {
  const about = [who.pronouns, who.profession].filter(Boolean).join(', ');
  return html`<li class="person" data-present=${who.present ? 'yes' : 'no'}><p class="person-name">${who.person === myId() ? t('{name} (you)', { name: who.name }) : who.name}</p>
    <${Badge} role=${who.role} />${about && html`<p class="hint">${about}</p>`}
    <p class="person-state"><span class=${who.present ? 'light on' : 'light'}>${who.present ? t('Here') : t('Not here')}</span></p>
    ${goal && html`<p class="person-goal"><span class="hint">${t('Goal for the course:')}</span> ${goal}</p>`}</li>`;
}

open(JSON.parse(document.getElementById('room-data').textContent));
mount.replaceChildren();
render(html`<${Circle} />`, mount);
