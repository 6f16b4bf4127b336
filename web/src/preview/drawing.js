// Draws a toolpath on a canvas: from above, or tilted so that the layers stand over one another.
const UP = -32768;
const MARGIN = 12;
const TURN = Math.PI / 6;
const FLAT = 0.5;

/** Where a point of a layer stands on a sheet without measure: x to the right, y downwards. */
function flattened(isTilted) {
  if (!isTilted) return (x, y) => [x, -y];
  const [cos, sin] = [Math.cos(TURN), Math.sin(TURN)];
  return (x, y, z) => [x * cos - y * sin, -(x * sin + y * cos) * FLAT - z * 0.85];
}

export class Drawing {
  constructor(canvas, path) {
    this.canvas = canvas;
    this.path = path;
    this.isTilted = true;
  }

  /** Draw the layers up to one; the last of them stands out. */
  draw(upTo) {
    const sharp = devicePixelRatio || 1;
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * sharp)) canvas.width = Math.round(width * sharp);
    if (canvas.height !== Math.round(height * sharp)) canvas.height = Math.round(height * sharp);
    const context = canvas.getContext('2d');
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, width, height);
    const colours = getComputedStyle(canvas);
    const place = this.#placed(width, height);
    const last = upTo - 1;
    context.lineWidth = 1;
    context.lineJoin = 'round';
    context.strokeStyle = colours.getPropertyValue('--edge');
    context.globalAlpha = this.isTilted ? 0.35 : 0.15;
    for (let row = this.isTilted ? 0 : Math.max(0, last - 1); row < last; row += 1) this.#stroke(context, row, place);
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.strokeStyle = colours.getPropertyValue('--safe');
    this.#stroke(context, last, place);
  }

  /** The way from points to the canvas: the whole piece fits in, whatever layer is shown. */
  #placed(width, height) {
    const { left, right, front, back } = this.path.box;
    const flat = flattened(this.isTilted);
    const top = this.path.layers.at(-1).height / 10;
    const corners = [left, right].flatMap((x) => [front, back].flatMap((y) => [0, top].map((z) => flat(x, y, z))));
    const [xs, ys] = [corners.map((one) => one[0]), corners.map((one) => one[1])];
    const [wide, high] = [Math.max(...xs) - Math.min(...xs) || 1, Math.max(...ys) - Math.min(...ys) || 1];
    const scale = Math.min((width - 2 * MARGIN) / wide, (height - 2 * MARGIN) / high);
    const [offX, offY] = [(width - wide * scale) / 2 - Math.min(...xs) * scale, (height - high * scale) / 2 - Math.min(...ys) * scale];
    return (x, y, z) => {
      const [flatX, flatY] = flat(x, y, z);
      return [flatX * scale + offX, flatY * scale + offY];
    };
  }

  #stroke(context, row, place) {
    const { points, height } = this.path.layers[row];
    context.beginPath();
    let isUp = true;
    for (let at = 0; at < points.length; at += 2) {
      if (points[at] === UP) isUp = true;
      else {
        const [x, y] = place(points[at], points[at + 1], height / 10);
        if (isUp) context.moveTo(x, y);
        else context.lineTo(x, y);
        isUp = false;
      }
    }
    context.stroke();
  }
}
