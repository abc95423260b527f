// What is done in all rooms at once: a notice, the next round, two minutes more, closing and keeping open.

import { useState } from '../vendor/preact.js';
import { outcome } from './board-state.js';
import { told } from './board-store.js';
import { act, announce, complain, view } from './store.js';
import { t, tn } from './translated.js';
import { Button, ConfirmButton, html } from './ui.js';

/** @param {string} name @param {object} fields @returns {Promise<any>} the answer, told above the rooms */
export async function inRooms(name, fields) {
  const starts = name === 'round:start';
  const answer = await act(name, fields, { quiet: starts });
  const each = answer.ok || (starts && answer.refused); // why none of them could start is told room by room
  told.value = each ? outcome({ done: [], ...answer }, view.value.rooms, name) : '';
  if (each) announce(told.value);
  else if (starts) complain(answer.error.message);
  return answer;
}

export function AllRooms() {
  const closing = view.value.rooms.every((room) => room.closes_at);
  return html`<section class="panel board-all" aria-labelledby="all-heading"><h2 id="all-heading" tabindex="-1">${t('All rooms')}</h2>
    <${NoticeForm} id="notice-all" label=${t('Notice to everyone in all rooms')} rooms="all" />
    ${view.value.session.kind === 'practice' && html`<${StartAll} />`}
    <div class="actions">
      <${Button} icon="clock" onPress=${() => inRooms('clock:extend', { rooms: 'all', seconds: 120 })}>${t('+2 minutes in all')}<//>
      <${Button} icon=${closing ? 'check' : 'clock'} onPress=${() => (closing
    ? inRooms('room:keep', { rooms: 'all' }) : inRooms('room:close', { rooms: 'all', in_s: 60 }))}>${closing ? t('Keep all rooms open') : t('Close all in 60 s')}<//>
    </div>
    <p class="hint board-told">${told.value || t('In a room that has closed nothing new begins. Nobody is sent away, and what is being written is kept.')}</p>
  </section>`;
}

/** Asked for once more, since a round that has begun can't be taken back. */
function StartAll() {
  const [times, setTimes] = useState(0);
  const waiting = view.value.rooms.filter((room) => room.may.includes('round:start')).length;
  async function start() {
    await inRooms('round:start', { rooms: 'all' });
    setTimes(times + 1);
    document.getElementById('all-heading').focus();
  }
  if (!waiting) return null;
  return html`<div class="actions"><${ConfirmButton} key=${times} icon="play" yes=${t('Start')} onPress=${start}
    question=${tn('One room waits for its next round. It starts if its coach, its learner and who plays are here; if not, you are told who is missing.', '{n} rooms wait for their next round. Each starts if its coach, its learner and who plays are here; of the others you are told who is missing.', waiting)}>${t('Start in all rooms')}<//></div>`;
}

/** @param {{id: string, label: string, rooms: 'all' | string[]}} props */
export function NoticeForm({ id, label, rooms }) {
  const [text, setText] = useState('');
  async function send() {
    if (!text.trim()) return;
    const answer = await inRooms('board:notice', { rooms, text: text.trim() });
    if (answer.ok) setText('');
  }
  return html`<div class="board-notice"><div class="field"><label for=${id}>${label}</label>
    <input type="text" id=${id} maxlength="500" autocomplete="off" value=${text} onInput=${(event) => setText(event.target.value)}
      onKeyDown=${(event) => { if (event.key === 'Enter') send(); }} /></div>
    <${Button} icon="send" onPress=${send}>${t('Send')}<//></div>`;
}
