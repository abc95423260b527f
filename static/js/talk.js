// Where people talk: the video meeting beside this page. Its place is also that of a call in the room, once there is one.

import { rich } from './rich.js';
import { view } from './store.js';
import { t } from './translated.js';
import { html, Icon } from './ui.js';

/** The way into the meeting; nothing where nobody has said where it is. @param {{kind?: string}} props */
export function TalkLink({ kind = '' }) {
  const { meeting_url: url, meeting_name: name } = view.value.room;
  if (!url) return null;
  return html`<a class=${`button talk ${kind}`} href=${url} target="_blank" rel="noopener noreferrer"><${Icon} name="users" /><span>${rich(name ? t('Talk in {name}<hidden> (opens in a new window)</hidden>') : t('Talk in the meeting<hidden> (opens in a new window)</hidden>'), { name })}</span></a>`;
}

export function Talk() {
  const { meeting_url: url } = view.value.room;
  if (!url) return html`<p class="hint">${t('Talk where your course meets, and keep this page open beside it.')}</p>`;
  return html`<div class="talking"><${TalkLink} /><p class="hint">${t('Talk there, practise here. On one screen or two devices, both stay open.')}</p></div>`;
}
