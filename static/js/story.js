// The encounter told again at the debrief: the line to move along, and the takes side by side. It shows what this seat
// was sent and no more; what a later turn opens comes in as it is opened.

import { characterName } from './brief.js';
import { minutes, takeFrom } from './clock.js';
import { MomentLine } from './moments.js';
import { view } from './store.js';
import { feltOver, inTake, near, spans, tally } from './takes.js';
import { jumpTo, noteWords, shownAt, Timeline } from './timeline.js';
import { traceLine } from './trace.js';
import { t } from './translated.js';
import { Facts, Fold, html, SeatBadge } from './ui.js';
import { KINDS, REASONS } from './words.js';

export { Rewind } from './rewind.js';

const beatTitle = (id) => view.value.script?.beats.find((each) => each.id === id)?.title;

/** @param {{notes: any[]}} props what this seat may read of what was noticed */
export function Story({ notes }) {
  const end = view.value.encounter_s;
  if (!end) return null;
  const first = Math.min(...notes.filter((each) => each.offset_s !== null).map((each) => each.offset_s), ...(view.value.stops ?? []).map((each) => each.offset_s));
  const at = Math.floor(Math.min(shownAt.value ?? (Number.isFinite(first) ? first : 0), end));
  const close = near(notes, at);
  return html`<section class="story" aria-labelledby="story-title"><h3 id="story-title">${t('The encounter, moment by moment')}</h3>
    <${MomentLine} id="moment" label=${t('Moment of the encounter')} at=${at} end=${end} notes=${notes} onMove=${(to) => { shownAt.value = to; }} />
    <div class="near"><h4>${t('Near {time}', { time: minutes(at) })}</h4>
      ${close.length ? html`<${Timeline} notes=${close} names=${true} />` : html`<p class="hint">${t('Nothing noted here. Move along the line, or press a note’s time below.')}</p>`}</div>
    <${Fold} title=${t('The same as a table')}><${Table} notes=${notes} /><//>
    <${Takes} notes=${notes} end=${end} /></section>`;
}

function Table({ notes }) {
  const { takes, stops = [], felt = [], beats = [] } = view.value;
  const rows = [
    ...takes.map((each) => [each, each.number, takeFrom(each, beatTitle), '']),
    ...stops.map((each) => [each, each.take, each.reason ? t('Time-out: {reason}', { reason: REASONS[each.reason] }) : t('Time-out'), each.name]),
    ...felt.map((each) => [each, each.take, t('How heard: {value} of 10', { value: each.value }), characterName(each.character)]),
    ...beats.map((each) => [each, each.take, t('Beat: {title}', { title: beatTitle(each.beat) ?? each.beat }), '']),
    ...notes.filter((each) => each.offset_s !== null).map((each) => [each, each.take, noteWords(each), each.name]),
  ].sort(([a, take], [b, other]) => Math.floor(a.offset_s) - Math.floor(b.offset_s) || take - other);
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${t('The encounter as a table')}><table><thead><tr>${[t('Time'), t('Take'), t('What'), t('Who')].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([each, take, what, who]) => html`<tr><td>${minutes(each.offset_s)}</td><td>${take}</td><td>${what}</td><td>${who}</td></tr>`)}</tbody></table></div>`;
}

function Takes({ notes, end }) {
  const all = spans(view.value.takes, end);
  if (all.length < 2) return null;
  return html`<h3>${t('The takes side by side')}</h3>
    <div class="takes">${all.map((take, index) => html`<${Take} key=${take.number} take=${take} notes=${inTake(notes, take.number)} before=${index ? inTake(notes, all[index - 1].number) : null} />`)}</div>`;
}

function Take({ take, notes, before }) {
  const earlier = before && new Set(before.map((each) => each.marker));
  const labels = view.value.rubric?.markers ?? [];
  const words = notes.filter((each) => each.kind === 'verbatim');
  const stops = inTake(view.value.stops, take.number);
  const started = beatTitle(take.from_beat) ?? (take.number === 1 ? view.value.script?.beats[0]?.title : undefined);
  const beats = [started, ...inTake(view.value.beats, take.number).map((each) => beatTitle(each.beat))].filter(Boolean);
  return html`<article class="take" aria-label=${t('Take {number}', { number: take.number })}><h4>${takeFrom(take, beatTitle)}</h4>
    <${Facts} rows=${[
      [t('Length'), minutes(take.length_s)],
      [t('Time-outs'), stops.length > 0 && stops.map((each) => html`<p>${minutes(each.offset_s)} ${each.name}${each.reason && html` <span class="tag">${REASONS[each.reason]}</span>`}</p>`)],
      [t('How heard they felt'), feltIn(take)],
      [t('Marks'), tally(notes).map(([marker, count]) => html`<p key=${marker}>${labels.find((each) => each.id === marker)?.label ?? marker}${count > 1 && ` × ${count}`}${earlier && !earlier.has(marker) && html` <span class="tag">${t('new in this take')}</span>`}</p>`)],
      [t('Exact words'), words.map((each) => html`<p key=${each.id}><q>${each.text}</q> <${When} note=${each} /></p>`)],
      [t('Notes'), notes.filter((each) => ['note', 'moment'].includes(each.kind)).map((each) => html`<p key=${each.id}>${each.text || KINDS[each.kind]} <${When} note=${each} /></p>`)],
      [t('Beats'), beats.length > 0 && beats.join(' → ')],
    ]} /></article>`;
}

/** Who caught it, and where it is on the line. */
export function When({ note }) {
  return html`<span class="nowrap"><button type="button" class="link" aria-label=${t('Show {time} on the line', { time: minutes(note.offset_s) })} onClick=${() => jumpTo(note.offset_s)}>${minutes(note.offset_s)}</button> <${SeatBadge} seat=${note.seat} more=${`, ${note.name}`} /></span>`;
}

function feltIn(take) {
  const { felt = [] } = view.value;
  return [...new Set(felt.map((each) => each.character))].map((who) => {
    const over = feltOver(felt.filter((each) => each.character === who), take);
    return over && html`<div key=${who}><p>${t('{name}: from {first} to {last} of 10', { name: characterName(who), first: over.first, last: over.last })}</p>
      <svg class="take-trace" viewBox="0 -4 200 48" aria-hidden="true"><line class="axis" x1="0" y1="40" x2="200" y2="40" /><polyline class="felt-line" points=${traceLine(over.points, take.length_s, 200, 40).line} /></svg></div>`;
  }).filter(Boolean);
}
