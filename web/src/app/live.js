// Live zones: a button stops their updates, so that a slow reader is not interrupted.

/** A button with data-pause="id" keeps the element with that id as it is until pressed again. */
export function pauseButton(page) {
  page.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-pause]');
    if (!button) return;
    const paused = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(paused));
    page.getElementById(button.dataset.pause)?.toggleAttribute('data-paused', paused);
  });
  page.addEventListener('htmx:before:swap', (event) => {
    if (event.target.closest?.('[data-paused]')) event.preventDefault();
  });
}
