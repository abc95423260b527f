// The coach's note from one day to the next: the last one to read, today's to write.

import { act, mine, view } from './store.js';
import { language, t } from './translated.js';
import { Fold, html } from './ui.js';
import { VersionedField } from './versioned.js';

const DAY_MS = 86_400_000;

/** @returns {string} the session's day in the course's own zone, as 2026-05-14 */
function sessionDay() {
  const { starts_at, time_zone } = view.value.room.session;
  return new Intl.DateTimeFormat('en-CA', { timeZone: time_zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(starts_at));
}

function weekday(day) {
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(day));
}

export function NoteBefore() {
  const before = mine.value.hand_over?.before;
  if (!before) return null;
  const yesterday = Date.parse(sessionDay()) - Date.parse(before.day) === DAY_MS;
  // Folded: a coach's screen may be shared with the group.
  return html`<${Fold} title=${yesterday ? t('Yesterday’s note') : t('The note of {day}', { day: weekday(before.day) })}>
    <p class="as-written">${before.text}</p><p class="hint">${t('{name}, for the coaches of this group and the organisers.', { name: before.name })}</p><//>`;
}

export function NoteToday() {
  if (!mine.value.hand_over) return null;
  const of = {
    name: `${view.value.round?.id ?? 'lobby'}:handover`,
    saved: () => mine.value.hand_over?.today ?? null,
    send: (text, seen) => act('handover:save', { text, seen }, { quiet: true }),
    lay: (today) => { mine.value = { ...mine.value, hand_over: { ...mine.value.hand_over, today } }; },
  };
  return html`<${Fold} title=${t('Hand-over note of today')}><${VersionedField} of=${of} label=${t('For whoever coaches next')} max=${4000}
    hint=${t('This group’s coaches and the organisers read it; learners and actors never see it. Who needs a quieter round, what to come back to. No patient details.')} /><//>`;
}
