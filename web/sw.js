// Keeps the whole site for work offline. One cache is one build: a new build
// is fetched whole before it takes over, when the page says so at its own
// start, so two builds never mix. Digits beyond those the page opens with are
// kept as they are used.
"use strict";

importScripts("unpack.js", "files.js"); // self.grapevineFiles = {version, files}, by the build

const { version, files } = self.grapevineFiles;
const prefix = `grapevine ${self.registration.scope} `;
const current = prefix + version;
const named = /\.[0-9a-f]{12}\.wasm\.gz$/; // by a checksum of what they hold

// fetched asks the host, not the browser's cache, unless the file's name says
// what it holds: the page has just fetched those. Many hosts redirect
// index.html to its folder; browsers refuse to show a page from a response
// that was redirected, so what arrives is wrapped anew. Programs are kept
// unpacked: to unpack them takes longer than to read the more bytes.
async function fetched(file) {
  const response = await fetch(file, { cache: named.test(file) ? "default" : "reload" });
  if (!response.ok) {
    throw new Error(`${response.url}: ${response.status}`);
  }
  if (named.test(file)) {
    return new Response(await self.grapevineUnpack(response.body), { headers: { "Content-Type": "application/wasm", "X-Unpacked": "gzip" } });
  }
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(current);
    await Promise.all(["./", ...files].map(async (file) => cache.put(file, await fetched(file))));
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

// A tab asks for this build to take over. A tab that works with the older one
// would then find its files gone, so without force it must be the only one.
self.addEventListener("message", (event) => {
  if (event.data === "take over") {
    self.skipWaiting(); // never waited for: it would wait for this event
  } else if (event.data === "take over if alone") {
    event.waitUntil((async () => {
      const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      if (tabs.filter((tab) => tab.frameType !== "nested").length <= 1) {
        self.skipWaiting();
      } else {
        event.source.postMessage("others are open");
      }
    })());
  }
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  event.respondWith((async () => {
    const cache = await caches.open(current);
    const kept = await cache.match(event.request, { ignoreSearch: true, ignoreVary: true });
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
