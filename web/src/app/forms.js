// Forms: a double press of the button is one request.

const GUARD_MS = 4000;

/** Ignore a second submit of the same form for a few seconds; coming back to the page frees it. */
export function oneSubmit(page) {
  const sent = new Map();
  page.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    const last = sent.get(form);
    if (last !== undefined && event.timeStamp - last < GUARD_MS) event.preventDefault();
    else sent.set(form, event.timeStamp);
  }, { capture: true });
  window.addEventListener('pageshow', () => sent.clear());
}
