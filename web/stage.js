// Starts the stage in its frame.
//
// Before the program runs, this gates animation frames behind
// window.grapevineStage = {awake, wake(), sleep()}: asleep, a frame asked for
// is kept until wake(). Out of sight, frames come twice a second. Where the
// browser draws without a graphics card, every frame is copied on the page's
// own thread, so there they are fewer: the page comes first.
"use strict";

(() => {
  const raf = window.requestAnimationFrame.bind(window);
  const unseenInterval = 500; // ms
  const softwareInterval = 50; // ms; a frame is 10 to 30 ms of work then
  let held = [];
  let inSight = true;
  let software = false;

  const gate = window.grapevineStage = {
    awake: true,
    wake() {
      gate.awake = true;
      const callbacks = held;
      held = [];
      callbacks.forEach(request);
    },
    sleep() { gate.awake = false; },
  };

  function request(callback) {
    if (!gate.awake) {
      held.push(callback);
      return 0;
    }
    if (!inSight || document.hidden) {
      return setTimeout(() => callback(performance.now()), unseenInterval);
    }
    return software ? setTimeout(() => raf(callback), softwareInterval) : raf(callback);
  }
  window.requestAnimationFrame = request;

  new IntersectionObserver((entries) => {
    inSight = entries[entries.length - 1].isIntersecting;
  }).observe(document.documentElement);

  // ebiten asks for the pixel ratio once. When it changes, by zoom or by
  // moving to another screen, a fresh start is the way to stay sharp: the
  // page hears Ready again and sends everything anew.
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`)
    .addEventListener("change", () => location.reload(), { once: true });

  // A click selects a client and leaves the focus where it was in the page.
  window.addEventListener("mousedown", (event) => event.preventDefault());

  // Keys belong to the page: ebiten would swallow them.
  for (const type of ["keydown", "keyup"]) {
    window.addEventListener(type, (event) => event.stopPropagation(), true);
  }

  function unavailable(reason) {
    if (parent !== window) {
      parent.postMessage(JSON.stringify({ kind: "unavailable", body: { reason } }), location.origin);
    }
  }

  // drawable reports whether there is WebGL 2, and finds out what draws it.
  function drawable() {
    const context = document.createElement("canvas").getContext("webgl2");
    const info = context?.getExtension("WEBGL_debug_renderer_info");
    const renderer = info ? context.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
    software = /swiftshader|llvmpipe|software|basic render/i.test(renderer);
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  }

  async function start() {
    if (!drawable()) {
      unavailable("This browser offers no WebGL 2.");
      return;
    }
    const response = await fetch(self.grapevineParts.stage);
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    const plain = response.body.pipeThrough(new DecompressionStream("gzip"));
    const go = new Go();
    const { instance } = await WebAssembly.instantiateStreaming(
      new Response(plain, { headers: { "Content-Type": "application/wasm" } }), go.importObject);
    await go.run(instance); // until it fails: the stage has no end of its own
    unavailable("The stage stopped drawing.");
  }

  start().catch((error) => {
    console.error(error);
    unavailable(`The stage could not start: ${error.message}`);
  });
})();
