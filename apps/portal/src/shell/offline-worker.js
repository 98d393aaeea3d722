// The offline shell: the portal's own files, kept under the version of the build. Nothing of the API is ever kept here, so
// signing out leaves no media and no answers behind. Vite's plugin in build/ fills in the two constants.
const version = '__VERSION__';
const shell = ['__SHELL__'];
const cacheName = `holdfast-shell-${version}`;
// Nothing here depends on who asks, whatever a proxy in between adds about it.
const lookUp = { cacheName, ignoreVary: true };

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      // The page itself is only given to those who ask for a page.
      .then((cache) =>
        cache.addAll(shell.map((path) => new Request(path, { cache: 'no-cache', headers: { accept: 'text/html, */*' } }))),
      )
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith('holdfast-shell-') && name !== cacheName).map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (/^\/(api|health|metrics)(\/|$)/.test(url.pathname)) return;
  // Pages: the appliance first, so that an update is seen at once; the kept shell when it is away.
  if (event.request.mode === 'navigate') {
    event.respondWith(fetch(event.request).catch(() => caches.match('/', lookUp)));
    return;
  }
  event.respondWith(caches.match(event.request, lookUp).then((kept) => kept ?? fetch(event.request)));
});
