// Visits without network: kept as scans are, sent once, taken back, no faster than people walk.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answered } from '../../../web/src/kiosk/answered.js';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { memoryOutbox, memoryShelf } from '../../../web/src/kiosk/memory.js';
import { Sender } from '../../../web/src/kiosk/sender.js';
import { Visits } from '../../../web/src/kiosk/visits.js';
import { freeLock, Timers } from './doubles.mjs';

function kiosk({ most = 15, counts = true, isAlarm = false, locks = freeLock } = {}) {
  const found = { said: [], sent: [], away: true, locks };
  const device = { now: 1_795_302_000_500 };
  const clock = new ServiceClock({ now: () => device.now });
  const outbox = memoryOutbox();
  const shelf = memoryShelf();
  const answered = new Answered({ shelf, outbox, clock, ask: async (ids) => ids });
  const call = async (url, body) => {
    found.sent.push([url, body.visits ?? body.scans ?? body]);
    if (found.away) throw new TypeError('failed to fetch');
    const answers = (body.visits ?? body.scans).map(({ scan_id }) => ({ scan_id, outcome: 'granted', reason: null, duplicate: false }));
    return { status: 200, body: { answers, refused: [] } };
  };
  const sender = new Sender({
    outbox, call, clock, onState: () => {}, onAnswers: (pairs) => answered.keep(pairs), ...new Timers().tools,
    locks: { request: (...given) => found.locks.request(...given) }, urls: { scans: 'scans', batch: 'batch', visits: 'visits', state: 'state' },
  });
  const screen = {
    show: (state, { key } = {}) => found.said.push(key ?? state), sendToDesk: (key) => found.said.push(key), setPeople: () => {},
  };
  const kept = new Map();
  const lasting = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
  const visits = new Visits({ sender, screen, sounds: { play: () => {} }, clock, counts, most, isAlarm: () => isAlarm, lasting });
  return { found, device, outbox, shelf, sender, visits, answered };
}

test('a visit is kept before it is said, sent once, and a service that forgets gets it again', async () => {
  const { found, outbox, sender, visits, shelf, answered } = kiosk();
  visits.open();
  await visits.arrive('child', 3);
  await visits.leave(2);
  assert.deepEqual(found.said, ['visits', 'visit_in', 'visit_out']);
  assert.equal(await outbox.count(), 2);
  await sender.record('TC1');
  found.away = false;
  found.sent.length = 0;
  assert.equal(await sender.flush(), 3);
  assert.deepEqual(found.sent.map(([url, sent]) => [url, sent.length]), [['batch', 1], ['visits', 2]]);
  const [came, left] = found.sent[1][1];
  const { scan_id: id, device_seq: number, ...facts } = came;
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.ok(left.device_seq === number + 1);
  assert.deepEqual(facts, { band: 'child', people: 3, direction: 'in', at_device: 1_795_302_000 });
  assert.equal(await outbox.count(), 0);
  assert.equal((await shelf.from(0, 10)).filter(({ kind }) => kind === 'visit').length, 2);
  await answered.compare();
  assert.equal(await outbox.count(), 3);
  found.sent.length = 0;
  await sender.flush();
  assert.deepEqual(found.sent[1][1].map((one) => one.scan_id), [id, left.scan_id]);
});

test('a wrong tap goes, or is told to a service that may know of it', async () => {
  const { found, outbox, sender, visits } = kiosk();
  await visits.arrive('adult', 1);
  await visits.undo();
  assert.equal(await outbox.count(), 0);
  await visits.arrive('adult', 2);
  await sender.flush();
  await visits.undo();
  const [wrong, undone] = await outbox.waiting(9);
  assert.equal(undone.undoes, wrong.scan_id);
  for (const [index, digit] of [...undone.scan_id].entries()) assert.equal(parseInt(digit, 16) ^ parseInt(wrong.scan_id[index], 16), 15);
  assert.deepEqual([undone.people, undone.direction], [2, 'in']);
  assert.deepEqual(found.said, ['visit_in', 'visit_back', 'visit_in', 'visit_back']);
});

test('while another tab sends, what is taken back is told besides', async () => {
  const { found, outbox, visits } = kiosk();
  await visits.arrive('adult', 1);
  found.locks = { request: (name, options, work) => work(null) };
  await visits.undo();
  assert.equal(await outbox.count(), 2);
});

test('nobody takes back late, nor what somebody else did', async () => {
  const { found, device, outbox, visits } = kiosk();
  await visits.arrive('senior', 1);
  device.now += 61_000;
  await visits.undo();
  await visits.arrive('senior', 1);
  visits.forget();
  await visits.undo();
  assert.equal(await outbox.count(), 2);
  assert.deepEqual(found.said, ['visit_in', 'visit_stays', 'visit_in', 'visit_stays']);
});

test('no more are kept in a minute than can walk past; whoever leaves is', async () => {
  const { found, device, outbox, visits } = kiosk({ most: 3 });
  await visits.arrive('teen', 2);
  await visits.arrive('teen', 2);
  await visits.arrive('teen', 1);
  await visits.leave(9);
  await visits.arrive('teen', 1);
  device.now += 60_000;
  await visits.arrive('teen', 3);
  assert.deepEqual(found.said, ['visit_in', 'visits_too_many', 'visit_in', 'visit_out', 'visits_too_many', 'visit_in']);
  assert.equal(await outbox.count(), 4);
});

test('in an alarm nobody comes in, where nobody is counted the desk helps, and a full disk is said', async () => {
  const burning = kiosk({ isAlarm: true });
  await burning.visits.arrive('adult', 1);
  await burning.visits.leave(1);
  assert.deepEqual([burning.found.said, await burning.outbox.count()], [['alarm', 'visit_out'], 1]);
  const without = kiosk({ counts: false });
  without.visits.open();
  assert.deepEqual(without.found.said, ['offline_no_badge']);
  const full = kiosk();
  full.sender.keep = async () => { throw new Error('disk full'); };
  await full.visits.arrive('adult', 1);
  assert.deepEqual(full.found.said, ['lost']);
});

test('a finger that touches twice is one visit, and a tap that cannot be taken back is said', async () => {
  const { found, outbox, visits } = kiosk();
  await Promise.all([visits.arrive('adult', 2), visits.arrive('adult', 2), visits.leave(1)]);
  assert.equal(await outbox.count(), 1);
  outbox.drop = async () => { throw new Error('disk full'); };
  await visits.undo();
  assert.deepEqual(found.said, ['visit_in', 'visit_stays']);
  outbox.drop = async () => {};
  await visits.arrive('adult', 13);
  assert.deepEqual(found.said.slice(2), ['visit_in']);
});
