// What the kiosk decides alone: whose badge, which passages it saw, what time it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { Local, Seen } from '../../../web/src/kiosk/local.js';
import { tellDecision } from '../../../web/src/kiosk/telling.js';
import { Snapshot } from '../../../web/src/kiosk/snapshot.js';
import { CARD, House, memoryStorage, memoryStore, NOW, PHONE } from './lists.mjs';

const card = { result: 'ok', kind: 'card', token: 'TC', key: CARD };
const badges = { keyOf: async (reading) => reading.key ?? reading.claims.handle, isGenuine: async (reading) => reading.isGenuine ?? true, slotsLate: (slot) => slot };
const pass = (claims = {}, kind = 'phone') => ({ result: 'ok', kind, token: 'TP', claims: { aud: 1, handle: PHONE, slot: 0, ...claims } });

async function kiosk(fields = {}, { isAwake = true, rows = [] } = {}) {
  const device = { now: NOW * 1000 };
  const session = memoryStorage();
  const clock = new ServiceClock({ now: () => device.now, session, lasting: memoryStorage() });
  if (isAwake) clock.heard(NOW);
  const house = new House();
  house.put(...rows);
  const store = memoryStore();
  const snapshot = new Snapshot({ store, clock, fetchList: async () => ({ status: 200, body: house.list(fields) }) });
  await snapshot.refresh();
  const storage = memoryStorage();
  const local = new Local({ snapshot, clock, seen: new Seen({ storage }), badges });
  const say = async (reading, direction = 'in') => {
    const found = await local.judge(reading, direction);
    return found && `${found.outcome} ${found.reason}${found.name ? ` ${found.name}` : ''}${found.flags.length ? ` (${found.flags})` : ''}`;
  };
  return { device, session, clock, local, say, snapshot, storage };
}

test('a card of the list enters, is in, leaves; a foreign one does not, and leaves all the same', async () => {
  const { say, device } = await kiosk();
  assert.equal(await say(card), 'granted entered Sofia');
  device.now += 10_000;
  assert.equal(await say(card), 'granted inside Sofia');
  assert.equal(await say(card, 'out'), 'granted left Sofia');
  assert.equal(await say({ ...card, key: 'X'.repeat(22) }), 'denied badge_unknown');
  assert.equal(await say({ ...card, key: 'X'.repeat(22) }, 'out'), 'granted left (unknown_exit)');
});

test('whoever comes in twice is told how long this zone has them wait', async () => {
  for (const [seconds, key, count] of [[60, 'wait_one', 1], [600, 'wait_many', 10], [undefined, 'reason_passback_wait_sentence', 0]]) {
    const gate = { zone: 1, rules: [['anyone', '', 'always']], passback: 'timed', passback_s: seconds, capacity: null, counts_staff: true };
    const { local, say } = await kiosk({ gate });
    assert.equal(await say(card), 'granted entered Sofia');
    const told = tellDecision(await local.judge(card, 'in'));
    assert.deepEqual([told.key, told.sentenceKey, told.facts], ['reason_passback_wait_nameless', key, { name: '', count }]);
  }
});

test('a number typed by hand opens nothing, and without a list nothing is decided', async () => {
  const { say, snapshot } = await kiosk();
  assert.equal(await say({ result: 'ok', number: '123456' }), null);
  await snapshot.forget();
  assert.equal(await say(card), null);
});

test('a card in doubt is noted where nobody is let in, and sent to the desk where somebody is; the phone passes', async () => {
  const rows = [[1, 'Sofia M', 0, [CARD, PHONE], { d: [CARD] }]];
  const note = await kiosk({ gate: null }, { rows });
  assert.equal(await note.say(card), 'granted entered Sofia (doubted)');
  const gate = { zone: 1, rules: [['role', 'member', 'always', 'unstaffed']], capacity: null, inside: 0, counts_staff: true };
  const { say, local } = await kiosk({ gate }, { rows });
  assert.equal(await say(card), 'ask pin_needed');
  assert.equal((await local.judge(card, 'in')).why, 'pin', 'nobody is asked for a pin that this kiosk cannot judge');
  assert.equal(await say(card, 'out'), 'granted left Sofia (exit_without_entry)');
  assert.equal(await say(pass()), 'granted entered Sofia');
});

test('the last place is taken once, and given back by whoever leaves', async () => {
  const gate = { zone: 1, rules: [['role', 'member', 'always']], capacity: 1, inside: 0, counts_staff: true };
  const { say } = await kiosk({ gate });
  const other = { ...card, key: 'L'.repeat(22) };
  assert.equal(await say(card), 'granted entered Sofia (near_capacity)');
  assert.equal(await say(other), 'denied full');
  await say(card, 'out');
  assert.equal(await say(other), 'granted entered Léa (near_capacity)');
});

test('a list made after a passage knows better than the kiosk', async () => {
  const { local, snapshot, say, storage } = await kiosk({ inside: [[1, 1, NOW + 50, 'out']] });
  local.seen.note(1, { zone: 1, at: NOW + 10, direction: 'in', counts: true });
  assert.deepEqual([local.seen.of(1, snapshot.facts).direction, local.seen.more(snapshot.facts)], ['out', 0]);
  local.seen.note(2, { zone: 1, at: NOW + 10, direction: 'in', counts: true });
  assert.equal(local.seen.more(snapshot.facts), 1);
  const reborn = new Seen({ storage });
  assert.equal(reborn.passages.size, 2);
  reborn.forgetBefore(NOW + 11);
  assert.equal(new Seen({ storage }).passages.size, 0);
  assert.equal(await say(card), 'granted entered Sofia');
});

test('a pass of a phone: its slot, its site, its signature', async () => {
  const { say } = await kiosk();
  const said = [];
  for (const slot of [-2, -1, 0, 1, 2]) said.push(await say(pass({ slot })));
  assert.deepEqual(said.map((one) => one.split(' ')[1]), ['pass_stale', 'entered', 'inside', 'inside', 'pass_stale']);
  assert.equal(await say(pass({ aud: 2 })), 'denied other_site');
  assert.equal(await say({ ...pass(), isGenuine: false }), 'denied badge_unknown');
});

test('after a cold start passes wait for the service, cards do not', async () => {
  const { say, clock, device, session } = await kiosk({}, { isAwake: false });
  assert.deepEqual([await say(card), await say(pass())], ['granted entered Sofia', 'denied pass_stale']);
  clock.heard(NOW);
  assert.equal(await say(pass()), 'granted inside Sofia');
  assert.equal(new ServiceClock({ now: () => device.now, session }).isKnown, true, 'a reload is no cold start');
});

test('a guest whom the list does not know enters where the pass says, when it says', async () => {
  const gate = { zone: 3, rules: [] };
  const { say } = await kiosk({ gate });
  const guest = (claims) => pass({ handle: '0102030405', zone: 3, valid_from: NOW - 60, valid_until: NOW + 60, ...claims }, 'guest');
  assert.equal(await say(guest()), 'granted entered');
  assert.equal(await say(guest({ zone: 4, handle: '06' })), 'denied not_allowed');
  assert.equal(await say(guest({ valid_until: NOW, handle: '07' })), 'denied badge_expired');
  assert.equal(await say(guest({ aud: 2 })), 'denied other_site');
});

test('a guest whom the list does not know passes the entrance of the site on the way; one who was stopped does not', async () => {
  const gate = { zone: 3, rules: [], is_site: true };
  const rows = [[7, '', 0, [], { g: 1, x: ['0102030405'] }]];
  const { say } = await kiosk({ gate, inside: [[1, 9, NOW, 'in']] }, { rows });
  const guest = (handle, zone = 4) => pass({ handle, zone, valid_from: NOW - 60, valid_until: NOW + 60 }, 'guest');
  assert.equal(await say(guest('a1a2a3a4a5')), 'granted entered');
  assert.equal(await say(guest('b1b2b3b4b5', 0)), 'granted entered');
  assert.equal(await say(guest('0102030405')), 'denied badge_revoked');
  assert.equal(await say(guest('0102030405'), 'out'), 'granted left (exit_without_entry)');
  assert.equal(await say(card, 'out'), 'granted left Sofia', 'inside in any zone is inside the site');
  const asleep = await kiosk({ gate }, { isAwake: false });
  assert.equal(await asleep.say(guest('a1a2a3a4a5')), 'denied pass_stale');
});

test('a clock that is ten minutes wrong is put right, one that lost its year still keeps passages', () => {
  const device = { now: (NOW - 600) * 1000 };
  const lasting = memoryStorage();
  const clock = new ServiceClock({ now: () => device.now, session: memoryStorage(), lasting });
  const before = clock.stamp();
  assert.deepEqual([before.at_device, before.offset], [NOW - 600, undefined]);
  clock.heard(NOW);
  assert.deepEqual([clock.now(), clock.stamp().offset, clock.offsetOf(before)], [NOW, 600, 600]);
  const reborn = new ServiceClock({ now: () => 5000, session: memoryStorage(), lasting });
  assert.deepEqual([reborn.now(), reborn.isKnown, reborn.stamp().at_device], [NOW, false, NOW]);
  assert.equal(reborn.offsetOf(before), undefined);
  const refused = new ServiceClock({ now: () => device.now, session: null, lasting: null });
  refused.heard(NOW);
  assert.equal(refused.offset, 600);
});
