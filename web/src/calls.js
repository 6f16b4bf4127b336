// The page of calls: a sound when somebody calls and while they wait, beside what the page and its title show. It sounds
// only after somebody has touched the page, and never on a device where it was switched off.
import { Sounds } from './kiosk/sound.js';

const MUTED = 'calls-muted';
const AGAIN_MS = 20_000;

const list = document.querySelector('#calls');
const panel = document.querySelector('[data-sound]');
const status = panel.querySelector('[role=status]');
const mute = panel.querySelector('[data-mute]');
const title = document.title;
const sounds = new Sounds({ isOn: localStorage.getItem(MUTED) !== 'yes' });
let isAwake = false;
let known = new Set();

/** Say whether a call would sound here. */
function tell() {
  mute.setAttribute('aria-pressed', String(!sounds.isOn));
  const state = sounds.isOn ? (isAwake ? 'awake' : 'asleep') : 'muted';
  if (status.textContent !== status.dataset[state]) status.textContent = status.dataset[state];
}

/** What waits now: in the title, and heard when it is new. */
function look() {
  const waiting = new Set(Array.from(list.querySelectorAll('[data-waits]'), (one) => one.id));
  if ([...waiting].some((id) => !known.has(id))) sounds.play('called');
  known = waiting;
  document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
}

async function wake() {
  isAwake = await sounds.wake();
  tell();
}

// A click, not the press that begins it: what is said then may move the button from under the finger.
document.addEventListener('click', wake, { once: true });
panel.querySelector('[data-try]').addEventListener('click', async () => {
  await wake();
  sounds.play('called');
});
mute.addEventListener('click', () => {
  sounds.isOn = !sounds.isOn;
  localStorage.setItem(MUTED, sounds.isOn ? 'no' : 'yes');
  tell();
});
new MutationObserver(look).observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-waits'] });
setInterval(() => known.size && sounds.play('called'), AGAIN_MS);
panel.hidden = false;
tell();
look();
