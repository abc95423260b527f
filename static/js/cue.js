// A private word from the coach, to the patient or the learner; and how it looks to whom it was sent.

import { useState } from '../vendor/preact.js';
import { hourMinute } from './saving.js';
import { act, announce, mine, myId, newCue, view } from './store.js';
import { t } from './translated.js';
import { Button, html, Radios } from './ui.js';

const TO = {
  patient: (name) => t('{name} (patient)', { name }),
  learner: (name) => t('{name} (learner)', { name }),
};

export function CueForm({ done }) {
  // The actor first: most cues are theirs.
  const people = ['patient', 'learner'].flatMap((seat) => view.value.seats.filter((each) => each.seat === seat));
  const [to, setTo] = useState(people[0]?.person);
  const [text, setText] = useState('');
  async function send() {
    if (!text.trim()) return;
    const answer = await act('cue:send', { to, text: text.trim() });
    if (!answer.ok) return;
    setText('');
    announce(t('Cue sent.'));
    done();
  }
  return html`<div class="under" role="group" aria-label=${t('Private cue')}>
    <${Radios} name="cue-to" kind="small" legend=${t('To')} value=${to} options=${people.map((each) => [each.person, TO[each.seat](each.name)])} onChoose=${setTo} />
    <div class="field"><label for="cue-text">${t('Cue')}</label><p class="hint" id="cue-hint">${t('Short: they read it while talking. Only they see it.')}</p>
    <div class="inline-form"><input id="cue-text" type="text" maxlength="280" value=${text} aria-describedby="cue-hint" onInput=${(event) => setText(event.target.value)} onKeyDown=${(event) => event.key === 'Enter' && send()} />
    <${Button} kind="primary" icon="send" onPress=${send}>${t('Send the cue')}<//></div></div></div>`;
}

/** The newest cue, until it is put away, or the talk it was for is over. */
export const cueInSight = () => ['encounter', 'time_out'].includes(view.value.phase) && newCue.value;

export function NewCue() {
  const cue = cueInSight();
  if (!cue) return null;
  return html`<div class="cue" role="group" aria-label=${t('Cue from the coach')} key="cue"><p class="eyebrow">${t('From the coach, to you only')}</p><p class="lead">${cue.text}</p>
    <${Button} kind="quiet" icon="check" onPress=${() => { newCue.value = null; }}>${t('Got it')}<//></div>`;
}

/** All cues of this round, sent or received. */
export function Cues() {
  const cues = mine.value.cues ?? [];
  if (!cues.length) return null;
  const sent = ({ to, at }) => {
    const time = hourMinute(at);
    const name = view.value.seats.find((each) => each.person === to)?.name ?? '';
    return to === myId() ? t('to you, {time}', { time }) : t('to {name}, {time}', { name, time });
  };
  return html`<h3>${t('Cues')}</h3><ul class="plain-list">${cues.map((cue) => html`<li key=${cue.id}>${cue.text} <span class="hint">${sent(cue)}</span></li>`)}</ul>`;
}
