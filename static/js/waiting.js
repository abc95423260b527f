// The page at a room's door: asks now and then whether anyone has answered, and only then shows something new.

const EVERY_MS = 3_000;
const LATER_MS = 10_000;
const begun = Date.now();

async function look() {
  try {
    const answer = await fetch('/api/v1/waiting', { headers: { Accept: 'application/json' } });
    if (answer.ok && (await answer.json()).answer !== 'waiting') {
      window.location.reload();
      return;
    }
  } catch {
    // The line is down, or the server starts again: the next look will tell.
  }
  setTimeout(look, Date.now() - begun < 300_000 ? EVERY_MS : LATER_MS);
}

setTimeout(look, EVERY_MS);
// A phone that was in a pocket asks at once.
document.addEventListener('visibilitychange', () => { if (!document.hidden) window.location.reload(); });
