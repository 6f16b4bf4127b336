// What the page that tries a reader says of its settings.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findings } from '../../../web/src/kiosk/reader-check.js';
import { usCharacter } from '../../../web/src/kiosk/wedge.js';
import { keysOf } from './layouts.mjs';

const vectors = JSON.parse(await readFile(new URL('../../access/badge-vectors.json', import.meta.url)));
const { token } = vectors.cards[0];

function typed(text, layout = 'us', { caps = false, pause = 8, end = 'Enter' } = {}) {
  const keys = keysOf(text, layout, caps).map(({ key, code, shift }, place) => ({
    plain: key, us: usCharacter({ code, shiftKey: shift, getModifierState: () => caps }) || key, caps, time: place * pause,
  }));
  return findings(keys, end);
}

test('a reader set up as it should be has nothing to set right', () => {
  assert.deepEqual(typed(token), ['read']);
  assert.deepEqual(typed(token, 'fr (azerty)'), ['read']);
});

test('each wrong setting is named', () => {
  assert.deepEqual(typed(token, 'fr-bepo'), ['read_by_place', 'layout']);
  assert.deepEqual(typed(token, 'us', { caps: true }), ['read', 'caps']);
  assert.deepEqual(typed(token, 'us', { end: '' }), ['read', 'suffix']);
  assert.deepEqual(typed(token, 'us', { pause: 60 }), ['read', 'slow']);
  assert.deepEqual(typed(`]Q1${token}`), ['read', 'aim']);
  assert.deepEqual(typed(`\\000026${token}`), ['read', 'eci']);
  assert.deepEqual(typed(token.slice(0, 30)), ['misread']);
  assert.deepEqual(typed('3270190022534', 'fr (azerty)'), ['other', 'layout']);
  assert.deepEqual(findings([], 'Enter'), []);
});
