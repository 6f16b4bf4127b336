// What the screen says for each reading, and whose screen it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crop } from '../../../web/src/kiosk/camera.js';
import { Desk } from '../../../web/src/kiosk/desk.js';

class Hall {
  constructor(outcomes = {}) {
    this.shown = [];
    this.sent = [];
    this.time = 0;
    this.desk = new Desk({
      record: async (badge) => {
        this.sent.push(badge);
        return outcomes[badge] ?? { kind: 'answered', answer: { outcome: 'granted', title: `Bonjour ${badge}` } };
      },
      screen: { show: (state, details = {}) => this.shown.push([state, details.key ?? details.title]) },
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
  for (let turn = 0; turn < 2; turn += 1) await hall.desk.judge({ result: 'ok', number: '123456' });
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

test('the camera looks at the centre square, every fifth time at the whole picture', () => {
  const square = { x: 420, y: 0, width: 1080, height: 1080, toWidth: 640, toHeight: 640 };
  assert.deepEqual([1, 2, 3].map((turn) => crop(1920, 1080, turn)), [square, square, square]);
  assert.deepEqual(crop(1920, 1080, 4), { x: 0, y: 0, width: 1920, height: 1080, toWidth: 1280, toHeight: 720 });
  assert.equal(crop(320, 240, 1).toWidth, 240);
});
