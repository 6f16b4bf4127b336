// The kiosk decides as the service does: the same shared vectors.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { decide, refusedReading } from '../../../web/src/kiosk/decide.js';

const vectors = JSON.parse(await readFile(new URL('../../access/decide-vectors.json', import.meta.url)));

test('every decision of the shared vectors', () => {
  assert.ok(vectors.length > 100);
  for (const { gate, holder, moment, direction, reading, decision } of vectors) {
    const found = reading ? refusedReading(reading, gate, direction) : decide(gate, holder, moment, direction);
    assert.deepEqual({ flags: [], ...decision }, found, JSON.stringify({ gate, holder, moment, direction, reading }));
  }
});
