// My panel for an organiser who visits: how the room is, and what can be mended from outside.

import { useState } from '../vendor/preact.js';
import { castOf } from './controls.js';
import { act, announce, may, view } from './store.js';
import { language, t } from './translated.js';
import { Button, Facts, html } from './ui.js';
import { SEATS } from './words.js';

export { Controls } from './controls.js';
export { Door, Knock as Top } from './guests.js';

/** The phases that ask what has been submitted. */
const WRITTEN = ['notes', 'debrief', 'close'];
const outOf = (n, all) => t('{n} of {all}', { n, all });

/** In each phase the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: [t('Visiting the lobby'), t('Start the round if the coach needs a hand.')],
  briefing: [t('Briefing'), t('They are reading the brief. The coach begins the encounter.')],
  encounter: [t('Encounter'), t('The conversation is running.')],
  time_out: [t('Time-out'), t('The clock is stopped.')],
  notes: [t('Notes'), t('Everyone is writing quietly.')],
  debrief: [t('Debrief'), t('They are talking it over.')],
  close: [t('Close'), t('The round has ended. The next can be started.')],
};

export function Panel() {
  const { counts, phase, seats, take } = view.value;
  return html`
    ${phase !== 'lobby' && html`<${Facts} rows=${[
      [t('Here'), outOf(seats.filter((each) => each.present).length, seats.length)],
      [t('Take'), take || null],
      [t('Notes caught'), take && counts ? String(counts.observations) : null],
      [t('Submitted'), counts && WRITTEN.includes(phase) ? outOf(counts.submitted, counts.raters) : null],
    ]} />`}
    ${may('notice:send') && html`<${NoticeForm} />`}
    ${may('seat:assign') && html`<${SeatForm} />`}`;
}

function NoticeForm() {
  const [text, setText] = useState('');
  async function send() {
    if (!text.trim()) return;
    const answer = await act('notice:send', { text: text.trim() });
    if (!answer.ok) return;
    setText('');
    announce(t('Notice sent.'));
  }
  return html`<div class="field"><label for="notice-text">${t('Notice to everyone in this room')}</label>
    <textarea id="notice-text" rows="2" maxlength="500" value=${text} onInput=${(event) => setText(event.target.value)}></textarea></div>
    <div class="actions"><${Button} icon="send" onPress=${send}>${t('Send the notice')}<//></div>`;
}

function SeatForm() {
  const { seats, round, scenarios = [], next } = view.value;
  const [person, setPerson] = useState(seats[0]?.person);
  const [seat, setSeat] = useState('observer');
  const [character, setCharacter] = useState('');
  const cast = castOf(scenarios.find((each) => each.title === round?.title) ?? scenarios.find((each) => each.id === next?.scenario));
  const fields = { person, seat, ...(seat === 'patient' && character ? { character } : {}) };
  return html`<h3>${t('Change a seat')}</h3><div class="choices">
    <div class="field"><label for="seat-person">${t('Who')}</label><select id="seat-person" value=${person} onChange=${(event) => setPerson(event.target.value)}>
      ${seats.map((each) => html`<option value=${each.person}>${t('{name} ({what})', { name: each.name, what: SEATS[each.seat].word.toLocaleLowerCase(language) })}</option>`)}</select></div>
    <div class="field"><label for="seat-seat">${t('Seat')}</label><select id="seat-seat" value=${seat} onChange=${(event) => setSeat(event.target.value)}>
      ${['observer', 'patient', 'coach'].map((each) => html`<option value=${each}>${SEATS[each].word}</option>`)}</select></div>
    ${seat === 'patient' && cast.length > 0 && html`<div class="field"><label for="seat-character">${t('Character')}</label><select id="seat-character" value=${character} onChange=${(event) => setCharacter(event.target.value)}>
      <option value="">${t('As the room has it')}</option>${cast.map((each) => html`<option value=${each.id}>${each.name}</option>`)}</select></div>`}
    </div><div class="actions"><${Button} onPress=${() => act('seat:assign', fields)}>${t('Change the seat')}<//></div>`;
}
