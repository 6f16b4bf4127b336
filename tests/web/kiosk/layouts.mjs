// What a scanner set up for a US keyboard writes on a computer with another layout: for each US key, the character
// of the same place. Only places that differ are listed, for letters and digits (without and with shift).

const FRENCH_LETTERS = { q: 'a', w: 'z', a: 'q', z: 'w', m: ',', Q: 'A', W: 'Z', A: 'Q', Z: 'W', M: '?' };
const FRENCH_DIGITS = {
  1: '&', 2: 'é', 3: '"', 4: "'", 5: '(', 6: '-', 7: 'è', 8: '_', 9: 'ç', 0: 'à', ';': 'm', ':': 'M',
};
const QWERTZ = { y: 'z', z: 'y', Y: 'Z', Z: 'Y' };
const BEPO_LOW = {
  q: 'b', w: 'é', e: 'p', r: 'o', t: 'è', y: '^', u: 'v', i: 'd', o: 'l', p: 'j', a: 'a', s: 'u', d: 'i', f: 'e',
  g: ',', h: 'c', j: 't', k: 's', l: 'r', z: 'à', x: 'y', c: 'x', v: '.', b: 'k', n: '\'', m: 'q',
};
const BEPO = { ...BEPO_LOW };
for (const [key, written] of Object.entries(BEPO_LOW)) BEPO[key.toUpperCase()] = written === ',' ? ';' : written.toUpperCase();

export const LAYOUTS = {
  us: {},
  gb: { '"': '@', '@': '"' },
  'fr (azerty)': { ...FRENCH_LETTERS, ...FRENCH_DIGITS },
  'fr-latin9': { ...FRENCH_LETTERS, ...FRENCH_DIGITS },
  'fr-mac': { ...FRENCH_LETTERS, ...FRENCH_DIGITS, 6: '§', 8: '!' },
  'fr-afnor': { ...FRENCH_LETTERS, ...FRENCH_DIGITS, 1: 'à', 2: 'é', 3: 'è', 4: 'ê', 5: '(', 6: ')', 7: '‘', 8: '’', 9: '«', 0: '»' },
  be: { ...FRENCH_LETTERS, ...FRENCH_DIGITS, 6: '§', 8: '!' },
  'ch (fr)': QWERTZ,
  de: QWERTZ,
  ca: { '"': 'È' },
  'ca-multix': { "'": 'è' },
  'fr-bepo': BEPO,
};

/** The keys of a scan as the browser tells them: the character of the layout, the place on a US keyboard. */
export function keysOf(text, layout, hasCapsLock = false) {
  return [...text].map((letter) => {
    const isLetter = /[a-z]/i.test(letter);
    const written = LAYOUTS[layout][letter] ?? letter;
    const flipped = hasCapsLock && /^\p{L}$/u.test(written) ? flip(written) : written;
    return { key: flipped, code: isLetter ? `Key${letter.toUpperCase()}` : `Digit${letter}`, shift: isLetter && letter !== letter.toLowerCase() };
  });
}

const flip = (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase());
