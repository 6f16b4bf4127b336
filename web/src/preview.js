// The way of the tool, layer by layer, on the page of a file. Without this script the file's own picture stays.
import { Drawing } from './preview/drawing.js';
import { readToolpath } from './preview/toolpath.js';

const BUILD_UP = 1200;
const still = matchMedia('(prefers-reduced-motion: reduce)');

for (const figure of document.querySelectorAll('[data-preview]')) show(figure);

/** Fetch the toolpath and put the canvas with its controls in place; any trouble leaves the page as it was. */
async function show(figure) {
  const answer = await fetch(figure.dataset.preview).catch(() => null);
  const path = answer?.ok ? readToolpath(await answer.arrayBuffer()) : null;
  if (!path) return;
  figure.prepend(figure.querySelector('template').content.cloneNode(true));
  const [canvas, slider, told, tilt] = ['canvas', 'input', 'output', 'button'].map((name) => figure.querySelector(name));
  const drawing = new Drawing(canvas, path);
  slider.max = path.layers.length;
  const draw = () => {
    const layer = path.layers[slider.value - 1];
    const height = (layer.height / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });
    told.value = told.dataset.text.replace('#1', (slider.value - 1) * path.every + 1).replace('#2', path.seen).replace('#3', height);
    slider.setAttribute('aria-valuetext', told.value);
    drawing.draw(Number(slider.value));
  };
  slider.addEventListener('input', draw);
  tilt.addEventListener('click', () => {
    drawing.isTilted = !drawing.isTilted;
    tilt.setAttribute('aria-pressed', String(!drawing.isTilted));
    draw();
  });
  new ResizeObserver(draw).observe(canvas);
  figure.querySelector('img')?.remove();
  if (still.matches) {
    slider.value = slider.max;
    draw();
  } else grow(slider, draw);
}

/** Build the piece up once, so that it is plain what the slider does; the first touch of it stops this. */
function grow(slider, draw) {
  const start = performance.now();
  let isOver = false;
  const stop = () => { isOver = true; };
  for (const name of ['pointerdown', 'keydown', 'focus']) slider.addEventListener(name, stop, { once: true });
  const step = (now) => {
    if (isOver) return;
    const part = Math.min(1, (now - start) / BUILD_UP);
    slider.value = Math.max(1, Math.round(part * slider.max));
    draw();
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
