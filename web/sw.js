// Keeps the whole site for work offline. One cache is one build: a new build
// is fetched whole before it takes over, when the page says so at its own
// start, so two builds never mix. Digits beyond those the page opens with are
// kept as they are used.
"use strict";

importScripts("files.js"); // self.grapevineFiles = {version, files}, by the build

const { version, files } = self.grapevineFiles;
const prefix = `grapevine ${self.registration.scope} `;
const current = prefix + version;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(current);
    await cache.addAll(["./", ...files].map((file) => new Request(file, { cache: "reload" })));
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

self.addEventListener("message", (event) => {
  if (event.data === "take over") {
    self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  event.respondWith((async () => {
    const cache = await caches.open(current);
    const kept = await cache.match(event.request, { ignoreSearch: true });
    if (kept) {
      return kept;
    }
    const response = await fetch(event.request);
    if (response.ok && /\/mnist\d\d\/[a-z]+-\d\d\.gz$/.test(url.pathname)) {
      await cache.put(event.request, response.clone());
    }
    return response;
  })());
});
