// Badge tokens: how a scanned or typed text is read. Same rules and same shared vectors as the service
// (devices/badges/codec.py): a slip of the reader is told apart from « this is no badge ».
import { isSigned } from './signing.js';

const ALPHABET = 'BCDFGHJKLNPRSTVX';
const CARD = 'TC';
const SECRET_BYTES = 16;
export const TOKEN_LETTERS = CARD.length + 2 * (SECRET_BYTES + 2);
const LONGEST_MISREAD = 2 * TOKEN_LETTERS;
const TOKEN = new RegExp(`^${CARD}[${ALPHABET}]{${TOKEN_LETTERS - CARD.length}}$`);
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
const FORMAT = 1;
const CLAIM_BYTES = 12;
export const PASS_LETTERS = 2 + 2 * (CLAIM_BYTES + 64);
const PASS = new RegExp(`^T[PG][${ALPHABET}]{${PASS_LETTERS - 2}}$`);
const SIGNED_WITH = new TextEncoder().encode('tl-pass-v1\u0000');
const EPOCH = 1_735_689_600;
const SLOT_S = 30;
const SLOTS = 2 ** 24;
const HOUR = 3600;
const QUARTER = 900;
const SCANNER_PREFIX = /^ *(?:\]Q[0-9])?(?:\\[0-9]{6})*/;
const BETWEEN_DIGITS = /[ .\u00a0\u202f-]/g;
const NUMBER = /^[0-9]{6}$/;
// Damm's table: its check digit catches every single wrong digit and every swap of neighbours.
const DAMM = [
  '0317598642', '7092154863', '4206871359', '1750983426', '6123045978',
  '3674209581', '5869720134', '8945362017', '9438617205', '2581436790',
];

const MISREAD = Object.freeze({ result: 'misread' });
const NOT_A_BADGE = Object.freeze({ result: 'not_a_badge' });

/** CRC-16 CCITT: polynomial 0x1021, start 0xFFFF. */
export function crc16(bytes) {
  let rest = 0xffff;
  for (const byte of bytes) {
    rest ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest & 0x8000 ? (rest << 1) ^ 0x1021 : rest << 1) & 0xffff;
  }
  return rest;
}

/** The 38 letters printed in the code of a card. */
export function encode(secret) {
  const check = crc16(secret);
  return CARD + lettersOf([...secret, check >> 8, check & 0xff]);
}

const lettersOf = (bytes) => bytes.map((byte) => ALPHABET[byte >> 4] + ALPHABET[byte & 15]).join('');
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const numberOf = (bytes) => bytes.reduce((number, byte) => number * 256 + byte, 0);

function bytesOf(letters) {
  const bytes = new Uint8Array(letters.length / 2);
  for (let place = 0; place < bytes.length; place += 1) {
    bytes[place] = (ALPHABET.indexOf(letters[2 * place]) << 4) | ALPHABET.indexOf(letters[2 * place + 1]);
  }
  return bytes;
}

/** How many slots ago a phone pass was good: 0 now, 1 one slot ago, -1 in the next one. */
export function slotsLate(slot, now) {
  const late = (Math.floor((now - EPOCH) / SLOT_S) - slot) % SLOTS;
  return ((late + SLOTS + SLOTS / 2) % SLOTS) - SLOTS / 2;
}

/** The text as printed: no control characters, scanner prefixes (AIM, ECI), blanks around, lower case. */
export function clean(text) {
  const plain = text.replace(CONTROL, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return plain.replace(SCANNER_PREFIX, '').replace(/^ +| +$/g, '');
}

/**
 * {result: "ok" | "misread" | "not_a_badge"}; when it is a badge, its `kind` (card, phone, guest, number) and `token`, or
 * `number` for the digits under a card. A pass has `claims`, worth what its `signature` over `signed` is worth.
 */
export function read(text) {
  const found = clean(text);
  if (TOKEN.test(found)) return decode(found);
  if (PASS.test(found)) return decodePass(found);
  const length = [...found].length;
  if (found.startsWith(CARD) && length <= LONGEST_MISREAD) return MISREAD;
  if (/^T[PG]/.test(found) && length <= 2 * PASS_LETTERS) return MISREAD;
  return readNumber(found);
}

function decode(token) {
  const bytes = bytesOf(token.slice(CARD.length));
  const check = (bytes[SECRET_BYTES] << 8) | bytes[SECRET_BYTES + 1];
  return crc16(bytes.subarray(0, SECRET_BYTES)) === check ? { result: 'ok', kind: 'card', token } : MISREAD;
}

function decodePass(token) {
  const bytes = bytesOf(token.slice(2));
  const [data, signature] = [bytes.subarray(0, CLAIM_BYTES), bytes.subarray(CLAIM_BYTES)];
  if (data[0] >> 4 !== FORMAT) return NOT_A_BADGE;
  const kind = token[1] === 'P' ? 'phone' : 'guest';
  const claims = { kid: data[0] & 15, aud: data[1], ...(kind === 'phone' ? phoneClaims(data) : guestClaims(data)) };
  const signed = Uint8Array.of(...SIGNED_WITH, token.charCodeAt(1), ...data);
  return { result: 'ok', kind, token, claims, signed, signature };
}

function phoneClaims(data) {
  return { handle: hexOf(data.subarray(2, 9)), slot: numberOf(data.subarray(9)) };
}

function guestClaims(data) {
  const start = EPOCH + HOUR * numberOf(data.subarray(8, 10));
  const end = start + QUARTER * numberOf(data.subarray(10));
  return { handle: hexOf(data.subarray(2, 7)), zone: data[7], valid_from: start, valid_until: end };
}

/** True for a pass signed by the key it names. `keys`: a Map of public keys in base64 by their number. */
export async function isGenuine({ claims, signed, signature }, keys) {
  const key = keys.get(claims.kid);
  return key !== undefined && isSigned(key, signature, signed);
}

/** How lists name this badge: the start of a card's hash, the handle of a pass. */
export async function keyOf({ kind, token, claims }) {
  if (claims) return claims.handle;
  if (kind !== 'card') return '';
  const text = btoa(String.fromCharCode(...(await digestOf(token)).subarray(0, 16)));
  return text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** What the service stores of a card: the hash of its secret. */
export const hashOf = async ({ token }) => hexOf(await digestOf(token));

async function digestOf(token) {
  const secret = bytesOf(token.slice(CARD.length)).subarray(0, SECRET_BYTES);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', secret));
}

/** The public number of a card, typed with or without a space in its middle. */
export function readNumber(text) {
  const digits = text.replace(BETWEEN_DIGITS, '');
  if (!NUMBER.test(digits)) return NOT_A_BADGE;
  return checkDigit(digits) === 0 && digits[0] !== '0' ? { result: 'ok', kind: 'number', number: digits } : MISREAD;
}

/** Damm's check digit; 0 when the row already ends with its right one. */
export function checkDigit(digits) {
  return [...digits].reduce((interim, digit) => Number(DAMM[interim][Number(digit)]), 0);
}

/**
 * What to make of all the codes seen in one picture: the one badge among them, else the first other text.
 * Two different badges at once are ambiguous: none is taken, so that nobody enters for a neighbour.
 */
export function choose(texts) {
  const readings = texts.map((text) => ({ text, ...read(text) }));
  const badges = new Map(readings.filter((reading) => reading.token).map((reading) => [reading.token, reading]));
  if (badges.size === 1) return badges.values().next().value;
  if (badges.size > 1 || readings.length === 0) return null;
  return readings.find((reading) => reading.result === 'misread' && !reading.number) ?? { ...readings[0], result: 'not_a_badge' };
}
