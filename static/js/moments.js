// The encounter as a line one can move along: how heard the character felt, what was marked when, where the clock stood.
// The slider is the way for keys and touch; pressing the picture does the same. A table says it all in words.

import { characterName } from './brief.js';
import { minutes } from './clock.js';
import { narrow, view } from './store.js';
import { near, spans } from './takes.js';
import { traceLine } from './trace.js';
import { t, tn } from './translated.js';
import { html } from './ui.js';

const LANES = { observer: 84, coach: 100, patient: 116 };
const HIGH = 60;
const EDGE = 8; // half a slider's thumb, so that the picture and the slider keep step

/**
 * @param {{id: string, label: string, at: number, end: number, notes: any[], onMove: (at: number) => void}} props
 */
export function MomentLine({ id, label, at, end, notes, onMove }) {
  const { felt = [], stops = [], takes } = view.value;
  const across = narrow.value ? 340 : 640;
  const x = (offset) => EDGE + (Math.min(offset, end) / end) * (across - 2 * EDGE);
  const pressed = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const within = ((event.clientX - box.left) / box.width) * across;
    onMove(Math.round(Math.min(1, Math.max(0, (within - EDGE) / (across - 2 * EDGE))) * end));
  };
  const count = near(notes, at).length;
  const timed = notes.filter((each) => each.offset_s !== null);
  return html`<div class="moments">
    <svg class="moment-line" viewBox=${`0 0 ${across} 128`} aria-hidden="true" onClick=${pressed}>
      <line class="axis" x1="0" y1=${HIGH + 8} x2=${across} y2=${HIGH + 8} />
      ${spans(takes, end).slice(1).map((take) => html`<line class="take-edge" x1=${x(take.offset_s)} y1="0" x2=${x(take.offset_s)} y2="128" />`)}
      ${stops.map((stop) => html`<path class="stop-mark" d=${`M${x(stop.offset_s) - 3} 62v12m6 -12v12`} />`)}
      ${[...new Set(felt.map((each) => each.character))].map((who, index) => html`<g transform=${`translate(${EDGE} 4)`}><polyline class=${index ? 'felt-line second' : 'felt-line'}
        points=${traceLine(felt.filter((each) => each.character === who), end, across - 2 * EDGE, HIGH).line} /></g>`)}
      ${timed.map((note) => html`<path class=${`mark seat-${note.seat}`} d=${shape(note.seat, x(note.offset_s), LANES[note.seat] ?? 84)} />`)}
      <line class="cursor" x1=${x(at)} y1="0" x2=${x(at)} y2="128" />
    </svg>
    <label class="visually-hidden" for=${id}>${label}</label>
    <div class="slider"><input id=${id} type="range" min="0" max=${Math.floor(end)} step="1" value=${at} aria-valuetext=${tn('{time}, {n} mark near', '{time}, {n} marks near', count, { time: minutes(at) })}
      onInput=${(event) => onMove(Number(event.target.value))} onKeyDown=${(event) => paged(event, at, end, onMove)} /><output for=${id} aria-live="off">${minutes(at)}</output></div>
    <p class="hint legend">${felt.length > 0 && html`<span><span class="felt-key" aria-hidden="true"></span> ${feltKey(felt)}</span>`}
      ${KEYS.filter(([seat]) => timed.some((each) => each.seat === seat)).map(([seat, words]) => html`<span class=${`seat-${seat}`}>${words}</span>`)}
      ${stops.length > 0 && html`<span>‖ ${t('time-out')}</span>`}${takes.length > 1 && html`<span>┊ ${t('next take')}</span>`}</p></div>`;
}

const KEYS = [['observer', `■ ${t('observers')}`], ['coach', `◆ ${t('coach')}`], ['patient', `▲ ${t('patient')}`]];

function feltKey(felt) {
  return t('how heard {names} felt', { names: [...new Set(felt.map((each) => characterName(each.character)))].join(', ') });
}

/** An arrow is a second, a page a quarter of a minute: the browser's own tenth would be most of a minute. */
function paged(event, at, end, onMove) {
  const by = { PageUp: 15, PageDown: -15 }[event.key];
  if (!by) return;
  event.preventDefault();
  onMove(Math.min(Math.floor(end), Math.max(0, at + by)));
}

function shape(seat, x, y) {
  if (seat === 'coach') return `M${x} ${y - 7}l7 7l-7 7l-7 -7z`;
  if (seat === 'patient') return `M${x} ${y - 6}l7 12h-14z`;
  return `M${x - 5} ${y - 5}h10v10h-10z`;
}
