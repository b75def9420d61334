// Starts the page: the globals go-app's program looks for, the program
// itself, and the service worker.
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

(() => {
  const root = document.documentElement;

  // The look chosen before, at once, so that nothing flashes.
  try {
    const theme = localStorage.getItem("grapevine-theme");
    if (theme === "light" || theme === "dark") {
      root.dataset.theme = theme;
      root.style.colorScheme = theme;
    }
  } catch { /* no storage: the system's look */ }

  const bar = document.getElementById("boot");
  const soon = setTimeout(() => { bar.hidden = false; }, 1000); // a quick start shows no bar

  function fail(message) {
    clearTimeout(soon);
    root.dataset.run = "failed";
    bar.hidden = true;
    let note = document.getElementById("boot-note");
    if (!note) { // the program had taken the shell's place
      note = document.createElement("p");
      document.body.prepend(note);
    }
    note.textContent = message;
    note.setAttribute("role", "alert");
  }

  // counted passes bytes on and moves the progress bar.
  function counted(response) {
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
    }));
  }

  async function start() {
    for (const [name, what] of [["WebAssembly", "WebAssembly"], ["DecompressionStream", "unpacking gzip"], ["Worker", "web workers"]]) {
      if (!(name in window)) {
        fail(`This browser lacks what Grapevine needs (${what}). A current Chrome, Edge, Firefox or Safari has it.`);
        return;
      }
    }
    const response = await fetch(self.grapevineParts.page);
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    const plain = await self.grapevineUnpack(counted(response));
    const go = new Go();
    const { instance } = await WebAssembly.instantiateStreaming(
      new Response(plain, { headers: { "Content-Type": "application/wasm" } }), go.importObject);
    await go.run(instance);
    fail("The page stopped. Reload it to go on.");
  }

  start().catch((error) => {
    console.error(error);
    fail(`The page could not start: ${error.message}. Reload it to try again.`);
  });

  // A newer build that was fetched during an earlier visit takes over now,
  // before anything was done here.
  async function keepForOffline() {
    const workers = navigator.serviceWorker;
    const known = await workers.getRegistration();
    if (known?.waiting && workers.controller) {
      workers.addEventListener("controllerchange", () => location.reload(), { once: true });
      known.waiting.postMessage("take over");
      return;
    }
    await workers.register("sw.js", { updateViaCache: "none" });
  }

  if ("serviceWorker" in navigator) {
    keepForOffline().catch((error) => console.warn("no work offline:", error));
  }
})();
