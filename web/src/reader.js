// The page that tries a badge reader: shows each key as received, and says which setting is wrong.
import { findings, textOf } from './kiosk/reader-check.js';
import { usCharacter } from './kiosk/wedge.js';

const QUIET_MS = 1200;
const MOST_KEYS = 400;
const root = document.querySelector('[data-reader]');
const part = (name) => root.querySelector(`[data-part="${name}"]`);
let keys = [];
let timer = 0;

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const isEnd = event.key === 'Enter' || event.key === 'Tab';
  // A person walks through the page with the same key: only the end of a scan is taken from them.
  if (isEnd && keys.length < 4) return;
  const us = usCharacter(event);
  if (!isEnd && event.key.length !== 1 && !us) return;
  event.preventDefault();
  clearTimeout(timer);
  if (isEnd) {
    tell(event.key);
    return;
  }
  keys.push({ plain: event.key.length === 1 ? event.key : '', us, code: event.code, caps: event.getModifierState('CapsLock'), time: event.timeStamp });
  keys = keys.slice(-MOST_KEYS);
  timer = setTimeout(() => tell(''), QUIET_MS);
}

function tell(end) {
  const found = findings(keys, end);
  for (const item of root.querySelectorAll('[data-finding]')) item.hidden = !found.includes(item.dataset.finding);
  part('plain').textContent = textOf(keys, 'plain');
  part('us').textContent = textOf(keys, 'us');
  part('codes').textContent = keys.map((key) => key.code).join(' ');
  for (const name of ['result', 'details']) part(name).hidden = false;
  keys = [];
}

document.addEventListener('keydown', onKey, true);
part('ready').hidden = false;
part('form').hidden = true;
