// Starts the page's program: the globals that go-app looks for, the program
// itself, beside it the trainer's first worker, and the service worker.
"use strict";

var goappUpdatedBeforeWasmLoaded = false;
var goappAppInstallChangedBeforeWasmLoaded = false;
var goappOnUpdate = () => { goappUpdatedBeforeWasmLoaded = true; };
var goappOnAppInstallChange = () => {};
var goappNav = () => {};

// The one page is "/" to the program, in whatever folder the site lies and
// whether or not index.html is named.
const goappEnvironment = { GOAPP_ROOT_PREFIX: location.pathname.replace(/\/$/, "") };
function goappGetenv(key) { return goappEnvironment[key]; }

// mendFragment makes a fragment one that every program can read: a % that
// begins no code stops go-app's. It runs before go-app hears of the address.
function mendFragment() {
  const mended = location.hash.replace(/%(?![0-9a-f]{2})/gi, "%25");
  if (mended !== location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search + mended);
  }
}
mendFragment();
window.addEventListener("popstate", mendFragment);

(() => {
  const root = document.documentElement;
  const bar = document.getElementById("boot");
  const soon = setTimeout(() => { bar.hidden = false; }, 1000); // a quick start shows no bar

  function fail(message) {
    clearTimeout(soon);
    root.dataset.run = "failed";
    bar.hidden = true;
    const page = document.querySelector(".page");
    page.inert = true; // nothing answers there
    const note = document.createElement("p");
    note.className = "error";
    note.textContent = message;
    note.setAttribute("role", "alert");
    page.before(note);
  }

  // counted passes bytes on and moves the progress bar; then says that all came.
  function counted(response, all) {
    const total = Number(response.headers.get("Content-Length"));
    let done = 0;
    return response.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        done += chunk.byteLength;
        if (total > 0) {
          bar.value = Math.min(1, done / total);
        }
        controller.enqueue(chunk);
      },
      flush: all,
    }));
  }

  // freeNetwork promises that the file has come, so that others may follow;
  // free() says so where the browser does not.
  function freeNetwork(file) {
    let free;
    const network = new Promise((resolve) => { free = resolve; });
    const observer = new PerformanceObserver((list) => {
      if (list.getEntries().some((entry) => entry.name.endsWith(`/${file}`))) {
        free();
      }
    });
    observer.observe({ type: "resource", buffered: true });
    network.then(() => observer.disconnect());
    return { free, network };
  }

  async function start() {
    for (const [name, what] of [["WebAssembly", "WebAssembly"], ["DecompressionStream", "unpacking gzip"], ["Worker", "web workers"]]) {
      if (!(name in window)) {
        fail(`This browser lacks what Grapevine needs (${what}). A current Chrome, Edge, Firefox or Safari has it.`);
        return;
      }
    }
    // The first picture; then the trainer's worker, for this thread will soon be
    // busy; then the program, which index.html asked the network for.
    const atMost = (ms, ...promises) => Promise.race([Promise.all(promises), new Promise((resolve) => setTimeout(resolve, ms))]);
    await atMost(100, new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    const parts = self.grapevineParts;
    const { free, network } = freeNetwork(parts.page);
    const linked = location.hash.length > 1;
    const up = window.grapevine.prepare(network, /[#&]data=/.test(location.hash) ? [] : parts.opening, linked ? "" : parts.firstMessage);
    await atMost(100, up);
    const response = await fetch(parts.page);
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    if (self.grapevineIsUnpacked(response)) {
      free(); // it did not come by the network
    }
    const program = await self.grapevineCompile(response, (whole) => counted(whole, free));
    free();
    const go = new Go();
    await go.run(await WebAssembly.instantiate(program, go.importObject));
    fail("The page stopped. Reload it to go on.");
  }

  start().catch((error) => {
    console.error(error);
    fail(`The page could not start: ${error.message}. Reload it to try again.`);
  });

  // started is when the program has the stage and all else it needs to train.
  const started = new Promise((resolve) => {
    const seen = [];
    new PerformanceObserver((list, observer) => {
      seen.push(...list.getEntries().map((entry) => entry.name));
      if (seen.includes("stage") && seen.includes("playable")) {
        observer.disconnect();
        resolve();
      }
    }).observe({ type: "mark", buffered: true });
  });

  // A newer build that was fetched during an earlier visit takes over now,
  // before anything was done here, unless another tab still works with the
  // older one: then, as when it comes during this visit, a note says so.
  async function keepForOffline() {
    const workers = navigator.serviceWorker;
    const registration = await workers.getRegistration() || await (async () => {
      await started; // what it fetches must not hold up the page
      return workers.register("sw.js", { updateViaCache: "none" });
    })();
    const controlled = workers.controller !== null;
    let wanted = false; // reload as soon as the newer build is in charge
    workers.addEventListener("controllerchange", () => {
      if (wanted) {
        location.reload();
      } else if (controlled) {
        note(); // another tab made the newer build take over
      }
    });
    workers.addEventListener("message", (event) => {
      if (event.data === "others are open") {
        note();
      }
    });
    const take = (force) => {
      wanted = true;
      registration.waiting.postMessage(force ? "take over" : "take over if alone");
    };

    function note() {
      wanted = false;
      if (document.getElementById("update")) {
        return;
      }
      const box = document.createElement("div");
      box.id = "update";
      box.className = "update";
      box.setAttribute("role", "status");
      box.append("A new version of Grapevine is here. This page goes on with the old one until you reload it.");
      const button = document.createElement("button");
      button.textContent = "Reload";
      button.addEventListener("click", () => registration.waiting ? take(true) : location.reload());
      box.append(button);
      document.body.append(box);
    }

    if (registration.waiting && workers.controller) {
      take(false);
    }
    registration.addEventListener("updatefound", () => {
      const fresh = registration.installing;
      fresh.addEventListener("statechange", () => {
        if (fresh.state === "installed" && workers.controller) {
          note();
        }
      });
    });
    registration.update().catch(() => { /* offline: the build that is here goes on */ });
  }

  if ("serviceWorker" in navigator) {
    keepForOffline().catch((error) => console.warn("no work offline:", error));
  }
})();
