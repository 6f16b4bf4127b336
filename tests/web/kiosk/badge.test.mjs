// The page reads badges as the service does: same shared vectors, same slips noticed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkDigit, choose, crc16, encode, isGenuine, keyOf, read, slotsLate } from '../../../web/src/kiosk/badge.js';
import { isSigned } from '../../../web/src/kiosk/signing.js';

const vectors = JSON.parse(await readFile(new URL('../../access/badge-vectors.json', import.meta.url)));
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const [first, second] = vectors.cards.map((card) => card.token);
const number = vectors.numbers[1];

for (const card of vectors.cards) {
  test(`card ${card.token.slice(0, 10)} of the shared vectors`, () => {
    assert.equal(encode(bytes(card.secret)), card.token);
    assert.equal(crc16(bytes(card.secret)).toString(16).padStart(4, '0'), card.crc);
    assert.deepEqual(read(card.token), { result: 'ok', kind: 'card', token: card.token });
  });
}

const base64 = (hex) => Buffer.from(hex, 'hex').toString('base64url');
const keys = new Map(vectors.passes.map((pass) => [pass.claims.kid, base64(pass.public)]));

for (const pass of vectors.passes) {
  test(`pass of the shared vectors: ${pass.name}`, async () => {
    const reading = read(pass.token);
    assert.deepEqual([reading.kind, reading.claims], [pass.kind, pass.claims]);
    assert.ok(await isGenuine(reading, keys));
    const otherLetter = read(`T${pass.kind === 'phone' ? 'G' : 'P'}${pass.token.slice(2)}`);
    assert.ok(!(await isGenuine(otherLetter, keys)), 'a pass of one kind never passes for the other');
    assert.ok(!(await isGenuine(reading, new Map([...keys].filter(([kid]) => kid !== pass.claims.kid)))), 'retired key');
    assert.equal(await keyOf(reading), pass.claims.handle);
  });
}

test('a changed bit anywhere in a pass is noticed', async () => {
  const { token } = vectors.passes[0];
  const letters = 'BCDFGHJKLNPRSTVX';
  for (let bit = 0; bit < 608; bit += 1) {
    const place = 2 + (bit >> 2);
    const letter = letters[letters.indexOf(token[place]) ^ (8 >> (bit & 3))];
    const reading = read(token.slice(0, place) + letter + token.slice(place + 1));
    assert.ok(reading.result !== 'ok' || !(await isGenuine(reading, keys)), `bit ${bit}`);
  }
});

test('a browser that does not know these signatures gets the same answers', async () => {
  const unknown = { importKey: () => Promise.reject(Object.assign(new Error(), { name: 'NotSupportedError' })) };
  for (const { token, claims, public: key } of vectors.passes) {
    const { signed, signature } = read(token);
    assert.ok(await isSigned(base64(key), signature, signed, unknown), claims.handle);
    assert.ok(!(await isSigned(base64(key), signature.with(5, signature[5] ^ 1), signed, unknown)));
    assert.ok(!(await isSigned(base64(key).slice(0, 20), signature, signed, unknown)));
  }
});

test('slots begin again after sixteen years', () => {
  const now = 1795302000;
  assert.deepEqual([-1, 0, 1, 2].map((late) => slotsLate(1987080 - late, now)), [-1, 0, 1, 2]);
  assert.equal(slotsLate(2 ** 24 - 1, 1_735_689_600 + 30 * 2 ** 24), 1);
});

for (const sample of vectors.readings) {
  test(`reading of the shared vectors: ${sample.name}`, () => {
    const reading = read(sample.input);
    assert.equal(reading.result, sample.result);
    assert.deepEqual(reading.claims, sample.claims);
    if (!sample.claims) assert.equal(reading.token, sample.secret && encode(bytes(sample.secret)));
    assert.equal(reading.number, sample.number);
  });
}

test('one wrong letter is always noticed', () => {
  for (let place = 2; place < first.length; place += 1) {
    for (const letter of 'BCDFGHJKLNPRSTVX') {
      const spoilt = first.slice(0, place) + letter + first.slice(place + 1);
      assert.equal(read(spoilt).result, spoilt === first ? 'ok' : 'misread');
    }
  }
});

test('card numbers end with their check digit', () => {
  for (const known of vectors.numbers) assert.equal(checkDigit(known), 0);
});

test('of all codes in a picture the one badge is taken', () => {
  assert.equal(choose(['https://example.org/', first]).token, first);
  assert.equal(choose([first, first]).token, first);
});

test('two badges at once are ambiguous: none is taken', () => {
  assert.equal(choose([first, second]), null);
});

test('a picture with other codes only says so, even when one looks like a card number', () => {
  assert.equal(choose(['https://example.org/']).result, 'not_a_badge');
  assert.equal(choose([number]).result, 'not_a_badge');
  assert.equal(choose([]), null);
});

test('a damaged badge beside another code asks for another try', () => {
  assert.equal(choose(['WIFI:S:x;;', first.slice(0, -1)]).result, 'misread');
});
