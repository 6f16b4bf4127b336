// The screen at a room's door. The page carries the rest of the day: what it shows stays right while the network is
// gone, and says since when it has no news. News come by a stream; each minute the page asks, if the stream is silent.

const root = document.querySelector('main[data-door]');
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const clock = new Intl.DateTimeFormat('fr-FR', { hour: '2-digit', minute: '2-digit', timeZone: root.dataset.zone });
const LOOK_MS = 5000;
const ASK_MS = 60000;
const ANSWER_MS = 20000;
const SEND_MS = 8000;
const SILENT_MS = 2.5 * ASK_MS;
let heardAt = Date.now();
let back;
/** How far the device's clock is behind the service's, in seconds: what was just made begins now. */
let skew = 0;
const served = (at = Date.now()) => new Date(at + skew * 1000);

/** Show the stretch of the day that is now; before the first and after the last, the nearest one. */
export function turn(items, seconds) {
  const at = items.findIndex((item) => seconds < Number(item.dataset.until));
  const now = items.at(at);
  for (const item of items) item.hidden = item !== now;
  return now;
}

function look() {
  root.querySelector('time').textContent = clock.format(served());
  const day = part('day');
  if (!day) return;
  const now = turn([...day.children], Date.now() / 1000 + skew);
  if (now) root.dataset.state = now.dataset.tone;
}

function measure() {
  const first = part('day')?.firstElementChild;
  if (first) skew = Number(first.dataset.from) - Date.now() / 1000;
}

function hear(text) {
  heardAt = Date.now();
  network(true);
  const day = part('day');
  if (!day) return;
  day.innerHTML = text;
  look();
}

function network(isThere) {
  const line = part('network');
  line.querySelector('b').textContent = clock.format(served(heardAt));
  line.hidden = isThere;
}

async function ask() {
  try {
    const answer = await fetch(root.dataset.now, { signal: AbortSignal.timeout(SEND_MS), redirect: 'error' });
    if (!answer.ok) throw new Error('no answer');
    hear(await answer.text());
    measure();
    look();
  } catch {
    network(false);
  }
}

function listen() {
  const stream = new EventSource(root.dataset.stream);
  stream.addEventListener('message', (event) => hear(event.data));
  stream.addEventListener('error', () => {
    ask();
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, ASK_MS);
  });
}

/** The room is shown again once the answer was read; whoever types their pin gets a minute. */
function comeBack() {
  clearTimeout(back);
  back = setTimeout(() => location.assign('/porte'), root.querySelector('.stage form') ? ASK_MS : ANSWER_MS);
}

/** A badge: the answer takes the page's place; without network it says so, and nothing typed is sent later. */
async function send(event) {
  event.preventDefault();
  const form = event.target;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(SEND_MS) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const main = page.querySelector('main[data-door]');
    if (!main) throw new Error('not our page');
    part('lost').hidden = true;
    root.dataset.state = main.dataset.state;
    root.querySelector('.stage').replaceWith(main.querySelector('.stage'));
    root.querySelector('.stage [autofocus]')?.focus();
    comeBack();
  } catch {
    network(false);
    part('lost').hidden = false;
    form.reset();
    form.querySelector('input:not([type="hidden"])').focus();
  }
}

measure();
look();
root.addEventListener('submit', send);
setInterval(look, LOOK_MS);
setInterval(() => { if (Date.now() - heardAt > SILENT_MS) ask(); }, ASK_MS);
window.addEventListener('online', ask);
if (root.querySelector('[data-answer]')) comeBack();
else listen();
