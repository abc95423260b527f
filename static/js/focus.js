// Where the focus goes when what had it is gone. It is never taken from a text box that is still there.

import { useEffect, useLayoutEffect, useRef } from '../vendor/preact.js';
import { markPassed, remaining } from './clock.js';
import { announce, clockNow, narrow, tab, view } from './store.js';

const HEADING = 'h2[tabindex="-1"]';

/**
 * After a phase change: to the new phase's heading. After anything else: to the heading of the same panel.
 * @param {{within?: string, home?: string}} props ids: of what this page draws into, and of the heading to fall back on
 */
export function FocusKeeper({ within = 'room', home = 'phase-heading' }) {
  const last = useRef({ element: null, panel: null });
  const { phase } = view.value;
  useEffect(() => {
    const remember = ({ target }) => { last.current = { element: target, panel: target.closest('.panel') }; };
    const rescue = () => {
      if (!lost(last.current.element)) return;
      const heading = last.current.panel?.isConnected && last.current.panel.querySelector(HEADING);
      (heading || document.getElementById(home))?.focus();
    };
    const watcher = new MutationObserver(rescue);
    watcher.observe(document.getElementById(within), { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    return () => {
      watcher.disconnect();
      document.removeEventListener('focusin', remember);
    };
  }, []);
  useLayoutEffect(() => {
    if (document.activeElement?.matches('textarea, input, select')) return;
    if (narrow.value) tab.value = 'mine';
    const heading = document.getElementById('phase-heading');
    if (lost(last.current.element)) heading?.focus();
    // Who only read, further down, has no focus to move: what comes begins in sight for them too.
    else if (document.activeElement === document.body) heading?.scrollIntoView({ block: 'nearest' });
  }, [phase]);
  return null;
}

function lost(element) {
  return element && !element.isConnected && (document.activeElement === document.body || !document.activeElement);
}

/** Time marks, spoken once as they pass. The clock itself is silent. */
export function TimeMarks() {
  const left = useRef(null);
  const { phase, clock } = view.value;
  const now = clock?.running ? remaining(clock, clockNow.value) : null;
  useEffect(() => {
    const mark = now !== null && left.current !== null ? markPassed(phase, left.current, now) : null;
    left.current = now;
    if (mark) announce(mark);
  }, [now === null ? null : Math.floor(now), phase]);
  return null;
}
