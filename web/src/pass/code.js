// Draws the code of a pass without the service: QR, version 6, level M, which 154 letters fill to the last bit.
// One mask for all: a signature is as good as chance, so that no mask would be better than another.

const SIDE = 41;
const QUIET = 4;
const BLOCKS = 4;
const BLOCK_WORDS = 27;
const CHECK_WORDS = 16;
const LETTERS = 154;
const ALPHANUMERIC = 0b0010;
const CORNERS = [[0, 0], [0, SIDE - 7], [SIDE - 7, 0]];
const ALIGNMENT = 34;
// Level M, mask 0, with their check bits, as the standard masks them.
const FORMAT = 0b101010000010010;

const POWERS = [1];
while (POWERS.length < 255) POWERS.push(POWERS.at(-1) * 2 ^ (POWERS.at(-1) & 128 ? 0x11d : 0));
const LOGS = new Map(POWERS.map((value, power) => [value, power]));
const times = (a, b) => (a && b ? POWERS[(LOGS.get(a) + LOGS.get(b)) % 255] : 0);

/** Coefficients of the polynomial whose roots are the first powers of two, without the leading one. */
function generator() {
  let found = [1];
  for (let power = 0; power < CHECK_WORDS; power += 1) {
    found = [...found, 0].map((value, place) => value ^ times(found[place - 1] ?? 0, POWERS[power]));
  }
  return found.slice(1);
}

const GENERATOR = generator();

function checkWords(block) {
  const rest = [...block, ...new Array(CHECK_WORDS).fill(0)];
  for (let place = 0; place < block.length; place += 1) {
    const factor = rest[place];
    GENERATOR.forEach((value, step) => { rest[place + 1 + step] ^= times(value, factor); });
  }
  return rest.slice(block.length);
}

const bitsOf = (value, count) => value.toString(2).padStart(count, '0');
const valueOf = (text, place) => parseInt(text[place], 36);

/** The data as words: letters two by two, eleven bits each. */
function dataWords(text) {
  let bits = bitsOf(ALPHANUMERIC, 4) + bitsOf(text.length, 9);
  for (let place = 0; place < text.length; place += 2) bits += bitsOf(45 * valueOf(text, place) + valueOf(text, place + 1), 11);
  return `${bits}0000`.match(/.{8}/g).map((word) => parseInt(word, 2));
}

/** Data and check words, dealt in turn from the blocks. */
function allWords(text) {
  const words = dataWords(text);
  const blocks = Array.from({ length: BLOCKS }, (_, number) => words.slice(number * BLOCK_WORDS, (number + 1) * BLOCK_WORDS));
  const dealt = (parts) => parts[0].flatMap((_, place) => parts.map((part) => part[place]));
  return [...dealt(blocks), ...dealt(blocks.map(checkWords))];
}

/** The fixed patterns; null where data goes. */
function frame() {
  const rows = Array.from({ length: SIDE }, () => new Array(SIDE).fill(null));
  const put = (y, x, isDark) => { if (rows[y]?.[x] !== undefined) rows[y][x] = isDark; };
  const rings = (top, left, size, isDark) => {
    for (let y = -1; y <= size; y += 1) for (let x = -1; x <= size; x += 1) put(top + y, left + x, isDark(Math.max(Math.abs(y - (size - 1) / 2), Math.abs(x - (size - 1) / 2))));
  };
  for (const [top, left] of CORNERS) rings(top, left, 7, (ring) => ring < 2 || ring === 3);
  for (let y = -2; y <= 2; y += 1) for (let x = -2; x <= 2; x += 1) put(ALIGNMENT + y, ALIGNMENT + x, Math.max(Math.abs(y), Math.abs(x)) !== 1);
  for (let place = 8; place < SIDE - 8; place += 1) {
    put(6, place, place % 2 === 0);
    put(place, 6, place % 2 === 0);
  }
  formatCells().forEach(([y, x], place) => put(y, x, Boolean((FORMAT >> (place % 15)) & 1)));
  put(SIDE - 8, 8, true);
  return rows;
}

/** Where the fifteen bits of the format stand, the lowest first, twice. */
function formatCells() {
  const near = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => [y, 8]).concat([7, 5, 4, 3, 2, 1, 0].map((x) => [8, x]));
  const far = [1, 2, 3, 4, 5, 6, 7, 8].map((x) => [8, SIDE - x]).concat([7, 6, 5, 4, 3, 2, 1].map((y) => [SIDE - y, 8]));
  return [...near, ...far];
}

/** Cells of data in their order: two columns at a time, up and down, from the right; the column of marks left out. */
function* dataCells(rows) {
  let isUp = true;
  for (let right = SIDE - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < SIDE; step += 1) {
      const y = isUp ? SIDE - 1 - step : step;
      for (const x of [right, right - 1]) if (rows[y][x] === null) yield [y, x];
    }
    isUp = !isUp;
  }
}

/** The modules of a pass without quiet zone, true for dark, row by row. */
export function modules(text) {
  if (text.length !== LETTERS) throw new RangeError(`a pass has ${LETTERS} letters`);
  const rows = frame();
  const bits = allWords(text).map((word) => bitsOf(word, 8)).join('');
  let place = 0;
  for (const [y, x] of [...dataCells(rows)]) {
    rows[y][x] = (bits[place] === '1') !== ((y + x) % 2 === 0);
    place += 1;
  }
  return rows;
}

/** One path for all runs of dark modules, by relative steps as the service draws them, with the quiet zone around. */
export function outline(text) {
  const steps = ['M0 .5'];
  let [atX, atY] = [0, 0];
  modules(text).forEach((row, y) => {
    for (let x = 0; x < SIDE; x += 1) {
      if (!row[x] || row[x - 1]) continue;
      const end = row.indexOf(false, x);
      const length = (end < 0 ? SIDE : end) - x;
      steps.push(`m${x + QUIET - atX} ${y + QUIET - atY}h${length}`);
      [atX, atY] = [x + QUIET + length, y + QUIET];
    }
  });
  return steps.join('');
}
