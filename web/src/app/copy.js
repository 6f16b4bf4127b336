// « Copier » beside a field: shown only where the browser lets a page copy.

/** Buttons marked data-copy="id of the field"; what stands beside them under data-copied says that it was done. */
export function copyButtons(page) {
  if (!navigator.clipboard) return;
  for (const button of page.querySelectorAll('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const field = page.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(field.value);
      const said = button.parentElement.querySelector('[data-copied]');
      if (said) said.hidden = false;
    });
  }
}
