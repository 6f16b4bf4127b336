// Where the keyboard is, after the page changed under it.

/** An element marked data-focus (the summary of a refused form) takes the focus once: on load, or when a swap brings it. */
export function keepFocus(page) {
  const seen = new WeakSet();
  const settle = () => {
    const fresh = page.querySelector('[data-focus]');
    if (!fresh || seen.has(fresh)) return;
    seen.add(fresh);
    fresh.focus();
  };
  settle();
  page.addEventListener('htmx:after:swap', settle);
}
