// "My notes": what is mine alone. For most a timeline; cues; and words this device kept that nobody has.

import { Cues } from './cue.js';
import { signal } from '../vendor/signals.js';
import { html } from './html.js';
import { Reflection } from './close.js';
import { draft, draftKeys, mine, outgoing, seat, view } from './store.js';
import { MyTimeline } from './timeline.js';

const EMPTY = {
  learner: 'Your goal is with “My panel”. Cues from your coach are kept here; the notes of others open in the debrief.',
  patient: 'Nothing marked yet. Moments you mark while playing are kept here, with their time.',
  observer: 'Nothing caught yet. In the encounter, words and markers you catch are kept here, with their time.',
  coach: 'Nothing caught yet. In the encounter, words and markers you catch are kept here, with their time.',
  organiser: 'Visitors take no notes here.',
};

export function Notes() {
  const nothing = !(mine.value.observations?.length || outgoing.value.some((each) => each.name === 'observation:add') || mine.value.cues?.length);
  return html`
    ${nothing && view.value.phase !== 'close' && html`<p class="empty">${EMPTY[seat.value]}</p>`}
    <${MyTimeline} />
    <${Cues} />
    <${Leftovers} />
    ${view.value.phase === 'close' && html`<${Reflection} />`}`;
}

const shown = signal(0);

/** Words this device still holds for a box that has gone: shown, so that nothing is lost unseen. */
function Leftovers() {
  shown.value;
  const left = draftKeys().filter((key) => isOver(key)).map((key) => ({ key, text: textOf(draft(key).read()) })).filter((each) => each.text);
  if (!left.length) return null;
  const forget = (key) => {
    draft(key).clear();
    shown.value += 1;
  };
  return html`<h3>Kept on this device, not saved</h3>${left.map(({ key, text }) => html`<div class="note unsent" key=${key}><p class="note-text">${text}</p>
    <div class="note-tools"><button type="button" class="link" onClick=${() => forget(key)}>Let it go</button></div></div>`)}`;
}

function isOver(key) {
  const [round, kind] = key.split(':');
  if (!['score', 'words'].includes(kind)) return false;
  return round !== view.value.round?.id || ['debrief', 'close'].includes(view.value.phase);
}

function textOf(kept) {
  return kept?.draft?.text ?? kept?.value?.text ?? '';
}
