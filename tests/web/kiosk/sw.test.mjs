// The kiosk's worker: what it answers when the service is dead, silent, or hidden behind a proxy that answers for it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';
import { Timers } from './doubles.mjs';

const ORIGIN = 'https://lieu.example';
const SOURCE = readFileSync(new URL('../../../web/src/sw.js', import.meta.url), 'utf8')
  .replaceAll('__PRECACHE__', '[]')
  .replaceAll('__CACHE_NAME__', '"kiosk-now"');
const PAGE = { status: 200, ok: true, name: 'kept' };
const BACK = '303 /kiosk?sans-reponse';
const LINK = { mode: 'navigate', method: 'GET' };
const FORM = { mode: 'navigate', method: 'POST' };

/** The worker with a kept page (or none) and a service that does what `serve(request)` does. */
function worker(serve, { kept = PAGE } = {}) {
  const timers = new Timers();
  const listeners = {};
  const cache = { match: async () => kept, put: async () => {} };
  vm.runInNewContext(SOURCE, {
    self: { addEventListener: (kind, heard) => { listeners[kind] = heard; }, location: { origin: ORIGIN } },
    caches: { open: async () => cache, match: async () => kept },
    fetch: async (request) => serve(request),
    Response: { redirect: (address, status) => `${status} ${address}` },
    setTimeout: timers.tools.later,
    URL,
  });
  /** What the worker answers; undefined when it leaves the request alone. */
  const ask = (path, how) => {
    let answer;
    listeners.fetch({ request: { url: ORIGIN + path, ...how }, respondWith: (given) => { answer = given; } });
    return answer;
  };
  return { ask, timers };
}

const dead = () => { throw new TypeError('failed to fetch'); };
const silent = () => new Promise(() => {});
const status = (number) => () => ({ status: number });

test('a dead service leads back to the kiosk, from links, forms and somebody’s own space', async () => {
  const { ask } = worker(dead);
  assert.equal(await ask('/kiosk/sans-badge', LINK), BACK);
  assert.equal(await ask('/kiosk/visiteurs', FORM), BACK);
  assert.equal(await ask('/mon-espace', LINK), BACK);
  assert.equal(await ask('/kiosk?sans-reponse', LINK), PAGE);
  assert.equal(await ask('/kiosk', LINK), PAGE);
});

test('a silent service is given up beside the screen, at once where the page is asked to say so', async () => {
  const { ask, timers } = worker(silent);
  assert.equal(await ask('/kiosk?sans-reponse', LINK), PAGE);
  for (const how of [LINK, FORM]) {
    const answer = ask('/kiosk/visiteurs', how);
    timers.advance(6000);
    assert.equal(await answer, BACK);
  }
  ask('/mon-espace', LINK);
  assert.equal(timers.planned.size, 0, 'somebody’s own space is waited for');
});

test('a proxy that answers for the service is no answer; what the service says is left as it is', async () => {
  assert.equal(await worker(status(502)).ask('/kiosk/equipe', FORM), BACK);
  for (const number of [0, 200, 303, 401, 422, 429]) {
    assert.equal((await worker(status(number)).ask('/kiosk/equipe', FORM)).status, number);
  }
  assert.equal((await worker(status(503)).ask('/mon-espace', LINK)).status, 503);
});

test('without a kept page there is nothing to go back to', async () => {
  const { ask } = worker(dead, { kept: null });
  await assert.rejects(ask('/kiosk/sans-badge', LINK));
});

test('what scripts ask is theirs to handle', () => {
  const { ask } = worker(dead);
  assert.equal(ask('/api/v1/scans', { mode: 'cors', method: 'POST' }), undefined);
  assert.equal(ask('/kiosk/equipe/cle', { mode: 'cors', method: 'POST' }), undefined);
});
