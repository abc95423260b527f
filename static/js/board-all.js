// What is done in all rooms at once: a notice, two minutes more, closing and keeping open.

import { useState } from '../vendor/preact.js';
import { outcome } from './board-state.js';
import { told } from './board-store.js';
import { act, announce, view } from './store.js';
import { t } from './translated.js';
import { Button, html } from './ui.js';

/** @param {string} name @param {object} fields @returns {Promise<any>} the answer, told above the rooms */
export async function inRooms(name, fields) {
  const answer = await act(name, fields);
  told.value = answer.ok ? outcome(answer, view.value.rooms, name) : '';
  if (answer.ok) announce(told.value);
  return answer;
}

export function AllRooms() {
  const closing = view.value.rooms.every((room) => room.closes_at);
  return html`<section class="panel board-all" aria-labelledby="all-heading"><h2 id="all-heading" tabindex="-1">${t('All rooms')}</h2>
    <${NoticeForm} id="notice-all" label=${t('Notice to everyone in all rooms')} rooms="all" />
    <div class="actions">
      <${Button} icon="clock" onPress=${() => inRooms('clock:extend', { rooms: 'all', seconds: 120 })}>${t('+2 minutes in all')}<//>
      <${Button} icon=${closing ? 'check' : 'clock'} onPress=${() => (closing
    ? inRooms('room:keep', { rooms: 'all' }) : inRooms('room:close', { rooms: 'all', in_s: 60 }))}>${closing ? t('Keep all rooms open') : t('Close all in 60 s')}<//>
    </div>
    <p class="hint board-told">${told.value || t('In a room that has closed nothing new begins. Nobody is sent away, and what is being written is kept.')}</p>
  </section>`;
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
