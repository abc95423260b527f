// A private time for writing warns before it ends, never locks, and more is one press away.

import { remaining } from './clock.js';
import { html } from './html.js';
import { clockNow, may, mine, view } from './store.js';
import { Button } from './ui.js';

const WARN_S = 40;

export function MoreTime() {
  const { phase, clock } = view.value;
  if (phase !== 'notes' || !clock?.running) return null;
  const left = remaining(clock, clockNow.value);
  if (left > WARN_S) return null;
  return html`<div class="callout" key="more"><p>${left > 0 ? 'The time for notes is nearly over.' : 'The time for notes is over.'} Nothing locks: you may finish your sentence.</p>
    ${may('clock:extend') ? html`<${Button} icon="clock" action="clock:extend" fields=${{ seconds: 120 }}>Two minutes more<//>`
    : may('help:ask') && !mine.value.help && html`<${Button} icon="clock" action="help:ask" fields=${{ text: 'A little more time for notes, please.' }}>Ask for more time<//>`}</div>`;
}
