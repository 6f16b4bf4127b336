// Service worker of the kiosk: the page opens and reads badges without network. The page itself comes from the
// network when it can, its parts from the cache (their names change with their content). Changes are never kept.
// A tablet has no way back from a page that could not be loaded: whatever gets no answer ends at the kiosk's page.
// A newer worker takes over at once; the page of before goes on with its own parts until all it holds is sent.
// The build puts in the name of the cache and the list of parts.

const PAGE = '/kiosk';
const STATIC = '/static/';
const OURS = 'kiosk-';
/** Asks the kiosk's page to say that what was wanted got no answer. */
const NO_ANSWER = '?sans-reponse';
const PAGE_WITHIN = 4000;
/**
 * For the pages beside it, longer: nothing is kept to show in their place, and a small computer takes a second or two for
 * a pin. Who waits at a door has gone to somebody before long.
 */
const ANSWER_WITHIN = 6000;
const PARTS = __PRECACHE__.filter((address) => address !== PAGE);

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  const isGet = request.method === 'GET';
  if (isGet && address.pathname === PAGE) event.respondWith(page(request, address.search === NO_ANSWER));
  else if (isGet && address.pathname.startsWith(STATIC)) event.respondWith(part(request, address.pathname));
  else if (request.mode === 'navigate') event.respondWith(beside(request, address.pathname.startsWith(`${PAGE}/`)));
});

async function install() {
  const cache = await caches.open(__CACHE_NAME__);
  await cache.addAll(PARTS.map((address) => new Request(address, { cache: 'reload' })));
  // A device that is not enrolled yet has no page to keep: it is kept at its first visit.
  await page(new Request(PAGE, { cache: 'reload' })).catch(() => {});
  await self.skipWaiting();
}

async function activate() {
  const former = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== __CACHE_NAME__);
  // The last one before may be that of the page which is shown.
  await Promise.all(former.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page: fresh when the service answers in time, else the one kept; `isLost`: the one kept, at once. */
async function page(request, isLost = false) {
  const cache = await caches.open(__CACHE_NAME__);
  const kept = isLost && await cache.match(PAGE);
  if (kept) return kept;
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) await cache.put(PAGE, response.clone());
    return response;
  });
  const soon = Promise.race([fresh, silence(PAGE_WITHIN)]);
  try {
    const response = await soon;
    if (response.status < 500) return response;
  } catch {
    fresh.catch(() => {});
  }
  return (await cache.match(PAGE)) ?? fresh;
}

/**
 * Another page, or a form that is sent. One of the kiosk's own must come in time; one of somebody's own space is waited
 * for. The way back is a redirection: loaded once more, the page does not send the form again.
 */
async function beside(request, isOfKiosk) {
  const answer = fetch(request);
  try {
    const response = await (isOfKiosk ? Promise.race([answer, silence(ANSWER_WITHIN)]) : answer);
    if (response.status < 500 || !isOfKiosk) return response;
  } catch {
    answer.catch(() => {});
  }
  const cache = await caches.open(__CACHE_NAME__);
  return (await cache.match(PAGE)) ? Response.redirect(PAGE + NO_ANSWER, 303) : answer;
}

function silence(ms) {
  return new Promise((resolve, reject) => { setTimeout(() => reject(new Error('no answer')), ms); });
}

/** A part with a name of its own content: the kept one is right, whichever build kept it. */
async function part(request, address) {
  return (await caches.match(address)) ?? fetch(request);
}
