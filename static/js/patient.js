// My panel for the patient: the actor, who plays from the card and steps out of role with care.

import { signal } from '../vendor/preact.js';
import { Brief, characters } from './brief.js';
import { BeatCard, Disclosures, Script, toldCount } from './card.js';
import { draft } from './drafts.js';
import { FeelingSlider } from './felt-slider.js';
import { EndEncounter, TimeOutButtons } from './moves.js';
import { NextBeats, Opening, Prompts } from './playing.js';
import { Ready } from './ready.js';
import { rich } from './rich.js';
import { RubricForm, Submit } from './rubric.js';
import { StepOut } from './step-out.js';
import { act, forWelfare, may, narrow, view } from './store.js';
import { t } from './translated.js';
import { Button, Fold, html } from './ui.js';

/** Words of the moment box, per round. */
const moment = signal({});

const OUT = ['out', t('Out of role')];
const ROLE = { encounter: ['in', t('In role')], time_out: ['frozen', t('Frozen')], notes: OUT, debrief: OUT, close: OUT };

/** In each phase the heading of "my panel", and the one thing to do next. */
export const STEPS = {
  lobby: [t('You will play the patient'), t('Get to know the script. You may decline a case: tell your coach.')],
  briefing: [t('Step towards the part'), t('Read the script, have the opening line in mind, then say you are ready.')],
  encounter: [t('Play from the card'), t('Mark what you tell, and how heard you feel.')],
  time_out: [t('Hold where you are'), t('Stay as you are, in silence. Step out of role if you need to.')],
  welfare: [t('Time-out'), t('You are out of role. Say what you need, or nothing: nobody asks why.')],
  notes: [t('How was it?'), t('Say how it felt as the character, then submit.')],
  submitted: [t('Submitted'), t('Take a breath. Your coach opens the debrief.')],
  debrief: [t('Debrief'), t('On your turn, speak as yourself: “when you …, I felt …”.')],
  close: [t('Step out of role'), t('Go through the steps, one by one. Thank you for playing.')],
};

export function Panel() {
  const { phase } = view.value;
  const role = forWelfare() ? OUT : ROLE[phase];
  return html`
    ${role && html`<div class="actions role-row" key="role"><p class="role-now" data-role=${role[0]}>${role[1]}</p>
      ${phase === 'encounter' && html`<${WelfareStop} /><${TimeOutButtons} reasons=${[]} />`}</div>`}
    ${['lobby', 'briefing'].includes(phase) && html`<${Before} />`}
    ${['encounter', 'time_out'].includes(phase) && html`<${Playing} key="playing" />`}
    ${phase === 'notes' && html`<${RubricForm} key="rubric" /><${Submit} />`}
    ${phase === 'close' && html`<${StepOut} kept=${draft(`${view.value.round.id}:derole`)} thanks=${t('Thank you for playing. Take a breath before the next round.')}
      more=${t('Still carrying it? Ask for help: your coach and the organiser are told.')} />`}`;
}

/** The actor's own stop: no reason to give, no question asked. */
function WelfareStop() {
  if (!may('timeout:call')) return null;
  return html`<${Button} kind="danger" icon="pause" action="timeout:call" fields=${{ reason: 'welfare' }}>${t('Stop for my welfare')}<//>`;
}

function Before() {
  const { script, phase } = view.value;
  return html`
    ${!script && html`<p class="empty">${t('The script opens here when the round starts. Until then: settle in, and check that you can be heard.')}</p>`}
    <${Case} />
    ${script?.stop_word && html`<p class="callout">${rich(t('<strong>Stop word:</strong> {word}. Say it, or press “Stop for my welfare”: everything stops, no questions asked.'), { word: script.stop_word })}</p>`}
    <${Opening} />
    ${phase === 'briefing' && html`<${Ready} />`}
    <${Script} open=${true} />
    <${Brief} />
    ${phase === 'lobby' && html`<${Ready} />`}`;
}

/** What is asked of whoever plays it, said before anyone begins. */
function Case() {
  const about = view.value.case;
  if (!about) return null;
  return html`<div class="callout warn"><p>${rich(t('<strong>You will play: {title}.</strong> Intensity {intensity} of 5.'), about)}</p>
    ${about.warnings.length > 0 && html`<p>${t('This case touches on: {what}.', { what: about.warnings.join('; ') })}</p>`}
    <p>${t('Not for you today? Tell your coach before the encounter begins; no reason is needed.')}</p></div>`;
}

function Playing() {
  const held = view.value.phase === 'time_out';
  const card = html`<${BeatCard}><${NextBeats} /><//><${Disclosures} />`;
  const slider = may('feeling:set') && html`<${FeelingSlider} key="feeling" />`;
  const mark = html`<${Moment} key="moment" />`;
  return html`
    ${held && html`<${Held} />`}
    <${Prompts} />
    ${narrow.value ? slider : html`<div class="actor-row" key="row">${slider}${mark}</div>`}
    ${held ? html`<${Fold} title=${t('The card')} key="card">${card}<//>` : html`<${LiveCard} key="live" />`}
    ${narrow.value && mark}
    <${Script} folded=${true} key="script" />`;
}

/** In a narrow window one half at a time, a press apart, so that the one in use is in sight without scrolling. */
const half = signal('beat');

function LiveCard() {
  const own = characters()[0];
  const halves = [['beat', t('Beat')], ['told', own ? t('To tell ({told} of {all} told)', { told: toldCount(own), all: own.disclosures.length }) : t('To tell')]];
  return html`${narrow.value && html`<div class="halves" role="group" aria-label=${t('The card')}>${halves.map(([name, words]) => html`<${Button} key=${name} pressed=${half.value === name ? 'true' : 'false'} onPress=${() => { half.value = name; }}>${words}<//>`)}</div>`}
    <div class="live-card"><div hidden=${narrow.value && half.value !== 'beat'}><${BeatCard}><${NextBeats} /><//></div><div hidden=${narrow.value && half.value !== 'told'}><${Disclosures} /></div></div>`;
}

function Held() {
  return html`<div class="actions">
    ${may('encounter:end') && html`<${EndEncounter} reason="welfare">${t('End for my welfare')}<//>`}
    ${!forWelfare() && html`<p class="hint">${t('To step out, just say so: “I am stepping out of role.”')}</p>`}</div>`;
}

/** Kept in place over a time-out: words begun are not lost, and wait to be marked. */
function Moment() {
  const name = `${view.value.round.id}:moment`;
  const words = moment.value[name] ?? draft(name).read()?.value?.text ?? '';
  if (!may('moment:mark') && !words) return null;
  const write = (text) => {
    moment.value = { ...moment.value, [name]: text };
    if (text) draft(name).write({ value: { text } });
    else draft(name).clear();
  };
  async function mark() {
    if (!may('moment:mark')) return;
    const text = words.trim();
    write('');
    // From here the outbox keeps it, and shows it under "My notes" until it is saved.
    await act('moment:mark', text ? { text } : {}, { quiet: true });
  }
  return html`<div class="field">
    <label for="moment">${t('A moment to come back to')}</label>
    <p class="hint" id="moment-hint">${may('moment:mark') ? t('A word or two is enough; an empty mark is fine.') : t('Kept here. Mark it when the encounter goes on.')}</p>
    <div class="inline-form"><input id="moment" type="text" maxlength="500" value=${words} aria-describedby="moment-hint"
      onInput=${(event) => write(event.target.value)} onKeyDown=${(event) => event.key === 'Enter' && mark()} />
    ${may('moment:mark') && html`<${Button} icon="flag" onPress=${mark}>${t('Mark this moment')}<//>`}</div></div>`;
}
