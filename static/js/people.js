// Who is here: seat, presence, readiness, who has submitted; the rotation; and asking for help.

import { useState } from '../vendor/preact.js';
import { hourMinute } from './saving.js';
import { ExtraTime } from './extra-time.js';
import { KeepAwake } from './keep-awake.js';
import { rich } from './rich.js';
import { act, announce, may, mine, myId, narrow, seat, view } from './store.js';
import { Talk } from './talk.js';
import { t } from './translated.js';
import { Button, html, Icon, SeatBadge } from './ui.js';

const ORDER = ['learner', 'patient', 'observer', 'coach', 'organiser'];

export function People() {
  const { seats, phase, help = [] } = view.value;
  const sorted = [...seats].sort((a, b) => ORDER.indexOf(a.seat) - ORDER.indexOf(b.seat) || a.name.localeCompare(b.name));
  const counts = { n: seats.filter((each) => each.present).length, all: seats.length, ready: seats.filter((each) => each.ready).length };
  return html`
    ${help.length > 0 && html`<${HelpAsked} help=${help} />`}
    ${(narrow.value || phase !== 'lobby') && html`<${Talk} />`}
    <p class="hint">${['lobby', 'briefing'].includes(phase) ? t('{n} of {all} here, {ready} ready', counts) : t('{n} of {all} here', counts)}</p>
    <ul class="people">${sorted.map((each) => html`<${Person} key=${each.person} who=${each} />`)}</ul>
    <${Rotation} />`;
}

function Person({ who }) {
  const { phase, submitted, rubric } = view.value;
  const about = [who.pronouns, who.profession].filter(Boolean).join(', ');
  const watching = (who.watching ?? []).map((id) => rubric?.items.find((item) => item.id === id)?.title).filter(Boolean);
  return html`<li class="person" data-present=${who.present ? 'yes' : 'no'}>
    <p class="person-name">${who.person === myId() ? t('{name} (you)', { name: who.name }) : who.name}</p>
    <${SeatBadge} seat=${who.seat} character=${who.character_name} />
    ${phase === 'lobby' && about && html`<p class="hint">${about}</p>`}
    <p class="person-state">
      <span class=${who.present ? 'light on' : 'light'}>${who.present ? t('Here') : t('Not here')}</span>
      ${['lobby', 'briefing'].includes(phase) && who.seat !== 'coach' && html`<span class=${who.ready ? 'light on' : 'light'}>${who.ready ? t('Ready') : t('Not ready yet')}</span>`}
      ${submitted && ['notes', 'debrief'].includes(phase) && html`<span class=${submitted.includes(who.person) ? 'light on' : 'light'}>${submitted.includes(who.person) ? t('Submitted') : t('Still writing')}</span>`}
    </p>
    ${watching.length > 0 && ['briefing', 'encounter'].includes(phase) && html`<p class="hint">${t('Watching: {what}', { what: watching.join('; ') })}</p>`}
  </li>`;
}

function Rotation() {
  const { rotation = [] } = view.value;
  if (!rotation.length) return null;
  return html`<h3>${t('Turns in the chair')}</h3><ol class="rotation">${rotation.map((each) => html`<li key=${each.person} aria-current=${each.now ? 'true' : null}>${each.name}
    <span class="hint">${each.now ? t('now') : each.done ? t('done') : t('to come')}</span></li>`)}</ol>`;
}

export function HelpAsked({ help }) {
  return html`<div class="callout warn" role="group" aria-label=${t('Help asked for')}><h3><${Icon} name="life-buoy" /> ${t('Help asked for')}</h3>
    ${help.map((each) => html`<div class="help-item" key=${each.person}><p>${rich(each.text ? t('<strong>{name}</strong>, {time}: {text}') : t('<strong>{name}</strong>, {time}'), { name: each.name, time: hourMinute(each.at), text: each.text })}</p>
      ${each.coming && html`<p>${t('{name} is coming.', { name: each.coming.name })}</p>`}
      ${may('help:clear') && ['coach', 'organiser'].includes(seat.value) && html`<${Button} kind="quiet" action="help:clear" fields=${{ person: each.person }}>${t('Done: {name}', { name: each.name })}<//>`}</div>`)}</div>`;
}

export function Help() {
  const { help } = mine.value;
  const { phase } = view.value;
  return html`
    ${help ? html`<${Asked} help=${help} />` : may('help:ask') && html`<${Ask} />`}
    ${seat.value === 'organiser' && html`<p class="hint">${t('Requests for help are listed with the people.')}</p>`}
    <p class="hint">${t('Everything you write is kept as you go. If the line drops, keep going: it is sent when the line is back.')}</p>
    ${phase !== 'lobby' && html`<${ExtraTime} />`}<${KeepAwake} />
    ${narrow.value && ['coach', 'organiser'].includes(seat.value) && html`<p>${rich(t('<link>My rooms</link> <hint>and the way to sign out</hint>'), { link: (inside) => html`<a href="/">${inside}</a>` })}</p>`}`;
}

function Ask() {
  const [text, setText] = useState('');
  async function ask() {
    const answer = await act('help:ask', text.trim() ? { text: text.trim() } : {});
    if (answer.ok) announce(t('Help is asked for. The organiser and your coach can see it.'));
  }
  return html`<div class="field"><label for="help-text">${t('What do you need?')}</label><p class="hint" id="help-hint">${t('You may leave it empty. Your coach and the organiser see it, nobody else. Other coaches see that you asked.')}</p>
    <textarea id="help-text" rows="2" maxlength="280" value=${text} aria-describedby="help-hint" onInput=${(event) => setText(event.target.value)}></textarea></div>
    <div class="actions"><${Button} kind="primary" icon="life-buoy" onPress=${ask}>${t('Ask for help')}<//></div>`;
}

function Asked({ help }) {
  return html`<div class="callout"><p><strong>${t('Help asked for at {time}.', { time: hourMinute(help.at) })}</strong> ${help.coming ? html`<strong>${t('{name} is coming.', { name: help.coming.name })}</strong>` : t('Your coach and the organiser can see it.')}</p>${help.text && html`<p>${help.text}</p>`}</div>
    <div class="actions"><${Button} icon="check" action="help:clear" fields=${{}}>${t('I no longer need help')}<//></div>`;
}
