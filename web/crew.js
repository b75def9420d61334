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
  // How many hands: one for each core. The conductor hardly works.
  const workers = Math.max(1, Math.min(mostWorkers, navigator.hardwareConcurrency || 1));
  let first = null; // the trainer's first worker, and the module that it compiled

  // paired are the channels between a conductor and so many hands.
  const paired = (count) => Array.from({ length: count }, () => new MessageChannel());

  // begin starts the first worker. When it may fetch, it fetches and compiles
  // the trainer beside the page's own start, which keeps the page's thread busy.
  // It conducts so many hands; every later worker gets the module from it. ahead
  // are the digits that it is likely to be asked for first, and opening, if any,
  // is the first message that the page will have for it: it is sent at once, and
  // the answer waits for the page.
  function begin(count, may = Promise.resolve(), ahead = [], opening = "") {
    const channels = paired(count);
    const worker = new Worker("trainer.js");
    const heard = [];
    const begun = first = { worker, hands: channels.map((channel) => channel.port2), heard, hear: (text) => heard.push(text), free: true, opening };
    let isUp;
    begun.up = new Promise((resolve) => { isUp = resolve; });
    begun.module = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (typeof data === "string") {
          begun.hear(data);
        } else if (data.up) {
          isUp();
        } else if (data.module) {
          resolve(data.module);
        } else {
          reject(new Error(data.problem));
        }
      };
      worker.onerror = (event) => reject(new Error(event.message || "a worker could not be started"));
    });
    begun.module.catch(() => { // trainer says so; another call tries anew
      worker.terminate();
      first = null;
    });
    const ports = channels.map((channel) => channel.port1);
    const source = new URL(simd ? self.grapevineParts["trainer-simd"] : self.grapevineParts.trainer, base).href;
    begun.told = may.then(() => {
      worker.postMessage({ role: "conductor", source, base, ports, ahead }, ports);
      if (opening) {
        worker.postMessage(opening);
      }
    });
    return begun;
  }

  return {
    simd,
    workers,

    // prepare begins what trainer(workers) goes on with: see begin. free promises
    // that the network is free for it. It promises that the worker is there: to
    // start one the browser needs this thread, which has other work for it too.
    prepare(free, ahead, opening) { return begin(workers, free, ahead, opening).up; },

    // trainer starts a conductor and its hands; without hands the conductor
    // does all the work, as one of many that sweep. onMessage gets every message
    // the conductor sends, as text; post(text) sends it one; close() ends all.
    trainer(count, onMessage) {
      const started = [];
      const early = [];
      let conductor = null;
      let closed = false;
      let sent = ""; // ahead of the page's first message, which is the same

      function failed(message) {
        if (!closed) {
          onMessage(JSON.stringify({ kind: "failed", body: { key: "", message } }));
        }
      }

      // follow makes a worker one of this trainer's.
      function follow(worker) {
        worker.onerror = (event) => failed(`A worker failed: ${event.message || "it could not be started"}. Reload the page to go on.`);
        started.push(worker);
        return worker;
      }

      function spawn(message, ports) {
        const worker = follow(new Worker("trainer.js"));
        worker.postMessage(message, ports);
        return worker;
      }

      (async () => {
        const begun = first || begin(count);
        const own = begun.free && begun.hands.length === count;
        let answered = Promise.resolve();
        if (own) {
          begun.free = false;
          sent = begun.opening;
          answered = new Promise((resolve) => {
            begun.hear = (text) => {
              resolve();
              return closed || onMessage(text);
            };
            setTimeout(resolve, 1000);
          });
          await begun.told;
          begun.heard.forEach(begun.hear);
          conductor = begun.worker; // what it hears before it has compiled waits in it
          early.forEach((text) => conductor.postMessage(text));
        }
        const module = await begun.module;
        if (own) {
          follow(begun.worker);
        }
        // Hands have nothing to do before the conductor has its digits, and
        // would take the cores from it. What it sends them waits in the ports.
        await answered;
        if (closed) {
          started.forEach((worker) => worker.terminate());
          return;
        }
        let { hands } = begun;
        if (!own) {
          const channels = paired(count);
          const ports = channels.map((channel) => channel.port1);
          hands = channels.map((channel) => channel.port2);
          conductor = spawn({ role: "conductor", module, base, ports }, ports);
          conductor.onmessage = ({ data }) => {
            if (typeof data === "string") { // not that it is up
              onMessage(data);
            }
          };
          early.forEach((text) => conductor.postMessage(text));
        }
        hands.forEach((port) => spawn({ role: "hand", module, base, port }, [port]));
      })().catch((error) => failed(`The trainer could not start: ${error.message}. Reload the page to try again.`));

      return {
        post(text) {
          const known = text === sent;
          sent = "";
          if (known) {
            return;
          }
          if (conductor) {
            conductor.postMessage(text);
          } else {
            early.push(text);
          }
        },
        close() {
          closed = true;
          started.forEach((worker) => worker.terminate());
        },
      };
    },
  };
})();
