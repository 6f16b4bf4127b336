// The list of badges: only what is signed and adds up is believed, and an empty list never replaces another.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { Snapshot } from '../../../web/src/kiosk/snapshot.js';
import { CARD, House, memoryStore, NOW } from './lists.mjs';

function kiosk(house = new House()) {
  const asked = [];
  const answers = [];
  const clock = new ServiceClock({ now: () => NOW * 1000 });
  const store = memoryStore();
  const fetchList = async (since, etag) => {
    asked.push(since);
    const answer = answers.length ? answers.shift() : house.list();
    if (answer instanceof Error) throw answer;
    return answer.status ? answer : { status: 200, etag: '"1"', body: answer };
  };
  const snapshot = new Snapshot({ fetchList, store, clock });
  return { house, asked, answers, clock, store, snapshot };
}

const names = (snapshot) => [...snapshot.facts.holders.values()].map((row) => row[1]);

test('a whole list, then what changed, outlives the page', async () => {
  const { house, answers, asked, snapshot, store, clock } = kiosk();
  assert.equal(snapshot.age, null);
  await snapshot.refresh();
  house.rows.delete(2);
  house.put([3, 'Omar K', 0, ['O'.repeat(22)]]);
  answers.push(house.list({ rev: 6, since: 5, is_full: false, holders: [house.rows.get(3)], gone: [2] }));
  await snapshot.refresh();
  assert.deepEqual([asked, names(snapshot), snapshot.age], [[null, 5], ['Sofia M', 'Omar K'], 0]);
  const later = new Snapshot({ fetchList: async () => { throw new Error('no network'); }, store, clock });
  await later.open();
  await later.refresh();
  assert.deepEqual([names(later), later.facts.find(CARD).number, later.keys.length], [['Sofia M', 'Omar K'], 1, 1]);
});

test('a reservation is told with the zones and the name of its place, and opens nothing where none is told', async () => {
  const { house, answers, snapshot } = kiosk();
  house.put([1, 'Sofia M', 0, [CARD], { s: [[NOW, NOW + 3600, 'D01'], [NOW, NOW + 60, 'D99']] }]);
  answers.push(house.list({ places: { D01: [[1], 'Poste 1', 'Coworking'] } }));
  await snapshot.refresh();
  assert.deepEqual(snapshot.facts.find(CARD).holder.slots, [[NOW, NOW + 3600, [1], 'Poste 1', 'Coworking'], [NOW, NOW + 60, [], '', '']]);
});

test('a change that does not follow, misses a row or is cut is answered by asking for all of it', async () => {
  const { house, answers, asked, snapshot } = kiosk();
  await snapshot.refresh();
  const cut = house.list({ rev: 6 });
  const wrong = [
    house.list({ rev: 7, since: 6, is_full: false, holders: [], gone: [] }),
    house.list({ rev: 6, since: 5, is_full: false, holders: [], gone: [2] }),
    { ...cut, payload: cut.payload.slice(0, -20) },
    { ...cut, payload: cut.payload.replace('Sofia', 'Sonia') },
    house.list({ made_at: NOW - 60, rev: 6 }),
  ];
  for (const answer of wrong) {
    answers.push(answer);
    await snapshot.refresh();
    assert.deepEqual([asked.splice(0).slice(-1), names(snapshot), snapshot.isDoubtful], [[null], ['Sofia M', 'Léa B'], false]);
  }
});

test('an empty list never replaces another, however often it comes', async () => {
  const { answers, snapshot, clock } = kiosk();
  await snapshot.refresh();
  const empty = new House();
  empty.rows.clear();
  for (let turn = 0; turn < 2; turn += 1) answers.push({ ...empty.list() });
  await snapshot.refresh();
  assert.deepEqual([names(snapshot), snapshot.isDoubtful], [['Sofia M', 'Léa B'], true]);
  const fresh = kiosk(empty);
  await fresh.snapshot.refresh();
  assert.deepEqual([fresh.snapshot.facts.isUsable, fresh.snapshot.age], [false, null]);
  assert.equal(clock.now(), NOW);
});

test('another key signs nothing, a new key comes signed by the former one', async () => {
  const { house, answers, snapshot } = kiosk();
  await snapshot.refresh();
  const thief = generateKeyPairSync('ed25519');
  const theirs = { signer: thief.privateKey, kid: 2 };
  const key = thief.publicKey.export({ format: 'jwk' }).x;
  answers.push(house.list({ rev: 6, keys: [[2, key, 0]] }, theirs), house.list({ rev: 6, keys: [[2, key, 0]] }, { ...theirs, kid: 1 }));
  await snapshot.refresh();
  assert.deepEqual([snapshot.facts.rev, snapshot.isDoubtful], [5, true]);
  answers.push(house.list({ rev: 6, keys: [[1, house.publicKey, 0], [2, key, 0]] }), house.list({ rev: 7 }, theirs));
  await snapshot.refresh();
  await snapshot.refresh();
  assert.deepEqual([snapshot.facts.rev, snapshot.isDoubtful], [7, false]);
});

test('any key of the last list vouches for the next one; a key that has ended does not', async () => {
  const { house, answers, snapshot, clock } = kiosk();
  const [now, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  const key = (pair) => pair.publicKey.export({ format: 'jwk' }).x;
  await snapshot.refresh();
  const keys = [[1, house.publicKey, NOW + 60], [2, key(now), 0]];
  const both = house.list({ rev: 6, keys }, { signer: now.privateKey, kid: 2, former: [[1, house.pair.privateKey]] });
  assert.notEqual(both.signature, both.former[0][1]);
  const beside = house.list({ rev: 6, keys }, { signer: other.privateKey, kid: 2, former: [[1, other.privateKey]] });
  answers.push(beside, beside);
  await snapshot.refresh();
  assert.deepEqual([snapshot.facts.rev, snapshot.isForeign], [5, true]);
  answers.push(both);
  await snapshot.refresh();
  assert.deepEqual([snapshot.facts.rev, snapshot.isForeign, [...snapshot.passKeys.keys()]], [6, false, [1, 2]]);
  clock.heard(NOW + 60);
  assert.deepEqual([...snapshot.passKeys.keys()], [2]);
  const late = house.list({ rev: 7, keys });
  answers.push(late, late, house.list({ rev: 7, keys: [[2, key(now), 0]] }, { signer: now.privateKey, kid: 2 }));
  await snapshot.refresh();
  assert.deepEqual([snapshot.facts.rev, snapshot.isForeign], [6, true]);
  await snapshot.refresh();
  assert.deepEqual([snapshot.facts.rev, snapshot.isForeign], [7, false]);
});

test('nothing changed: the list is as old as this answer; no answer changes nothing', async () => {
  const { answers, snapshot, clock } = kiosk();
  await snapshot.refresh();
  clock.heard(NOW + 600);
  assert.equal(snapshot.age, 600);
  answers.push(new Error('no network'), { status: 503 }, { status: 304 });
  await snapshot.refresh();
  await snapshot.refresh();
  assert.equal(snapshot.age, 600);
  await snapshot.refresh();
  assert.equal(snapshot.age, 0);
});

test('a kept list that was cut short is no list, and a stopped kiosk forgets it', async () => {
  const { snapshot, store, clock } = kiosk();
  await snapshot.refresh();
  const whole = store.text;
  for (const text of [whole.slice(0, 200), whole.replace('Sofia', 'Sonia'), '']) {
    store.text = text;
    const found = new Snapshot({ store, clock, fetchList: async () => ({ status: 503 }) });
    await found.open();
    assert.equal(found.facts.isUsable, false);
  }
  await snapshot.forget();
  assert.deepEqual([store.text, snapshot.age, snapshot.keys], ['', null, null]);
});
