// The kiosk at the door: badge by camera, by reader or typed; a screen that answers; passages kept without network.
import { choose, read } from './kiosk/badge.js';
import { Camera } from './kiosk/camera.js';
import { Desk } from './kiosk/desk.js';
import { chooseOutbox } from './kiosk/memory.js';
import * as disk from './kiosk/outbox.js';
import { Screen } from './kiosk/screen.js';
import { callService, Sender } from './kiosk/sender.js';
import { Sounds } from './kiosk/sound.js';
import { Wedge } from './kiosk/wedge.js';
import { Words } from './kiosk/words.js';

const CHECK_EVERY_MS = 60000;
const SILENT = 'kiosk-is-silent';
const root = document.querySelector('main[data-kiosk]');
const { dataset } = root;
const later = (work, ms) => setTimeout(work, ms);
const cancel = (timer) => clearTimeout(timer);

async function open() {
  const words = new Words(document.querySelectorAll('template[data-language]'), document.documentElement.lang);
  const outbox = await chooseOutbox(disk);
  const screen = new Screen({ root, words, onLeave: () => calm(), later, cancel });
  const sender = new Sender({
    outbox,
    call: (url, body, ms) => callService(url, body, ms, words.language),
    onState: (state) => screen.network(state, outbox.isDurable),
    urls: { scans: dataset.scans, batch: dataset.batch, state: dataset.stateUrl },
    later,
    cancel,
    locks: navigator.locks ?? { request: (name, options, work) => work({}) },
  });
  const sounds = new Sounds({ isOn: localStorage.getItem(SILENT) === null });
  const desk = new Desk({ record: (badge) => sender.record(badge), screen, sounds });

  /** Between two people: the house's language and size of text, and a newer page if there is one. */
  function calm() {
    words.reset();
    screen.enlarge(false);
    screen.retell();
    if (isOutdated) location.reload();
  }

  let isOutdated = false;
  new Wedge({ read, onScan: (reading) => desk.take(reading), later, cancel }).listen(document);
  takeActions({ screen, words, desk, sounds });
  screen.press('sound', sounds.isOn);
  followNetwork(sender);
  showClock();
  screen.show('waiting');
  screen.retell();
  openCamera(desk);
  keepShell(() => {
    isOutdated = true;
    if (screen.state === 'waiting') calm();
  });
  await sender.check();
}

function openCamera(desk) {
  const video = root.querySelector('video');
  const onTexts = (texts) => {
    const reading = choose(texts);
    if (reading) desk.take(reading);
  };
  const onState = (isOn) => { video.hidden = !isOn; };
  if (navigator.mediaDevices) new Camera({ video, workerUrl: dataset.worker, onTexts, onState }).watch();
}

function takeActions({ screen, words, desk, sounds }) {
  const html = document.documentElement;
  const actions = {
    type: () => screen.show('typing'),
    close: () => screen.leave(),
    done: () => screen.leave(),
    language: () => { words.switch(); screen.retell(); },
    sound: () => {
      sounds.isOn = !sounds.isOn;
      if (sounds.isOn) localStorage.removeItem(SILENT);
      else localStorage.setItem(SILENT, 'yes');
      screen.press('sound', sounds.isOn);
    },
    larger: () => screen.enlarge(!html.hasAttribute('data-large')),
  };
  root.addEventListener('click', (event) => {
    const action = event.target.closest('[data-do]')?.dataset.do;
    if (!actions[action]) return;
    event.preventDefault();
    actions[action]();
  });
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const field = event.target.elements.badge;
    const reading = read(field.value);
    field.value = '';
    desk.judge(reading.result === 'not_a_badge' ? { result: 'misread_number' } : reading);
  });
  for (const kind of ['pointerdown', 'keydown']) root.addEventListener(kind, () => screen.stay());
}

/** Try again when there is reason to hope; believe only answers, not what the browser thinks of its network. */
function followNetwork(sender) {
  setInterval(() => sender.check(), CHECK_EVERY_MS);
  window.addEventListener('online', () => sender.check());
  window.addEventListener('focus', () => sender.check());
  document.addEventListener('visibilitychange', () => { if (!document.hidden) sender.check(); });
}

function showClock() {
  const clock = root.querySelector('time');
  const format = new Intl.DateTimeFormat('fr-FR', { hour: '2-digit', minute: '2-digit' });
  const tick = () => { clock.textContent = format.format(new Date()); };
  tick();
  setInterval(tick, 5000);
}

async function keepShell(onNewer) {
  if (!navigator.serviceWorker) return;
  const hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (hadOne) onNewer(); });
  await navigator.serviceWorker.register(dataset.serviceWorker).catch(() => {});
  await navigator.storage?.persist?.().catch(() => {});
}

open();
