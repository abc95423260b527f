// Play again, as the next take: from a beat, from a mark, or from any time already played.

import { useState } from '../vendor/preact.js';
import { encounterOffset, minutes } from './clock.js';
import { MomentLine } from './moments.js';
import { act, serverNow, view } from './store.js';
import { noteWords } from './timeline.js';
import { t } from './translated.js';
import { Button, html, Radios } from './ui.js';

const BACK = [[30, t('30 seconds ago')], [60, t('1 minute ago')], [120, t('2 minutes ago')]];

/** @returns {[number, string][]} places to go back to: so long ago, and where someone marked something */
function places(played) {
  const back = BACK.filter(([ago]) => ago <= played).map(([ago, words]) => [Math.floor(played - ago), words]);
  const marked = (view.value.observations ?? []).filter((each) => each.offset_s !== null)
    .map((each) => [Math.floor(each.offset_s), `${minutes(each.offset_s)} ${plain(each)} (${each.name})`]);
  return [...back, ...marked.reverse(), [0, t('From the start')]];
}

function plain(note) {
  const words = note.text || noteWords(note);
  return words.length > 40 ? `${words.slice(0, 39)}…` : words;
}

/** @param {{beat: string, choice: (of: object) => any, done: () => void}} props the beat being played, and how one is chosen: the card's own way */
export function Rewind({ beat: playing, choice, done }) {
  const [from, setFrom] = useState('beat');
  const [played] = useState(() => Math.max(1, encounterOffset(view.value, serverNow()) ?? 1));
  const [choices] = useState(() => places(played));
  const [beat, setBeat] = useState(playing);
  const [at, setAt] = useState(choices[0][0]);
  async function go() {
    const answer = await act('take:rewind', from === 'beat' ? { beat } : { offset_s: at });
    if (answer.ok) done();
  }
  return html`<div class="under" role="group" aria-label=${t('Rewind')}>
    <${Radios} name="rewind-from" kind="small" legend=${t('Play again from')} value=${from} options=${[['beat', t('A beat')], ['moment', t('A moment')]]} onChoose=${setFrom} />
    ${from === 'beat'
    ? html`<div class="field">${choice({ id: 'rewind-beat', beats: view.value.script?.beats ?? [], beat, onChoose: setBeat })}</div>`
    : html`<div class="field"><label for="rewind-mark">${t('A mark')}</label><select id="rewind-mark" value=${String(choices.findIndex(([place]) => place === at))} onChange=${(event) => setAt(choices[event.target.value][0])}>
        <option value="-1">${t('Another time, on the line below')}</option>${choices.map(([, words], index) => html`<option value=${String(index)}>${words}</option>`)}</select>
        <${MomentLine} id="rewind-time" label=${t('Time to play again from')} at=${at} end=${played} notes=${view.value.observations ?? []} onMove=${setAt} /></div>`}
    <div class="actions"><${Button} kind="primary" icon="rewind" onPress=${go}>${t('Play take {number}', { number: view.value.take + 1 })}<//><${Button} onPress=${done}>${t('Leave it')}<//></div></div>`;
}
