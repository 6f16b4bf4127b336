// One plan and one form: what is drawn is what the numbers say.
import { boxOf, inside, pathOf, readCorners } from './shapes.js';

const SVG = 'http://www.w3.org/2000/svg';
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SMALLEST = 8;

/** Let the mouse and the keyboard change the form's numbers, and show them on the plan at once. */
export function drawing(svg, form) {
  const fields = form.elements;
  const step = Number(svg.dataset.step);
  const { width, height } = svg.viewBox.baseVal;
  const limits = { width, height };
  const sketch = addSketch(svg);
  let from = null;

  const read = () => ({ x: +fields.x.value, y: +fields.y.value, width: +fields.width.value, height: +fields.height.value });
  const show = () => sketch.firstChild.setAttribute('d', pathOf(fields.shape.value, read(), readCorners(fields.corners.value)));
  const write = (box) => {
    const kept = inside(box, limits);
    for (const name of ['x', 'y', 'width', 'height']) fields[name].value = String(kept[name]);
    show();
  };
  const at = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: snapped(point.x, step), y: snapped(point.y, step) };
  };

  svg.addEventListener('pointerdown', (event) => {
    const isOther = event.target.closest('a') && !event.target.closest('[aria-current], [data-sketch]');
    if (event.button !== 0 || isOther) return;
    event.preventDefault();
    const point = at(event);
    if (fields.shape.value === 'corners') addCorner(fields, point, show, write);
    else from = { point, former: event.target.closest('[aria-current], [data-sketch]') ? read() : null };
    svg.setPointerCapture(event.pointerId);
    sketch.focus();
  });
  svg.addEventListener('pointermove', (event) => {
    if (from) write(dragged(from, at(event)));
  });
  svg.addEventListener('pointerup', () => {
    from = null;
  });
  svg.addEventListener('click', (event) => {
    if (event.target.closest('[aria-current]')) event.preventDefault();
  });
  sketch.addEventListener('keydown', (event) => {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    const box = read();
    const [right, down] = way.map((sign) => sign * step);
    const corners = fields.shape.value === 'corners' ? readCorners(fields.corners.value) : [];
    if (corners.length > 2) {
      if (event.shiftKey) return;
      const moved = corners.map(([x, y]) => [x + right, y + down]);
      fields.corners.value = moved.map((corner) => corner.join(',')).join(' ');
      write(boxOf(moved));
      return;
    }
    const changed = event.shiftKey
      ? { ...box, width: Math.max(box.width + right, SMALLEST), height: Math.max(box.height + down, SMALLEST) }
      : { ...box, x: box.x + right, y: box.y + down };
    write(changed);
  });
  form.addEventListener('input', show);
  document.querySelector('[data-drawing-help]')?.removeAttribute('hidden');
  show();
}

const snapped = (value, step) => Math.round(value / step) * step;

/** The shape that is being drawn: it takes the focus, so that arrows move it. */
function addSketch(svg) {
  const sketch = document.createElementNS(SVG, 'g');
  sketch.setAttribute('data-sketch', '');
  sketch.setAttribute('class', 'sketch');
  sketch.setAttribute('tabindex', '0');
  sketch.setAttribute('role', 'application');
  sketch.setAttribute('aria-labelledby', 'place-title');
  sketch.append(document.createElementNS(SVG, 'path'));
  svg.append(sketch);
  return sketch;
}

/** A new box from where the pointer went down, or the former one moved along. */
function dragged({ point, former }, now) {
  if (former) return { ...former, x: former.x + now.x - point.x, y: former.y + now.y - point.y };
  const [x, y] = [Math.min(point.x, now.x), Math.min(point.y, now.y)];
  return { x, y, width: Math.max(Math.abs(now.x - point.x), SMALLEST), height: Math.max(Math.abs(now.y - point.y), SMALLEST) };
}

/** One corner more; the box around all of them follows. */
function addCorner(fields, point, show, write) {
  const corners = [...readCorners(fields.corners.value), [point.x, point.y]];
  fields.corners.value = corners.map((corner) => corner.join(',')).join(' ');
  if (corners.length > 2) write(boxOf(corners));
  else show();
}
