// Drawing a floor plan: the mouse and the arrow keys fill the numbers of the form, which alone is sent.
import { drawing } from './plan/drawing.js';

for (const svg of document.querySelectorAll('svg[data-drawing]')) {
  const form = document.querySelector('form[data-place]');
  if (form) drawing(svg, form);
}
