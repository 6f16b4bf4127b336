// « Mon badge »: a new code each half minute, also without network; the screen stays lit. Without this script the
// page comes fresh from the service every twenty seconds.
import { Book, ownStore } from './pass/book.js';
import { outline } from './pass/code.js';

const FETCH_EVERY_S = 600;
const RETRY_S = 20;
const OFFLINE = 'offline';
const root = document.querySelector('[data-pass]');
const book = new Book(ownStore());
let [fetchedAt, triedAt, drawn, isOffline] = [-Infinity, -Infinity, '', root?.dataset.pass === OFFLINE];

const part = (name) => root.querySelector(`[data-part=${name}]`);
const clock = () => performance.now() / 1000;

/** More passes, when the service answers. Says so when this phone carries nothing any more. */
async function fetchMore() {
  triedAt = clock();
  try {
    const response = await fetch(root.dataset.passes, { headers: { accept: 'application/json' }, cache: 'no-store' });
    if ([401, 404].includes(response.status)) return putDown();
    isOffline = !response.ok;
    if (!response.ok) return undefined;
    book.put(await response.json());
    fetchedAt = clock();
  } catch {
    isOffline = true;
  }
  return show();
}

function putDown() {
  book.wipe();
  location.reload();
}

function show() {
  const text = book.current();
  if (text && text !== drawn) draw(text);
  part('card').hidden = !text && root.dataset.pass === OFFLINE;
  part('left').value = Math.ceil(book.left());
  part('left').hidden = !text;
  say(text);
}

function draw(text) {
  drawn = text;
  root.querySelector('.badge-code path:last-child').setAttribute('d', outline(text));
  root.querySelector('.badge-code').setAttribute('viewBox', '0 0 49 49');
  part('name').textContent = book.kept.name;
  part('number').textContent = book.kept.number.replace(/(?=...$)/, '\u00a0');
}

function say(text) {
  const { empty, offline, ahead } = root.dataset;
  const until = new Date(1000 * (book.kept?.until ?? 0)).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const sentence = !text && isOffline ? empty : (isOffline ? offline : ahead).replace('…', until);
  const said = [sentence, isOffline ? '' : book.kept?.why].filter(Boolean).join(' ');
  if (part('state').textContent !== said) part('state').textContent = said;
}

function tick() {
  const since = clock() - (isOffline ? triedAt : fetchedAt);
  if (since > (isOffline ? RETRY_S : FETCH_EVERY_S) || (!book.current() && clock() - triedAt > RETRY_S)) fetchMore();
  show();
}

/** The screen stays lit while the code is looked at; where the browser cannot, nothing is lost. */
async function keepLit() {
  if (document.visibilityState === 'visible') await navigator.wakeLock?.request('screen').catch(() => {});
}

/** A phone is small, and may lie on its side: the code comes whole, with as much around it as there is room for. */
async function bringIntoSight() {
  history.scrollRestoration = 'manual';
  await document.fonts.ready;
  for (const shown of [part('card'), root.querySelector('.badge-code')]) shown.scrollIntoView({ block: 'nearest' });
}

if (root?.dataset.pass === 'none') book.wipe();
else if (root) {
  document.querySelector('form[data-wipe]')?.addEventListener('submit', () => book.wipe());
  document.addEventListener('visibilitychange', () => { keepLit(); tick(); });
  addEventListener('online', fetchMore);
  navigator.serviceWorker?.register(root.dataset.worker, { scope: root.dataset.scope }).catch(() => {});
  keepLit();
  bringIntoSight();
  fetchMore();
  show();
  setInterval(tick, 1000);
}
