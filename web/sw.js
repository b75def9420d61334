// Keeps the whole site for work offline. One cache is one build: a new build
// is fetched whole before it takes over, so two builds never mix.
"use strict";

importScripts("files.js"); // self.grapevineFiles = {version, files}, by the build

const { version, files } = self.grapevineFiles;
const prefix = `grapevine ${self.registration.scope} `;
const current = prefix + version;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(current);
    await cache.addAll(["./", ...files].map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(prefix) && name !== current) {
        await caches.delete(name);
      }
    }
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  event.respondWith((async () => {
    const cache = await caches.open(current);
    const kept = await cache.match(event.request, { ignoreSearch: true });
    return kept || fetch(event.request);
  })());
});
