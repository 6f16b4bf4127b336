// Scanners that type: every layout that keeps the consonants, pauses of a busy machine, people who type fast.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { read } from '../../../web/src/kiosk/badge.js';
import { Wedge, medianPause, usCharacter } from '../../../web/src/kiosk/wedge.js';
import { Timers } from './doubles.mjs';

const vectors = JSON.parse(await readFile(new URL('../../access/badge-vectors.json', import.meta.url)));
const [token, other] = vectors.cards.map((card) => card.token);

class Desk {
  constructor() {
    this.timers = new Timers();
    this.scans = [];
    this.wedge = new Wedge({ read, onScan: (reading) => this.scans.push(reading), ...this.timers.tools });
    this.time = 0;
    this.stopped = 0;
  }

  key(key, { code = `Key${key.toUpperCase()}`, shift = false, caps = false, ms = 5, repeat = false, field = null } = {}) {
    this.time += ms;
    this.timers.advance(ms);
    this.wedge.onKey({
      key, code, repeat, shiftKey: shift, timeStamp: this.time, ctrlKey: false, altKey: false, metaKey: false,
      getModifierState: (name) => name === 'CapsLock' && caps,
      preventDefault: () => { this.stopped += 1; },
      stopImmediatePropagation() {},
    }, field);
  }

  type(text, options = {}) {
    for (const key of text) this.key(options.layout?.[key] ?? key, { ...options, code: options.code?.(key) ?? `Key${key}` });
  }

  enter() { this.key('Enter', { code: 'Enter' }); }
}

test('a scan that ends with Enter is a badge, and Enter presses no button', () => {
  const desk = new Desk();
  desk.type(token);
  desk.enter();
  assert.deepEqual(desk.scans, [{ result: 'ok', kind: 'card', token }]);
  assert.equal(desk.stopped, 1);
});

test('a reader without suffix is understood after a silence', () => {
  const desk = new Desk();
  desk.type(token);
  assert.equal(desk.scans.length, 0);
  desk.timers.advance(400);
  assert.equal(desk.scans[0].token, token);
});

test('a pause of a busy machine does not cut a scan', () => {
  const desk = new Desk();
  desk.type(token.slice(0, 20), { ms: 10 });
  desk.type(token[20], { ms: 390 });
  desk.type(token.slice(21), { ms: 10 });
  desk.enter();
  assert.deepEqual(desk.scans.map((scan) => scan.token), [token]);
});

test('half a scan, then silence, is nobody: the rest asks for another try', () => {
  const desk = new Desk();
  desk.type(token.slice(0, 20));
  desk.timers.advance(400);
  assert.equal(desk.scans.length, 0);
});

test('Caps Lock changes nothing', () => {
  const desk = new Desk();
  desk.type(token, { layout: Object.fromEntries([...token].map((key) => [key, key.toLowerCase()])) });
  desk.enter();
  assert.equal(desk.scans[0].token, token);
});

test('a layout that moves the letters is read from the keys themselves', () => {
  const desk = new Desk();
  // BÉPO, where a US reader's keys write other letters than the ones printed on a US keyboard.
  const layout = { B: 'k', C: 'x', D: 'i', F: 'e', G: ',', H: 'c', J: 't', K: 's', L: 'r', N: "'", P: 'j', R: 'l', S: 'u', T: 'è', V: '.', X: 'y' };
  desk.type(token, { layout });
  desk.enter();
  assert.equal(desk.scans[0].token, token);
});

test('a damaged scan asks for another try, a foreign barcode is no badge', () => {
  const desk = new Desk();
  desk.type(token.slice(0, 10) + token.slice(11));
  desk.enter();
  desk.type('3270190022534', { code: (key) => `Digit${key}` });
  desk.enter();
  assert.deepEqual(desk.scans.map((scan) => scan.result), ['misread', 'not_a_badge']);
});

test('an address that a busy machine cuts in two is no damaged badge', () => {
  const desk = new Desk();
  desk.type('ht');
  desk.type('t', { ms: 90 });
  desk.type('ps', { ms: 90 });
  desk.type('//example', { ms: 5 });
  desk.enter();
  assert.deepEqual(desk.scans.map((scan) => scan.result), ['not_a_badge']);
});

test('people who type are left alone, even fast ones', () => {
  for (const ms of [65, 120, 300]) {
    const desk = new Desk();
    desk.type(token, { ms });
    desk.enter();
    assert.deepEqual([desk.scans.length, desk.stopped], [0, 0]);
  }
});

test('a key held down is no scan', () => {
  const desk = new Desk();
  desk.type('B'.repeat(40), { repeat: true, ms: 30 });
  desk.enter();
  assert.equal(desk.scans.length, 0);
});

test('a field that had the focus gets its text back', () => {
  const desk = new Desk();
  const field = { value: '123' };
  for (const key of token) {
    desk.key(key, { field });
    field.value += key;
  }
  desk.enter();
  assert.equal(field.value, '123');
  assert.equal(desk.scans[0].token, token);
});

test('what somebody had typed just before the scan stays in the field', () => {
  const desk = new Desk();
  const field = { value: '' };
  const press = (key, ms) => {
    desk.key(key, { field, ms, code: /\d/.test(key) ? `Digit${key}` : `Key${key}` });
    field.value += key;
  };
  for (const key of '12') press(key, 120);
  [...token].forEach((key, place) => press(key, place ? 4 : 120));
  desk.enter();
  assert.equal(field.value, '12');
  assert.equal(desk.scans[0].token, token);
});

test('two scans one after the other are two badges', () => {
  const desk = new Desk();
  for (const badge of [token, other]) {
    desk.type(badge);
    desk.enter();
  }
  assert.deepEqual(desk.scans.map((scan) => scan.token), [token, other]);
});

test('two readers at once never make a third badge', () => {
  const desk = new Desk();
  desk.type([...token].flatMap((key, place) => [key, other[place]]).join(''));
  desk.enter();
  assert.deepEqual(desk.scans, [{ result: 'misread' }]);
});

test('keys of a US keyboard by their place', () => {
  const key = (code, shiftKey = false, caps = false) => usCharacter({ code, shiftKey, getModifierState: () => caps });
  assert.deepEqual(
    [key('KeyQ'), key('KeyQ', true), key('KeyQ', true, true), key('Digit2', true), key('Numpad7'), key('Slash'), key('F5')],
    ['q', 'Q', 'q', '@', '7', '/', ''],
  );
});

test('one long pause does not make a scan human', () => {
  assert.equal(medianPause([0, 5, 10, 117, 122]), 5);
  assert.equal(medianPause([3]), Infinity);
});
