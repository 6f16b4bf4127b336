// Badge tokens: how a scanned or typed text is read. Same rules and same shared vectors as the service
// (tierslieu/access/badges/rules.py): a slip of the reader is told apart from « this is no badge ».

const ALPHABET = 'BCDFGHJKLNPRSTVX';
const CARD = 'TC';
const SECRET_BYTES = 16;
export const TOKEN_LETTERS = CARD.length + 2 * (SECRET_BYTES + 2);
const LONGEST_MISREAD = 2 * TOKEN_LETTERS;
const TOKEN = new RegExp(`^${CARD}[${ALPHABET}]{${TOKEN_LETTERS - CARD.length}}$`);
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
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
  const bytes = [...secret, check >> 8, check & 0xff];
  return CARD + bytes.map((byte) => ALPHABET[byte >> 4] + ALPHABET[byte & 15]).join('');
}

/** The text as printed: no control characters, scanner prefixes (AIM, ECI), blanks around, lower case. */
export function clean(text) {
  const plain = text.replace(CONTROL, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return plain.replace(SCANNER_PREFIX, '').replace(/^ +| +$/g, '');
}

/** {result: "ok" | "misread" | "not_a_badge"}; with `token` for a card's code, `number` for the digits under it. */
export function read(text) {
  const found = clean(text);
  if (TOKEN.test(found)) return decode(found);
  if (found.startsWith(CARD) && [...found].length <= LONGEST_MISREAD) return MISREAD;
  return readNumber(found);
}

function decode(token) {
  const bytes = [];
  for (let place = CARD.length; place < token.length; place += 2) {
    bytes.push((ALPHABET.indexOf(token[place]) << 4) | ALPHABET.indexOf(token[place + 1]));
  }
  const check = (bytes[SECRET_BYTES] << 8) | bytes[SECRET_BYTES + 1];
  return crc16(bytes.slice(0, SECRET_BYTES)) === check ? { result: 'ok', token } : MISREAD;
}

/** The public number of a card, typed with or without a space in its middle. */
export function readNumber(text) {
  const digits = text.replace(BETWEEN_DIGITS, '');
  if (!NUMBER.test(digits)) return NOT_A_BADGE;
  return checkDigit(digits) === 0 && digits[0] !== '0' ? { result: 'ok', number: digits } : MISREAD;
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
