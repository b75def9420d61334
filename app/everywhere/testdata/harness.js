// Carries the experiments of /experiments out on the shipped trainer, through
// the site's own crew.js, and reports to the test that serves this page.
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
        const { kind, body } = JSON.parse(text);
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

  async function run() {
    const { crews, experiments } = await (await fetch(new URL("experiments", here))).json();
    let digests = [];
    for (const workers of crews) {
      digests = digests.concat(await carryOut(workers, experiments));
    }
    await report({ simd: window.grapevine.simd, digests });
  }

  window.onerror = (message) => { report({ failed: String(message) }); };
  run().catch((error) => report({ failed: String(error) }));
})();
