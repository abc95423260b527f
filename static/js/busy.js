// What takes the server some seconds says so: the button of a form with data-busy, and once only.

function rest(button) {
  button.textContent = button.dataset.rest;
  button.removeAttribute('aria-disabled');
  document.querySelector('[data-busy-status]')?.replaceChildren();
}

document.addEventListener('submit', (event) => {
  const button = event.target.querySelector('[data-busy]');
  if (!button) return;
  if (button.getAttribute('aria-disabled') === 'true') {
    event.preventDefault();
    return;
  }
  button.dataset.rest = button.textContent;
  button.textContent = button.dataset.busy;
  button.setAttribute('aria-disabled', 'true');
  const status = document.querySelector('[data-busy-status]');
  if (status) status.textContent = status.dataset.busyStatus;
});

// Coming back by the browser's button finds the page as it was left.
window.addEventListener('pageshow', () => document.querySelectorAll('[data-busy][data-rest]').forEach(rest));
