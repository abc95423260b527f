// Shows by itself how far something is that is being made, and the page anew when it is there.

const making = document.querySelector('[data-progress]');
const EVERY_MS = 1000;
const LEAVING_MS = 5000; // so long a page that was asked for may take to come
let leftAt = -Infinity;

async function look() {
  try {
    const answer = await fetch(making.dataset.progress, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    if (now.under_way) {
      making.querySelector('[data-words]').textContent = now.words;
      making.querySelector('[data-share]').value = now.share;
    } else if (performance.now() - leftAt > LEAVING_MS) { // else the reader would be held back from where they go
      window.location.reload();
      return;
    }
  } catch {
    // The line is lost: it goes on being made, and the next look may find it.
  }
  setTimeout(look, EVERY_MS);
}

window.addEventListener('beforeunload', () => { leftAt = performance.now(); });
if (making) setTimeout(look, EVERY_MS);
