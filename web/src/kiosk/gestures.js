// The buttons of the kiosk, by the name each carries in data-do, and its two forms. A touch keeps the message.
import { read } from './badge.js';
import { storage } from './storage.js';

/** Listen to the buttons and forms of the page. */
export function takeGestures({ root, screen, words, desk, sounds, speech, wishes, links, visits, evacuation, keeper, isSilent }) {
  const actions = {
    type: () => screen.show('typing'),
    close: () => screen.leave(),
    done: () => screen.leave(),
    direction: () => keeper.goOut(desk.turnRound()),
    leave: () => desk.leave(),
    desk: () => wishes.takeDesk(),
    call: () => wishes.callSomebody(),
    visit: (button) => visits.arrive(button.dataset.band, screen.people),
    visit_out: () => visits.leave(screen.people),
    visit_undo: () => visits.undo(),
    visit_again: (link) => links.follow(link),
    no_badge: (link) => links.follow(link),
    own_space: (link) => links.follow(link),
    staff: (link) => links.follow(link),
    language: () => { words.switch(); screen.retell(); },
    larger: () => screen.enlarge(!document.documentElement.hasAttribute('data-large')),
    speak: () => { speech.turn(!speech.isOn); screen.press('speak', speech.isOn); },
    sound: () => {
      sounds.isOn = !sounds.isOn;
      if (sounds.isOn) storage('local').removeItem(isSilent);
      else storage('local').setItem(isSilent, 'yes');
      screen.press('sound', sounds.isOn);
    },
    evacuation: async () => {
      await evacuation.draw(screen.parts.list);
      screen.show('list');
    },
    print: () => print(),
  };
  root.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-do]');
    const action = actions[pressed?.dataset.do];
    if (!action) return;
    event.preventDefault();
    action(pressed);
  });
  root.addEventListener('submit', (event) => {
    const { badge, pin } = event.target.elements;
    const field = badge ?? pin;
    if (!field) return;
    event.preventDefault();
    const { value } = field;
    field.value = '';
    if (pin) desk.enterPin(value);
    else typed(desk, value);
  });
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, () => screen.stay());
}

function typed(desk, value) {
  const reading = read(value);
  desk.judgeReading(reading.result === 'not_a_badge' ? { result: 'misread_number' } : reading);
}
