// One passage, one scan: kept before it is sent, sent again with the same id, forgotten once answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOutbox } from '../../../web/src/kiosk/memory.js';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { newScanId, Sender } from '../../../web/src/kiosk/sender.js';
import { freeLock, Service, takenLock, Timers } from './doubles.mjs';

function kiosk({ locks = freeLock, outbox = memoryOutbox() } = {}) {
  const service = new Service();
  const timers = new Timers();
  const states = [];
  const clock = new ServiceClock({ now: () => 1_795_302_000_500 });
  const sender = new Sender({
    outbox, locks, call: service.call, onState: (state) => states.push(state),
    urls: { scans: 'scans', batch: 'batch', state: 'state' }, ...timers.tools, clock,
  });
  return { service, timers, states, sender, outbox, clock };
}

test('an answered scan leaves the outbox and says that the network works', async () => {
  const { sender, service, outbox, states } = kiosk();
  const outcome = await sender.record('TC1');
  assert.equal(outcome.answer.outcome, 'granted');
  assert.equal(await outbox.count(), 0);
  assert.equal(states.at(-1).isOnline, true);
  const [{ body }] = service.calls;
  assert.match(body.scan_id, /^[0-9a-f]{32}$/);
  assert.deepEqual([body.badge, body.at_device], ['TC1', 1_795_302_000]);
  assert.ok(body.device_seq > 0);
});

test('the scan is kept before it is sent', async () => {
  const { sender, service, outbox } = kiosk();
  let kept = 0;
  const call = sender.call;
  sender.call = async (...given) => {
    kept = await outbox.count();
    return call(...given);
  };
  await sender.record('TC1');
  assert.deepEqual([kept, service.calls.length], [1, 1]);
});

test('without network the scan waits, and is sent later with the same id', async () => {
  const { sender, service, timers, states } = kiosk();
  service.away = true;
  assert.equal((await sender.record('TC1')).kind, 'kept');
  assert.deepEqual(states.at(-1), { isOnline: false, isEnrolled: true, count: 1 });
  assert.equal(timers.next, 2000);
  service.away = false;
  assert.equal(await sender.flush(), 1);
  assert.equal(service.calls[0].body.scan_id, service.calls[1].body.scans[0].scan_id);
  assert.equal(states.at(-1).count, 0);
  assert.equal(timers.planned.size, 0);
});

test('an answer lost after the fact makes no second passage', async () => {
  const { sender, service } = kiosk();
  service.losesAnswers = true;
  assert.equal((await sender.record('TC1')).kind, 'kept');
  service.losesAnswers = false;
  await sender.flush();
  assert.equal(service.answers.size, 1);
});

test('pauses between tries double up to a minute, and shorten after a success', async () => {
  const { sender, service, timers } = kiosk();
  service.away = true;
  await sender.record('TC1');
  const pauses = [timers.next];
  for (let turn = 0; turn < 6; turn += 1) {
    await sender.flush();
    pauses.push(timers.next);
  }
  assert.deepEqual(pauses, [2000, 4000, 8000, 16000, 32000, 60000, 60000]);
  service.away = false;
  await sender.flush();
  service.away = true;
  await sender.record('TC2');
  assert.equal(timers.next, 2000);
});

test('a busy service is no answer: the scan waits', async () => {
  for (const status of [429, 500, 503]) {
    const { sender, service, outbox } = kiosk();
    service.status = status;
    assert.equal((await sender.record('TC1')).kind, 'kept');
    assert.equal(await outbox.count(), 1);
  }
});

test('a kiosk that is not enrolled keeps its scans for later', async () => {
  for (const status of [401, 403]) {
    const { sender, service, outbox, states } = kiosk();
    service.status = status;
    assert.equal((await sender.record('TC1')).kind, 'not_enrolled');
    assert.equal(await outbox.count(), 1);
    assert.equal(states.at(-1).isEnrolled, false);
  }
});

test('a scan that the service will never take is not sent for ever', async () => {
  for (const status of [400, 409, 422]) {
    const { sender, service, outbox } = kiosk();
    service.status = status;
    assert.equal((await sender.record('TC1')).kind, 'unusable');
    assert.equal(await outbox.count(), 0);
  }
});

test('two hundred and fifty scans leave in batches of a hundred, in order', async () => {
  const { sender, service } = kiosk();
  service.away = true;
  for (let turn = 0; turn < 250; turn += 1) await sender.record(`TC${turn}`);
  service.away = false;
  service.calls.length = 0;
  assert.equal(await sender.flush(), 250);
  assert.deepEqual(service.calls.map(({ body }) => body.scans.length), [100, 100, 50]);
  assert.deepEqual(service.calls.flatMap(({ body }) => body.scans.map((scan) => scan.badge)), Array.from({ length: 250 }, (_, turn) => `TC${turn}`));
});

test('while another tab sends, this one leaves it alone', async () => {
  const { sender, service } = kiosk({ locks: takenLock });
  service.away = true;
  await sender.record('TC1');
  service.away = false;
  assert.equal(await sender.flush(), 0);
  assert.equal(service.calls.length, 1);
});

test('a scan under way is not sent twice', async () => {
  const { sender, service } = kiosk();
  let during;
  const call = sender.call;
  sender.call = async (url, body, ms) => {
    if (url === 'scans') during = await sender.flush();
    return call(url, body, ms);
  };
  await sender.record('TC1');
  assert.equal(during, 0);
  assert.deepEqual(service.calls.map(({ url }) => url), ['scans']);
});

test('a disk that refuses still lets the answer decide', async () => {
  const full = { ...memoryOutbox(), keep: async () => { throw new Error('quota'); }, count: async () => 0 };
  const { sender, service } = kiosk({ outbox: full });
  assert.equal((await sender.record('TC1')).kind, 'answered');
  service.away = true;
  assert.equal((await sender.record('TC1')).kind, 'lost');
});

test('a check tells the state of the network and sends what waits', async () => {
  const { sender, service, states } = kiosk();
  service.away = true;
  await sender.record('TC1');
  await sender.check();
  assert.equal(states.at(-1).isOnline, false);
  service.away = false;
  await sender.check();
  assert.deepEqual(states.at(-1), { isOnline: true, isEnrolled: true, count: 0 });
});

test('scan ids are 128 random bits', () => {
  const ids = new Set(Array.from({ length: 1000 }, () => newScanId()));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

test('a service that is silent leaves the decision to the kiosk, and learns of it with the same scan', async () => {
  const { sender, service, clock, outbox } = kiosk();
  service.away = true;
  const decision = { outcome: 'granted', reason: 'entered', direction: 'out', flags: [] };
  const outcome = await sender.record('TC1', { direction: 'out', judge: async () => decision });
  assert.deepEqual([outcome.kind, outcome.decision, await outbox.count()], ['decided', decision, 1]);
  assert.equal(service.calls[0].ms, 1500);
  clock.heard(1_795_302_600);
  service.away = false;
  await sender.flush();
  const [first, again] = [service.calls[0].body, service.calls.at(-1).body.scans[0]];
  assert.deepEqual(again, { ...first, decided: 'granted', reason: 'entered', offset: 600 });
  assert.deepEqual([first.direction, first.boot, 'decided' in first], ['out', undefined, false]);
});

test('a refusal of the kiosk is kept as one; a PIN is asked for, sent once and never kept', async () => {
  const { sender, service, outbox } = kiosk();
  service.away = true;
  await sender.record('TC1', { judge: async () => ({ outcome: 'ask', reason: 'pin_needed' }) });
  assert.deepEqual((await outbox.waiting(9)).map((scan) => [scan.decided, scan.reason]), [['denied', 'pin_needed']]);
  assert.equal((await sender.ask('TC1', '123456')).kind, 'silent');
  assert.equal(await outbox.count(), 1);
  service.away = false;
  assert.equal((await sender.ask('TC1', '123456')).answer.outcome, 'granted');
  assert.equal(service.calls.at(-1).body.pin, '123456');
});

test('a decision that cannot be worked out still keeps the scan', async () => {
  const { sender, service, outbox } = kiosk();
  service.away = true;
  assert.equal((await sender.record('TC1', { judge: async () => { throw new Error('broken'); } })).kind, 'kept');
  assert.equal(await outbox.count(), 1);
});

test('a disk that was cleared under the page loses nothing that waits', async () => {
  const { sender, service, outbox } = kiosk();
  service.away = true;
  const judge = async () => ({ outcome: 'granted', reason: 'entered' });
  for (const badge of ['TC1', 'TC2']) await sender.record(badge, { judge });
  const ids = (await outbox.waiting(9)).map((scan) => scan.scan_id);
  await outbox.drop((await outbox.waiting(9)).map((scan) => scan.device_seq));
  service.away = false;
  assert.equal(await sender.flush(), 2);
  assert.deepEqual([...service.answers.keys()], ids);
  assert.deepEqual(service.calls.at(-1).body.scans.map((scan) => scan.decided), ['granted', 'granted']);
  assert.equal(await sender.flush(), 0);
});
