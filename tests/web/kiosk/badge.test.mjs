// The page reads badges as the service does: same shared vectors, same slips noticed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkDigit, choose, crc16, encode, read } from '../../../web/src/kiosk/badge.js';

const vectors = JSON.parse(await readFile(new URL('../../access/badge-vectors.json', import.meta.url)));
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const [first, second] = vectors.cards.map((card) => card.token);
const number = vectors.numbers[1];

for (const card of vectors.cards) {
  test(`card ${card.token.slice(0, 10)} of the shared vectors`, () => {
    assert.equal(encode(bytes(card.secret)), card.token);
    assert.equal(crc16(bytes(card.secret)).toString(16).padStart(4, '0'), card.crc);
    assert.deepEqual(read(card.token), { result: 'ok', token: card.token });
  });
}

for (const sample of vectors.readings) {
  test(`reading of the shared vectors: ${sample.name}`, () => {
    const reading = read(sample.input);
    assert.equal(reading.result, sample.result);
    assert.equal(reading.token, sample.secret && encode(bytes(sample.secret)));
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
