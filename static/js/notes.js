// "My notes": what is mine alone. For most a timeline; cues; and words this device kept that nobody has.

import { Cues } from './cue.js';
import { Reflection, reflectsHere } from './debrief.js';
import { draft, draftKeys } from './drafts.js';
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
  const left = draftKeys().filter(isOver).map((key) => ({ key, text: textOf(draft(key).read()) })).filter((each) => each.text);
  if (!left.length) return null;
  return html`<h3>${t('Kept on this device, not saved')}</h3>${left.map(({ key, text }) => html`<div class="note unsent" key=${key}><p class="note-text">${text}</p>
    <div class="note-tools"><button type="button" class="link" onClick=${() => draft(key).clear()}>${t('Let it go')}</button></div></div>`)}`;
}

const CATCHING = ['encounter', 'time_out', 'notes'];
/** In which phases the box of a draft is on the page. */
const BOX = {
  goal: ['lobby', 'briefing'], words: CATCHING, edit: CATCHING, score: CATCHING, moment: ['encounter', 'time_out'], nextstep: ['close'], reflection: ['close'], handover: ['close'],
};

function isOver(key) {
  const [round, kind] = key.split(':');
  const { phase } = view.value;
  return round !== (view.value.round?.id ?? 'lobby') || !(BOX[kind] ?? []).includes(phase);
}

function textOf(kept) {
  const words = kept?.draft?.text ?? kept?.value?.text ?? kept?.value;
  return typeof words === 'string' ? words : '';
}
