// Shapes on a plan: the same as the server makes of the same numbers.

/** Corners as people write them: "10,10 120,10 120,80". */
export function readCorners(text) {
  const numbers = (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  return numbers.filter((_, place) => place % 2 === 0 && place + 1 < numbers.length).map((x, place) => [x, numbers[2 * place + 1]]);
}

/** The box around corners. */
export function boxOf(corners) {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** A box that does not leave the plan. */
export function inside(box, limits) {
  const width = Math.min(box.width, limits.width);
  const height = Math.min(box.height, limits.height);
  const x = Math.min(Math.max(box.x, 0), limits.width - width);
  const y = Math.min(Math.max(box.y, 0), limits.height - height);
  return { x, y, width, height };
}

/** The outline as an SVG path. */
export function pathOf(shape, { x, y, width, height }, corners) {
  if (shape === 'corners' && corners.length) return `M${corners.map((corner) => corner.join(' ')).join('L')}${corners.length > 2 ? 'z' : ''}`;
  if (shape !== 'round') return `M${x} ${y}h${width}v${height}h${-width}z`;
  const [across, down] = [Math.floor(width / 2), Math.floor(height / 2)];
  return `M${x} ${y + down}a${across} ${down} 0 1 0 ${2 * across} 0a${across} ${down} 0 1 0 ${-2 * across} 0z`;
}
