// Starts the trainer's workers: one conductor, which the page talks to, and
// hands, which train for it through ports.
"use strict";

window.grapevine = (() => {
  // A module with one SIMD instruction: i8x16.splat, then popcnt of it.
  const simd = "WebAssembly" in window && WebAssembly.validate(new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
  ]));
  const mostWorkers = 16;
  const base = new URL("./", document.baseURI).href;
  let compiled = null;

  async function compile() {
    const response = await fetch(simd ? self.grapevineParts["trainer-simd"] : self.grapevineParts.trainer);
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    const plain = await self.grapevineUnpack(response.body);
    return WebAssembly.compileStreaming(new Response(plain, { headers: { "Content-Type": "application/wasm" } }));
  }

  // prepare begins to fetch and compile the trainer; later calls find it so.
  function prepare() {
    compiled ||= compile();
    compiled.catch(() => { /* trainer says so */ });
    return compiled;
  }

  return {
    simd,
    prepare,
    // How many hands: one for each core. The conductor hardly works.
    workers: Math.max(1, Math.min(mostWorkers, navigator.hardwareConcurrency || 1)),

    // trainer starts a conductor and its hands; without hands the conductor
    // does all the work, as one of many that sweep. onMessage gets every message
    // the conductor sends, as text; post(text) sends it one; close() ends all.
    trainer(count, onMessage) {
      const workers = [];
      const early = [];
      let conductor = null;
      let closed = false;

      function failed(message) {
        if (!closed) {
          onMessage(JSON.stringify({ kind: "failed", body: { key: "", message } }));
        }
      }

      function spawn(message, ports) {
        const worker = new Worker("trainer.js");
        worker.onerror = (event) => failed(`A worker failed: ${event.message || "it could not be started"}. Reload the page to go on.`);
        worker.postMessage(message, ports);
        workers.push(worker);
        return worker;
      }

      (async () => {
        const module = await prepare();
        if (closed) {
          return;
        }
        const ports = [];
        for (let i = 0; i < count; i++) {
          const { port1, port2 } = new MessageChannel();
          ports.push(port1);
          spawn({ role: "hand", module, base, port: port2 }, [port2]);
        }
        conductor = spawn({ role: "conductor", module, base, ports }, ports);
        conductor.onmessage = (event) => onMessage(event.data);
        early.forEach((text) => conductor.postMessage(text));
      })().catch((error) => {
        compiled = null;
        failed(`The trainer could not start: ${error.message}. Reload the page to try again.`);
      });

      return {
        post(text) {
          if (conductor) {
            conductor.postMessage(text);
          } else {
            early.push(text);
          }
        },
        close() {
          closed = true;
          workers.forEach((worker) => worker.terminate());
        },
      };
    },
  };
})();
