// Links beside the screen: followed when the service has just answered, never from under somebody's message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Links } from '../../../web/src/kiosk/links.js';

const LINK = { dataset: { do: 'staff' }, href: '/kiosk/equipe' };

/** Links of a kiosk that thinks `before` of its network; the service answers or not, and `meanwhile` happens. */
function kiosk({ before = true, answers = true, isEnrolled = true, meanwhile = () => {} } = {}) {
  const found = { went: [], said: [], past: [] };
  const sender = {
    state: { isOnline: before, isEnrolled },
    reach: async () => { meanwhile(screen); sender.state.isOnline = answers; return answers ? { status: 200 } : null; },
  };
  const screen = { details: {}, sendToDesk: (key) => { screen.details = { key }; found.said.push(key); } };
  const instead = { no_badge: () => found.said.push('visits') };
  const links = new Links({ sender, screen, url: 'state', instead, go: (address) => found.went.push(address) });
  return { links, found, sender };
}

test('a link is followed when the service answers, whatever is not known yet', async () => {
  for (const before of [true, null]) {
    const { links, found } = kiosk({ before });
    await links.follow(LINK);
    assert.deepEqual([found.went, found.said], [['/kiosk/equipe'], []]);
  }
});

test('a silent service is said, with what to do', async () => {
  const { links, found } = kiosk({ answers: false });
  await links.follow(LINK);
  await links.follow({ ...LINK, dataset: { do: 'no_badge' } });
  assert.deepEqual([found.went, found.said], [[], ['offline_page', 'visits']]);
});

test('a kiosk that knows it is offline says so and stays, and learns that the service is back', async () => {
  const { links, found, sender } = kiosk({ before: false });
  await links.follow(LINK);
  assert.deepEqual([found.went, found.said, sender.state.isOnline], [[], ['offline_page'], true]);
  await links.follow(LINK);
  assert.deepEqual(found.went, ['/kiosk/equipe']);
});

test('somebody who was read meanwhile keeps their message', async () => {
  for (const answers of [true, false]) {
    const { links, found } = kiosk({ answers, meanwhile: (screen) => { screen.details = { key: 'welcome' }; } });
    await links.follow(LINK);
    assert.deepEqual([found.went, found.said], [[], []]);
  }
});

test('a kiosk that was stopped stays on its screen', async () => {
  const { links, found } = kiosk({ isEnrolled: false });
  await links.follow(LINK);
  assert.deepEqual([found.went, found.said], [[], []]);
});

test('a page in place of an answer says so once', () => {
  const { links, found } = kiosk();
  const past = { replaceState: (...given) => found.past.push(given[2]) };
  links.tellLost({ search: '?sens=sortie', pathname: '/kiosk' }, past);
  links.tellLost({ search: '?sans-reponse', pathname: '/kiosk' }, past);
  assert.deepEqual([found.said, found.past], [['no_answer'], ['/kiosk']]);
});
