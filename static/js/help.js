// Asking for help: one press, words if you like. Coach and organiser are told; nobody else.

import { useState } from '../vendor/preact-hooks.js';
import { html } from './html.js';
import { hourMinute } from './saving.js';
import { act, announce, may, mine, seat, view } from './store.js';
import { Button } from './ui.js';

export function Help() {
  const { help } = mine.value;
  const { room } = view.value;
  return html`
    ${help ? html`<${Asked} help=${help} />` : may('help:ask') && html`<${Ask} />`}
    ${seat.value === 'organiser' && html`<p class="hint">Requests for help are listed with the people.</p>`}
    <p class="hint">Everything you write is kept as you go. If the line drops, keep going: it is sent when the line is back.</p>
    ${room.meeting_url && html`<p><a href=${room.meeting_url} target="_blank" rel="noreferrer">Open the meeting</a> <span class="hint">(in a new window)</span></p>`}`;
}

function Ask() {
  const [text, setText] = useState('');
  async function ask() {
    const answer = await act('help:ask', text.trim() ? { text: text.trim() } : {});
    if (answer.ok) announce('Help is asked for. The organiser and your coach can see it.');
  }
  return html`<div class="field"><label for="help-text">What do you need?</label><p class="hint" id="help-hint">You may leave it empty. Your coach and the organiser see it, nobody else.</p>
    <textarea id="help-text" rows="2" maxlength="280" value=${text} aria-describedby="help-hint" onInput=${(event) => setText(event.target.value)}></textarea></div>
    <div class="actions"><${Button} kind="primary" icon="life-buoy" onPress=${ask}>Ask for help<//></div>`;
}

function Asked({ help }) {
  return html`<div class="callout"><p><strong>Help asked for at ${hourMinute(help.at)}.</strong> Your coach and the organiser can see it.</p>${help.text && html`<p>${help.text}</p>`}</div>
    <div class="actions"><${Button} icon="check" action="help:clear" fields=${{}}>I no longer need help<//></div>`;
}
