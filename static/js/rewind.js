// Playing again: from a beat of the script, or from a moment of this encounter. It becomes the next take.

import { useState } from '../vendor/preact-hooks.js';
import { encounterOffset, minutes } from './clock.js';
import { currentBeat } from './card.js';
import { html } from './html.js';
import { act, serverNow, view } from './store.js';
import { noteWords } from './timeline.js';
import { Button, Radios } from './ui.js';

const BACK_S = [30, 60, 120];

/** @returns {[number, string][]} moments to go back to: so many seconds ago, and those someone marked */
function moments() {
  const played = encounterOffset(view.value, serverNow()) ?? 0;
  const back = BACK_S.filter((seconds) => seconds <= played).map((seconds) => [played - seconds, `${seconds < 60 ? `${seconds} seconds` : `${seconds / 60} min`} ago`]);
  const marked = (view.value.observations ?? []).filter((each) => each.offset_s !== null)
    .map((each) => [Math.floor(each.offset_s), `${minutes(each.offset_s)} ${plain(each)}`]);
  return [...back, ...marked.reverse(), [0, '0:00 from the start']];
}

function plain(note) {
  const words = note.text || noteWords(note);
  const text = typeof words === 'string' ? words : 'marked';
  return `${text.length > 40 ? `${text.slice(0, 39)}…` : text} (${note.name})`;
}

export function Rewind({ done }) {
  const [from, setFrom] = useState('beat');
  const beats = view.value.script?.beats ?? [];
  const [beat, setBeat] = useState(() => currentBeat()?.id ?? '');
  const [choices] = useState(moments);
  const [moment, setMoment] = useState(() => choices[0][0]);
  async function go() {
    const answer = await act('take:rewind', from === 'beat' ? { beat } : { offset_s: Number(moment) });
    if (answer.ok) done();
  }
  return html`<div class="under" role="group" aria-label="Rewind">
    <${Radios} name="rewind-from" kind="small" legend="Play again from" value=${from} options=${[['beat', 'A beat'], ['moment', 'A moment']]} onChoose=${setFrom} />
    ${from === 'beat'
    ? html`<div class="field"><label for="rewind-beat">Beat</label><select id="rewind-beat" value=${beat} onChange=${(event) => setBeat(event.target.value)}>
        ${beats.map((each) => html`<option value=${each.id}>${each.title}${each.rewind ? ' (a good point)' : ''}</option>`)}</select></div>`
    : html`<div class="field"><label for="rewind-moment">Moment</label><select id="rewind-moment" value=${String(moment)} onChange=${(event) => setMoment(event.target.value)}>
        ${choices.map(([at, words]) => html`<option value=${String(at)}>${words}</option>`)}</select></div>`}
    <div class="actions"><${Button} kind="primary" icon="rewind" onPress=${go}>Play take ${view.value.take + 1}<//><${Button} onPress=${done}>Leave it<//></div></div>`;
}
