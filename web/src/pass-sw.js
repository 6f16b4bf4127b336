// Service worker of « Mon badge »: without network the page that draws the kept codes opens in its place. That page
// holds nothing of anybody; what belongs to the person is in the phone's own store and wiped from there.
// The build puts in the name of the cache and the list of parts.

const PAGE = '/mon-badge';
const SHELL = '/mon-badge/hors-ligne';
const OURS = 'pass-';
const PAGE_WITHIN = 4000;
const PARTS = __PRECACHE__;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (address.pathname === PAGE && request.mode === 'navigate') event.respondWith(page(request));
  else if (PARTS.includes(address.pathname)) event.respondWith(part(request, address.pathname));
});

async function install() {
  const cache = await caches.open(__CACHE_NAME__);
  await cache.addAll([SHELL, ...PARTS].map((address) => new Request(address, { cache: 'reload' })));
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== __CACHE_NAME__).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page when the service answers in time, else the one that draws what is kept. Never kept itself. */
async function page(request) {
  const late = new Promise((resolve) => { setTimeout(resolve, PAGE_WITHIN); });
  const response = await Promise.race([fetch(request).catch(() => undefined), late]);
  if (response && response.status < 500) return response;
  const cache = await caches.open(__CACHE_NAME__);
  return (await cache.match(SHELL)) ?? fetch(request);
}

/** A part with a name of its own content: the kept one is right. */
async function part(request, address) {
  const cache = await caches.open(__CACHE_NAME__);
  return (await cache.match(address)) ?? fetch(request);
}
