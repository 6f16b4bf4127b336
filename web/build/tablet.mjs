// What makes the kiosk an application of its tablet: the mark as pictures of pixels, and the manifest that names them.
import { deflateSync } from 'node:zlib';

const GROUND = [0x0f, 0x2e, 0x27];
const BRASS = [0xf0, 0xc8, 0x69];
/** The side of src/mark.svg, whose shapes are told again here as « is this point inside ». */
const SIDE = 48;
const SAMPLES = 4;
const TICKS = 24;
const TICK_SHARE = 0.28;

function isInKey(x, y) {
  const isBow = Math.hypot(x - 24, y - 21) <= 4.4;
  const halfWidth = 2.3 + ((y - 24.8) / 6.8) * 1.5;
  return isBow || (y >= 24.8 && y <= 31.6 && Math.abs(x - 24) <= halfWidth);
}

function isBrass(x, y) {
  const radius = Math.hypot(x - 24, y - 24);
  const turn = ((Math.atan2(y - 24, x - 24) / (2 * Math.PI)) * TICKS + TICKS + 0.5) % 1;
  const isTick = Math.abs(radius - 15.5) <= 1.75 && Math.abs(turn - 0.5) <= TICK_SHARE / 2;
  return Math.abs(radius - 20) <= 1 || isTick || isInKey(x, y);
}

/** Inside the ground with its round corners; a picture that is cut to shape by the system has none. */
function isGround(x, y, corner) {
  const [dx, dy] = [x, y].map((at) => Math.max(0, corner - at, at - (SIDE - corner)));
  return Math.hypot(dx, dy) <= corner || corner === 0;
}

/** One pixel's red, green, blue and opacity. `shrink` leaves a margin around the mark. */
function pixel(column, row, size, { corner, shrink }) {
  const total = [0, 0, 0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = ((column + ((sample % SAMPLES) + 0.5) / SAMPLES) * SIDE) / size;
    const y = ((row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * SIDE) / size;
    if (!isGround(x, y, corner)) continue;
    const [u, v] = [x, y].map((at) => 24 + (at - 24) / shrink);
    const colour = isBrass(u, v) ? BRASS : GROUND;
    colour.forEach((value, place) => { total[place] += value; });
    total[3] += 1;
  }
  const share = total[3] || 1;
  return [...total.slice(0, 3).map((value) => Math.round(value / share)), Math.round((255 * total[3]) / SAMPLES ** 2)];
}

/** CRC-32 as PNG wants it. */
function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The mark as a PNG of `size` pixels a side; with `isCut`, for systems that cut it to a shape of their own. */
export function drawMark(size, isCut = false) {
  const shape = isCut ? { corner: 0, shrink: 0.8 } : { corner: 10, shrink: 1 };
  const rows = Array.from({ length: size }, (_, row) => [0, ...Array.from({ length: size }, (__, column) => pixel(column, row, size, shape)).flat()]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.from(rows.flat()), { level: 9 })), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
}

/** The manifest of the kiosk as an application. `icons`: [address, size, purpose] each. */
export function kioskManifest(icons) {
  return JSON.stringify({
    id: '/kiosk', name: 'Borne d’accueil', short_name: 'Borne', lang: 'fr', start_url: '/kiosk', scope: '/',
    display: 'fullscreen', display_override: ['fullscreen', 'standalone'], orientation: 'any',
    background_color: '#0A1E19', theme_color: '#0A1E19',
    icons: icons.map(([src, size, purpose]) => ({ src, sizes: `${size}x${size}`, type: 'image/png', purpose })),
  });
}
