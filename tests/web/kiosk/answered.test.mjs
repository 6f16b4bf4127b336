// What the service answered is kept some days, and told again to a service that forgot it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answered } from '../../../web/src/kiosk/answered.js';
import { encode } from '../../../web/src/kiosk/badge.js';
import { memoryOutbox, memoryShelf } from '../../../web/src/kiosk/memory.js';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { Sender } from '../../../web/src/kiosk/sender.js';
import { freeLock, Service, Timers } from './doubles.mjs';

const DAY = 86400;
const CARD = encode(new Uint8Array(16).fill(7));

function kiosk() {
  const device = { now: 1_795_302_000_500 };
  const [service, outbox, shelf] = [new Service(), memoryOutbox(), memoryShelf()];
  const clock = new ServiceClock({ now: () => device.now });
  const asked = [];
  const ask = async (ids) => {
    if (service.away) throw new TypeError('failed to fetch');
    asked.push(ids.length);
    return ids.filter((id) => !service.answers.has(id));
  };
  const answered = new Answered({ shelf, outbox, ask, clock });
  const sender = new Sender({
    outbox, locks: freeLock, call: service.call, onState: () => {}, onAnswers: (pairs) => answered.keep(pairs),
    urls: { scans: 'scans', batch: 'batch', state: 'state' }, ...new Timers().tools, clock,
  });
  return { service, outbox, shelf, sender, answered, asked, device };
}

test('a service that knows everything is asked little and sent nothing', async () => {
  const { sender, answered, asked, outbox } = kiosk();
  for (let turn = 0; turn < 3; turn += 1) await sender.record(CARD);
  assert.equal(await answered.compare(), 0);
  assert.equal(await answered.compare(), 0);
  assert.deepEqual([asked, await outbox.count()], [[3, 1], 0]);
});

test('what an older copy forgot comes back once, under its own ids, as the facts they are', async () => {
  const { sender, answered, service, outbox, shelf } = kiosk();
  for (let turn = 0; turn < 3; turn += 1) await sender.record(CARD);
  const ids = [...service.answers.keys()];
  await answered.compare();
  await sender.record(CARD, { direction: 'out' });
  for (const id of ids.slice(1)) service.answers.delete(id);
  assert.equal(await answered.compare(), 2);
  assert.deepEqual((await outbox.waiting(9)).map((scan) => scan.scan_id), ids.slice(1));
  assert.equal(await sender.flush(), 2);
  const [{ badge, card, decided, n, kept_at: keptAt }] = service.calls.at(-1).body.scans;
  assert.deepEqual([badge, card.length, decided, n, keptAt], ['-', 64, 'granted', undefined, undefined]);
  assert.deepEqual([await answered.compare(), (await shelf.from(0, 99)).length], [0, 4]);
});

test('what is kept holds no secret of a card, and goes after a week, beyond 5,000 and with the kiosk', async () => {
  const { sender, answered, service, shelf, device } = kiosk();
  await sender.record(CARD);
  await sender.ask(CARD, '123456');
  const text = JSON.stringify(await shelf.from(0, 99));
  assert.ok(!text.includes(CARD.slice(2, 20)) && !text.includes('123456'), text);
  device.now += 6 * DAY * 1000;
  await sender.record('123455');
  const many = Array.from({ length: 5000 }, (_, turn) => [{ scan_id: `${turn}`, badge: '-' }, { outcome: 'granted' }]);
  await answered.keep(many);
  for (const [scan] of many) service.answers.set(scan.scan_id, {});
  await answered.compare();
  assert.equal((await shelf.from(0, 9999)).length, 5000);
  device.now += 8 * DAY * 1000;
  await answered.compare();
  assert.deepEqual(await shelf.from(0, 9), []);
  await sender.record(CARD);
  await answered.forget();
  assert.deepEqual(await shelf.from(0, 9), []);
});

test('« wait » is no passage, and a silent service changes nothing', async () => {
  const { sender, answered, service, shelf } = kiosk();
  await answered.keep([[{ scan_id: 'a', badge: CARD }, { outcome: 'denied', reason: 'too_fast' }], [{ scan_id: 'b', badge: CARD }, { code: 'invalid_input' }]]);
  assert.deepEqual(await shelf.from(0, 9), []);
  await sender.record(CARD);
  service.away = true;
  await assert.rejects(answered.compare());
  assert.equal((await shelf.from(0, 9)).length, 1);
});
