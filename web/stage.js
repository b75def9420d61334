// Starts the stage in its frame.
//
// Before the program runs, this gates animation frames behind
// window.grapevineStage = {awake, wake(), sleep(), snap(), seen()}: asleep, or
// while the tab is hidden, a frame asked for is kept until it can be; snap()
// tells the page what the frame under way has drawn, which its canvas forgets
// afterwards. Scrolled out of sight, frames come twice a second, so that the
// player's place goes on, and paint nothing: seen() says so.
//
// The page comes first, whose thread this is: after a frame the stage rests as
// long as the frame took, and then until the page has nothing to do. Where the
// browser draws without a graphics card, frames are fewer still, for they take
// the cores from the trainer; copy.js shows them.
"use strict";

(() => {
  const raf = window.requestAnimationFrame.bind(window);
  const unseenInterval = 500; // ms
  const softwareInterval = 50; // ms
  const cheap = 4; // ms of work in a frame that ask for no rest
  const patience = 250; // ms that a frame waits for an idle page
  let held = [];
  let inSight = true;
  let software = false;
  let wanted = false;
  let rest = 0; // ms before the next frame
  let copying = false;

  const gate = window.grapevineStage = {
    awake: true,
    wake() {
      gate.awake = true;
      release();
    },
    sleep() { gate.awake = false; },
    snap() { wanted = true; },
    seen: () => inSight || wanted,
  };

  function release() {
    const callbacks = held;
    held = [];
    callbacks.forEach(request);
  }
  document.addEventListener("visibilitychange", release);

  // framed runs a frame, hands over the picture if it is wanted, and finds how
  // long to rest.
  const framed = (callback) => (now) => {
    const begun = performance.now();
    callback(now);
    if (wanted) {
      wanted = false;
      hand();
    }
    if (software && inSight) {
      copying = true;
      self.grapevineCopy(() => {
        copying = false;
        release();
      });
    }
    const took = performance.now() - begun;
    rest = Math.max(took > cheap ? took : 0, software ? softwareInterval : 0);
  };

  function hand() {
    const drawn = document.querySelector("canvas");
    const copy = document.createElement("canvas");
    copy.width = drawn.width;
    copy.height = drawn.height;
    const pen = copy.getContext("2d");
    pen.fillStyle = document.documentElement.style.colorScheme === "dark" ? "#1a2226" : "#ffffff"; // the page's panel
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.drawImage(drawn, 0, 0);
    parent.postMessage(JSON.stringify({ kind: "picture", body: { png: copy.toDataURL() } }), location.origin);
  }

  // idle calls back once the page has nothing to do, or has had its time.
  const idle = window.requestIdleCallback
    ? (callback) => window.requestIdleCallback(callback, { timeout: patience })
    : (callback) => setTimeout(callback);

  function request(callback) {
    if (!gate.awake || document.hidden || copying) {
      held.push(callback);
    } else if (!inSight) {
      setTimeout(() => framed(callback)(performance.now()), unseenInterval);
    } else if (rest > 0) {
      setTimeout(() => idle(() => raf(framed(callback))), rest);
    } else {
      raf(framed(callback));
    }
    return 0;
  }
  window.requestAnimationFrame = request;

  new IntersectionObserver((entries) => {
    inSight = entries[entries.length - 1].isIntersecting;
    if (inSight) {
      gate.wake(); // what it last painted may be of long ago
    }
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
    const program = await self.grapevineCompile(response);
    const go = new Go();
    await go.run(await WebAssembly.instantiate(program, go.importObject)); // until it fails: the stage has no end of its own
    unavailable("The stage stopped drawing.");
  }

  start().catch((error) => {
    console.error(error);
    unavailable(`The stage could not start: ${error.message}`);
  });
})();
