// "My notes": what is mine alone. For most a timeline; cues; and words this device kept that nobody has.

import { Cues } from './cue.js';
import { Reflection, reflectsHere } from './debrief.js';
import { allDrafts, store } from './drafts.js';
import { may, mine, outgoing, seat, tick, view } from './store.js';
import { MyTimeline } from './timeline.js';
import { t } from './translated.js';
import { html } from './ui.js';

const EMPTY = {
  learner: t('Cues from your coach are kept here.'),
  patient: t('Nothing marked yet. Moments you mark while playing are kept here, with their time.'),
  observer: t('Nothing caught yet. In the encounter, words and markers you catch are kept here, with their time.'),
  coach: t('Nothing caught yet. In the encounter, words and markers you catch are kept here, with their time.'),
  organiser: t('Visitors take no notes here.'),
};

export function Notes() {
  const nothing = !(mine.value.observations?.length || outgoing.value.some((each) => each.name === 'observation:add') || mine.value.cues?.length);
  const reflects = view.value.phase === 'close' && !reflectsHere() && may('reflection:save');
  return html`
    ${nothing && !reflects && html`<p class="empty">${EMPTY[seat.value]}</p>`}
    <${MyTimeline} />
    <${Cues} />
    <${Leftovers} />
    ${reflects && html`<${Reflection} />`}`;
}

/** Words this device still holds for a box that has gone: shown, so that nothing is lost unseen. */
function Leftovers() {
  tick.value; // a draft goes without a word when its save is answered
  const left = allDrafts().filter(isOver).map((key) => ({ key, text: textOf(store.read(key)) })).filter((each) => each.text);
  if (!left.length) return null;
  return html`<h3>${t('Kept on this device, not saved')}</h3>${left.map(({ key, text }) => html`<div class="note unsent" key=${key}><p class="note-text">${text}</p>
    <div class="note-tools"><button type="button" class="link" onClick=${() => store.remove(key)}>${t('Let it go')}</button></div></div>`)}`;
}

const PLAYING = ['encounter', 'time_out'];
const asks = (action) => () => may(action);
/** Whether the box of a draft is on this seat's page. */
const BOX = {
  goal: asks('goal:set'), words: asks('observation:add'), edit: asks('observation:edit'), score: asks('score:save'),
  nextstep: asks('nextstep:set'), reflection: asks('reflection:save'),
  moment: () => seat.value === 'patient' && PLAYING.includes(view.value.phase), handover: () => view.value.phase === 'close',
};

function isOver(key) {
  const [, , room, round, kind] = key.split(':');
  const here = room === view.value.room.id && round === (view.value.round?.id ?? 'lobby');
  return kind in BOX && !(here && BOX[kind]());
}

function textOf(kept) {
  const words = kept?.draft?.text ?? kept?.value?.text ?? kept?.value;
  return typeof words === 'string' ? words : '';
}
