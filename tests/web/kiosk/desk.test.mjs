// What the screen says for each reading, and whose screen it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crop, isSmall } from '../../../web/src/kiosk/camera.js';
import { KNOWN_TEXT, prove } from '../../../web/src/kiosk/known-code.js';
import { Desk } from '../../../web/src/kiosk/desk.js';
import { slotNow, tellAge, tellDecision } from '../../../web/src/kiosk/telling.js';

class Hall {
  constructor(outcomes = {}) {
    this.shown = [];
    this.sent = [];
    this.time = 0;
    this.desk = new Desk({
      record: async (badge, { direction, judge }) => {
        this.sent.push(direction === 'in' ? badge : `${badge} ${direction}`);
        const outcome = await (outcomes[badge] ?? { kind: 'answered', answer: { outcome: 'granted', title: `Bonjour ${badge}` } });
        return { ...outcome, scanId: `scan ${badge}`, ...(outcome.kind === 'decided' ? { decision: await judge() } : {}) };
      },
      ask: async (badge, pin) => ({ kind: 'answered', answer: { outcome: 'granted', title: `${badge} ${pin}` } }),
      judge: async (reading, direction) => ({ outcome: 'granted', reason: direction === 'in' ? 'entered' : 'left', direction, name: 'Sofia' }),
      tell: tellDecision,
      screen: { state: 'waiting', show: (state, details = {}) => this.shown.push([state, details.key ?? details.title]) },
      sounds: { play() {} },
      now: () => this.time,
    });
  }
}

const badge = (token) => ({ result: 'ok', token });

test('a badge that the service knows gets its words', async () => {
  const hall = new Hall();
  await hall.desk.take(badge('A'));
  assert.deepEqual(hall.shown, [['reading', undefined], ['granted', 'Bonjour A']]);
});

test('each outcome has its screen', async () => {
  const hall = new Hall({
    A: { kind: 'answered', answer: { outcome: 'denied', title: 'Ce badge n’est plus valable' } },
    B: { kind: 'kept' }, C: { kind: 'not_enrolled' }, D: { kind: 'unusable' }, E: { kind: 'lost' },
  });
  for (const token of 'ABCDE') await hall.desk.take(badge(token));
  assert.deepEqual(hall.shown.filter(([state]) => state !== 'reading'), [
    ['denied', 'Ce badge n’est plus valable'], ['kept', undefined], ['blocked', 'not_enrolled'], ['denied', 'misread'], ['blocked', 'lost'],
  ]);
});

test('a text that is no badge is said here, and sent to nobody', async () => {
  const hall = new Hall();
  await hall.desk.take({ result: 'not_a_badge', text: 'https://example.org/' });
  await hall.desk.take({ result: 'misread', text: 'TCB' });
  assert.deepEqual(hall.shown, [['denied', 'not_a_badge'], ['denied', 'misread']]);
  assert.deepEqual(hall.sent, []);
});

test('a badge held before the camera is one scan, as long as it is held', async () => {
  const hall = new Hall();
  for (let turn = 0; turn < 100; turn += 1) {
    hall.time = turn * 125;
    await hall.desk.take(badge('A'));
  }
  assert.deepEqual(hall.sent, ['A']);
  hall.time += 3000;
  await hall.desk.take(badge('A'));
  assert.deepEqual(hall.sent, ['A', 'A']);
});

test('a number typed twice is sent twice', async () => {
  const hall = new Hall();
  for (let turn = 0; turn < 2; turn += 1) await hall.desk.judgeReading({ result: 'ok', number: '123456' });
  assert.deepEqual(hall.sent, ['123456', '123456']);
});

test('a late answer does not take the screen of the next person', async () => {
  let answerFirst;
  const hall = new Hall({ A: new Promise((resolve) => { answerFirst = resolve; }) });
  const first = hall.desk.take(badge('A'));
  await hall.desk.take(badge('B'));
  answerFirst({ kind: 'answered', answer: { outcome: 'granted', title: 'Bonjour A' } });
  await first;
  assert.deepEqual(hall.shown.at(-1), ['granted', 'Bonjour B']);
});

test('the camera looks at the centre square, quickly or finely, every fifth time at the whole picture', () => {
  const square = { x: 420, y: 0, width: 1080, height: 1080, toWidth: 640, toHeight: 640 };
  const fine = { ...square, toWidth: 1080, toHeight: 1080 };
  assert.deepEqual([1, 2, 3].map((turn) => crop(1920, 1080, turn)), [fine, square, fine]);
  assert.deepEqual(crop(1920, 1080, 4), { x: 0, y: 0, width: 1920, height: 1080, toWidth: 1280, toHeight: 720 });
  assert.equal(crop(320, 240, 1).toWidth, 240);
});

test('pictures under 1280 x 720 are said to be small, whichever way the tablet is held', () => {
  assert.deepEqual([[1920, 1080], [720, 1280], [640, 480], [1280, 640]].map(([width, height]) => isSmall({ width, height })), [false, false, true, true]);
  assert.equal(isSmall({}), true);
});

/** A canvas that remembers whether it holds the known code. */
function canvas() {
  const dark = [];
  const context = { fillRect: (x, y, width) => (width > 6 ? dark.splice(0) : dark.push([x, y])), set fillStyle(colour) {} };
  return { dark, context };
}

test('a reader that misreads a known code, sees codes in nothing or answers nothing is not used', async () => {
  const { dark, context } = canvas();
  const right = async () => (dark.length ? [KNOWN_TEXT] : []);
  await prove(right, {}, context);
  assert.ok(dark.length > 150, 'the code was drawn');
  const wrong = [async () => (dark.length ? ['TIERSLIEV'] : []), async () => [KNOWN_TEXT], async () => [], async () => { throw new Error('out of memory'); }];
  for (const reader of wrong) await assert.rejects(prove(reader, {}, context));
});

test('without the service the kiosk says what it decided, and that it is kept', async () => {
  const hall = new Hall({ A: { kind: 'decided' } });
  await hall.desk.take(badge('A'));
  assert.deepEqual(hall.shown.at(-1), ['granted', 'reason_entered']);
  await hall.desk.leave();
  assert.deepEqual([hall.sent, hall.shown.at(-1)], [['A', 'A out'], ['granted', 'reason_left']]);
});

test('a badge shown after « I leave » goes out, the next one comes in, and so does one shown too late', async () => {
  const hall = new Hall();
  assert.equal(hall.desk.turnRound(), true);
  for (const token of 'AB') await hall.desk.take(badge(token));
  hall.desk.turnRound();
  assert.equal(hall.desk.turnRound(), false);
  hall.desk.turnRound();
  hall.time += 21000;
  await hall.desk.take(badge('C'));
  assert.deepEqual(hall.sent, ['A out', 'B', 'C']);
  hall.desk.forget();
  await hall.desk.leave();
  assert.equal(hall.sent.length, 3, 'nobody leaves for somebody who has gone');
});

test('a PIN goes with the badge it was asked of', async () => {
  const hall = new Hall({ A: { kind: 'answered', answer: { outcome: 'denied', asks: 'pin', title: 'Tapez aussi votre code' } } });
  await hall.desk.enterPin('123456');
  await hall.desk.take(badge('A'));
  assert.equal(hall.shown.at(-1)[0], 'pin');
  await hall.desk.enterPin('123456');
  assert.deepEqual(hall.shown.at(-1), ['granted', 'A 123456']);
});

test('a telephone whose code changes while it is held is one scan; two badges at once are none', async () => {
  const hall = new Hall();
  for (const token of ['TP1', 'TP2']) await hall.desk.take({ ...badge(token), claims: { handle: 'a1' } });
  for (let turn = 0; turn < 3; turn += 1) await hall.desk.takeNone();
  assert.deepEqual([hall.sent, hall.shown.slice(2)], [['TP1'], [['denied', 'ambiguous']]]);
});

test('a decision in words, the reservation that counts, the age of the list', () => {
  const told = tellDecision({ outcome: 'granted', reason: 'entered', direction: 'in', name: 'Sofia', slot: { place: 'Atelier', start: '14:00', end: '16:00' } });
  assert.deepEqual([told.key, told.plainKey, told.lines.map((line) => line.key), told.choices], ['reason_entered', 'reason_entered_nameless', ['slot_line', 'kept_note'], ['done', 'leave', 'call']]);
  assert.equal(tellDecision({ outcome: 'denied', reason: 'pass_stale', direction: 'in', name: '', why: 'clock' }).sentenceKey, 'clock_sentence');
  const asked = tellDecision({ outcome: 'ask', reason: 'pin_needed', direction: 'in', name: '', why: 'pin' });
  assert.deepEqual([asked.key, asked.sentenceKey], ['pin_offline_nameless', 'pin_offline_sentence']);
  const slots = [[100, 200, [1], 'Atelier'], [300, 400, [1], 'Salle']];
  assert.deepEqual([slotNow(slots, 250, String), slotNow(slots, 150, String).place, slotNow(slots, 400, String)], [{ place: 'Salle', start: '300', end: '400' }, 'Atelier', null]);
  const moment = (instant, isFar) => `${instant} ${isFar}`;
  assert.deepEqual([null, 0, 299, 300, 50000].map((age) => tellAge(age, 100000, moment)), [
    { key: 'age_none' }, { key: 'age_fresh' }, { key: 'age_fresh' }, { key: 'age_old', moment: '99700 false' }, { key: 'age_old', moment: '50000 true' },
  ]);
});
