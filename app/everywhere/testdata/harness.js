// Carries the experiments of /experiments out on the shipped trainer, through
// the site's own crew.js, or one of them on the site's page itself, in a
// frame, and reports to the test that serves this page.
"use strict";

(() => {
  const here = new URL("../", document.baseURI);

  function report(what) {
    return fetch(new URL("report", here), { method: "POST", body: JSON.stringify(what) });
  }

  // carryOut gives the experiments to one crew, each when the one before is
  // finished, and promises their digests.
  function carryOut(workers, experiments) {
    return new Promise((resolve, reject) => {
      const digests = [];
      const trainer = window.grapevine.trainer(workers, (text) => {
        // What a run's course sends is plain, its kind first; the rest is JSON.
        const { kind, body } = text.startsWith("{") ? JSON.parse(text) : { kind: text.split(" ", 1)[0] };
        const { name, train } = experiments[digests.length];
        switch (kind) {
          case "paused": // after round 0: the run is ready
            trainer.post(train);
            break;
          case "finished":
            digests.push({ name, workers, digest: body.digest });
            if (digests.length < experiments.length) {
              trainer.post(experiments[digests.length].start);
            } else {
              trainer.close();
              resolve(digests);
            }
            break;
          case "failed":
            trainer.close();
            reject(new Error(`${name}: ${body.message}`));
            break;
        }
      });
      trainer.post(experiments[0].start);
    });
  }

  // until promises that the condition holds, looked at whenever the document
  // changes.
  function until(doc, condition) {
    return new Promise((resolve) => {
      const observer = new MutationObserver(look);
      function look() {
        if (condition()) {
          observer.disconnect();
          resolve();
        }
      }
      observer.observe(doc, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });
  }

  // play does what a person does on the page: sets the settings, waits until
  // it is ready, plays to the end; it promises the digest that the page shows.
  async function play({ settings, rounds }) {
    const frame = document.createElement("iframe");
    frame.width = 1280;
    frame.height = 800;
    frame.src = "index.html";
    const loaded = new Promise((resolve) => { frame.onload = resolve; });
    document.body.append(frame);
    await loaded;
    const doc = frame.contentDocument;
    const state = doc.documentElement.dataset;

    async function reach(run, condition = () => true) {
      await until(doc, () => state.run === "failed" || state.run === run && condition());
      if (state.run === "failed") {
        throw new Error(`the page failed: ${doc.querySelector("[role=alert]")?.textContent}`);
      }
    }

    await reach("ready");
    for (const { Key, Value } of settings) {
      const field = doc.getElementById(Key);
      field.value = Value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    await reach("ready", () => doc.getElementById("round-counter").textContent.endsWith(`/ ${rounds}`)
      && !doc.getElementById("play").disabled);
    doc.getElementById("play").click();
    await reach("done");
    return state.digest;
  }

  async function run() {
    const { crews, experiments, page } = await (await fetch(new URL("experiments", here))).json();
    const build = new URLSearchParams(location.search).get("build");
    if (build === "page") {
      await report({ simd: true, digests: [{ name: page.name, workers: 0, digest: await play(page) }] });
      return;
    }
    let digests = [];
    for (const workers of crews) {
      digests = digests.concat(await carryOut(workers, experiments));
    }
    await report({ simd: window.grapevine.simd, digests });
  }

  window.onerror = (message) => { report({ failed: String(message) }); };
  run().catch((error) => report({ failed: String(error) }));
})();
