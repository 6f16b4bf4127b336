// Every layout, with and without Caps Lock, with and without Enter, after a pause, two scanners at once: the badge
// that was shown, or « scan again »; never the badge of somebody else.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { read } from '../../../web/src/kiosk/badge.js';
import { Wedge } from '../../../web/src/kiosk/wedge.js';
import { Timers } from './doubles.mjs';
import { keysOf, LAYOUTS } from './layouts.mjs';

const vectors = JSON.parse(await readFile(new URL('../../access/badge-vectors.json', import.meta.url)));
const cards = vectors.cards.map((card) => card.token);
const [token, other] = cards;

/** Type keys, each `{key, code, shift, ms}`; the readings that came of it, silence included. */
function typed(keys, { caps = false, field = null } = {}) {
  const timers = new Timers();
  const readings = [];
  const wedge = new Wedge({ read, onScan: (reading) => readings.push(reading), ...timers.tools });
  let time = 0;
  for (const { key, code = key, shift = false, ms = 8 } of keys) {
    time += ms;
    timers.advance(ms);
    wedge.onKey({
      key, code, shiftKey: shift, timeStamp: time, repeat: false, ctrlKey: false, altKey: false, metaKey: false,
      getModifierState: (name) => name === 'CapsLock' && caps, preventDefault() {}, stopImmediatePropagation() {},
    }, field);
  }
  timers.advance(500);
  return readings;
}

const ENTER = { key: 'Enter' };
const isFirst = (reading) => reading.token === token;
const isAgain = (reading) => reading.result === 'misread' && !reading.token;
const paused = (keys, place, ms) => keys.map((key, at) => (at === place ? { ...key, ms } : key));

assert.equal(Object.keys(LAYOUTS).length, 12);
for (const layout of Object.keys(LAYOUTS)) {
  for (const caps of [false, true]) {
    const keys = keysOf(token, layout, caps);
    const said = (list) => typed(list, { caps });
    test(`${layout}${caps ? ' with Caps Lock' : ''}`, () => {
      assert.deepEqual(said([...keys, ENTER]).map((one) => one.token), [token]);
      assert.deepEqual(said(keys).map((one) => one.token), [token], 'no Enter');
      assert.deepEqual(said([...keys, { key: 'Tab' }]).map((one) => one.token), [token], 'Tab');
      for (const place of [1, 19, 37]) {
        assert.deepEqual(said([...paused(keys, place, 150), ENTER]).map((one) => one.token), [token], 'a pause');
        assert.deepEqual(said(paused(keys, place, 150)).map((one) => one.token), [token], 'a pause, no Enter');
      }
      const rival = keysOf(other, layout, caps);
      for (const lag of [0, 1, 7, 30]) {
        const mixed = keys.flatMap((key, place) => (place < lag ? [key] : [key, rival[place - lag]]));
        const rest = rival.slice(38 - lag);
        for (const list of [[...mixed, ...rest], [...mixed, ...rest, ENTER], [...mixed, ENTER, ...rest, ENTER]]) {
          const readings = said(list);
          assert.ok(readings.length > 0, 'something is said');
          assert.ok(readings.every(isAgain), `two scanners at once, ${lag} keys apart`);
        }
      }
    });
  }
}

test('letters lost on the way ask for another try, wherever they were', () => {
  for (let from = 0; from < token.length; from += 1) {
    for (const lost of [1, 2, 5]) {
      const keys = keysOf(token, 'fr (azerty)').filter((_, place) => place < from || place >= from + lost);
      const readings = typed([...keys, ENTER]);
      assert.ok(readings.every(isAgain) || readings.every((one) => one.result === 'not_a_badge'), `${lost} lost from ${from}`);
      assert.ok(!readings.some(isFirst));
    }
  }
});

test('every card of the shared vectors survives AZERTY', () => {
  for (const card of cards) assert.equal(typed([...keysOf(card, 'fr (azerty)'), ENTER])[0].token, card);
});

test('what is typed fast into a field and is not ours stays in the field', () => {
  const field = { value: '' };
  assert.deepEqual(typed([...keysOf('3270190022534', 'us'), ENTER], { field }), []);
  assert.equal(typed([...keysOf(token, 'us'), ENTER], { field })[0].token, token);
});
