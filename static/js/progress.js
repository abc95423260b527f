// Shows by itself how far something is that is being made, and the page anew when it is there.

const making = document.querySelector('[data-progress]');
const EVERY_MS = 1000;

async function look() {
  try {
    const answer = await fetch(making.dataset.progress, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    if (!now.under_way) {
      window.location.reload();
      return;
    }
    making.querySelector('[data-words]').textContent = now.words;
    making.querySelector('[data-share]').value = now.share;
  } catch {
    // The line is lost: it goes on being made, and the next look may find it.
  }
  setTimeout(look, EVERY_MS);
}

if (making) setTimeout(look, EVERY_MS);
