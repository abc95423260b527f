// A reflection: a few questions to write about, for oneself; and what others, or I, have chosen to share.

import { act, going, may, mine, myId, seat, view } from './store.js';
import { t } from './translated.js';
import { html, Radios } from './ui.js';
import { acknowledge, VersionedField } from './versioned.js';
import { withEntry } from './versions.js';

const READS = { nobody: t('Only you read this.'), coach: t('Your coach reads this.'), group: t('Everyone in your group reads this, and your coach.') };

export function Journal() {
  return html`<p class="callout">${t('What you write is yours alone until you choose otherwise, and you can take it back.')} <strong>${t('Never write details of a real patient.')}</strong></p>
    ${view.value.prompts.map((prompt) => html`<${Entry} key=${prompt.id} prompt=${prompt} />`)}`;
}

const entryOf = (id) => mine.value.journal?.[id] ?? null;

function Entry({ prompt }) {
  const of = {
    name: `journal:${prompt.id}`,
    saved: () => entryOf(prompt.id),
    send: (text, seen) => act('journal:save', { prompt: prompt.id, text, seen }, { quiet: true }),
    lay: (entry) => { mine.value = withEntry(mine.value, { ...entry, prompt: prompt.id }); },
  };
  return html`<div class="entry"><${VersionedField} of=${of} label=${prompt.title} hint=${prompt.hint} rows=${3} max=${4000}><${Share} prompt=${prompt} /><//></div>`;
}

/** Once there is something to share. */
function Share({ prompt }) {
  const entry = entryOf(prompt.id);
  if (!entry?.text || !may('journal:share')) return null;
  const chosen = going('journal:share', (fields) => fields.prompt === prompt.id)?.shared ?? entry.shared;
  const choose = async (shared) => {
    const answer = await act('journal:share', { prompt: prompt.id, shared });
    if (!answer.ok) return;
    acknowledge(`journal:${prompt.id}`, answer.revision);
    mine.value = withEntry(mine.value, { ...entryOf(prompt.id), ...answer, prompt: prompt.id });
  };
  return html`<${Radios} name=${`share-${prompt.id}`} kind="small" legend=${t('Who may read it')} value=${chosen} describe=${`share-${prompt.id}-means`}
      options=${[['nobody', t('Only me')], ...(seat.value === 'coach' ? [] : [['coach', t('My coach')]]), ['group', t('The group')]]} onChoose=${choose} />
    <p class="hint" id=${`share-${prompt.id}-means`}>${READS[entry.shared]}${entry.shared !== 'nobody' && html` ${t('What you change is shown as you write.')}`}</p>`;
}

function writer({ person, name: plain, shared }) {
  const name = person === myId() ? t('{name} (you)', { name: plain }) : plain;
  return shared === 'coach' ? t('{name}, shared with the coach alone', { name }) : name;
}

export function Shared() {
  const { shared, prompts } = view.value;
  if (!shared.length) return html`<p class="empty"><strong>${t('Nothing shared yet.')}</strong> ${t('What someone chooses to share with the group appears here, under their name.')}</p>`;
  return html`${prompts.filter((prompt) => shared.some((each) => each.prompt === prompt.id)).map((prompt) => html`<section class="shared" key=${prompt.id} aria-label=${prompt.title}><h3>${prompt.title}</h3>
    ${shared.filter((each) => each.prompt === prompt.id).map((each) => html`<figure class="written" key=${each.person}><blockquote class="as-written">${each.text}</blockquote>
      <figcaption class="hint">${writer(each)}</figcaption></figure>`)}</section>`)}`;
}
