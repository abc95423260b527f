// Tabs for a narrow window: Mine, People, Notes, Help. Arrow keys move, as tabs do.

import { html } from './html.js';
import { mine, narrow, outgoing, tab, view } from './store.js';

const TABS = [['mine', 'Mine'], ['people', 'People'], ['notes', 'Notes'], ['help', 'Help']];

export function Tabs() {
  if (!narrow.value) return null;
  const keys = (event) => {
    const now = TABS.findIndex(([name]) => name === tab.value);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    [tab.value] = TABS[(to + TABS.length) % TABS.length];
    document.getElementById(`tab-${tab.value}`).focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="Parts of the room" onKeyDown=${keys}>
    ${TABS.map(([name, word]) => html`<button type="button" role="tab" class="tab" id=${`tab-${name}`} key=${name} aria-selected=${tab.value === name ? 'true' : 'false'}
      aria-controls=${`panel-${name}`} tabindex=${tab.value === name ? 0 : -1} onClick=${() => { tab.value = name; }}>${word}${more(name)}</button>`)}</div>`;
}

function more(name) {
  const count = {
    people: view.value.help?.length ?? 0,
    notes: outgoing.value.filter((each) => each.state === 'refused').length,
    help: mine.value.help ? 1 : 0,
  }[name];
  return count ? html`<span class="count"> (${name === 'help' ? 'asked' : count})</span>` : null;
}
