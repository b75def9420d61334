// Holds the guide's card near the control it points at, and outlines that.
// The page writes #guide with data-step and data-target, selectors joined by
// "|", of which the first that is on the page counts; all else is here.
"use strict";

(() => {
  const gap = 12;
  const outline = document.createElement("div");
  outline.className = "guide-outline";
  outline.hidden = true;
  let step = "0"; // of the card as it was placed last
  let pointed = "";
  let moved = null; // where a person put the card; null: near its target

  const card = () => document.getElementById("guide");
  const still = () => document.documentElement.dataset.motion === "reduced";

  function target() {
    for (const selector of card().dataset.target.split("|")) {
      const found = document.querySelector(selector);
      if (found && found.getClientRects().length > 0) {
        return found;
      }
    }
    return null;
  }

  // seen is the part of an element that no scrolling panel hides.
  function seen(element) {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    const panel = element.closest(".settings");
    if (panel) {
      const box = panel.getBoundingClientRect();
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
    }
    return { left, top, right, bottom };
  }

  const within = (x, low, high) => Math.max(low, Math.min(x, high));

  function place() {
    const box = card();
    if (!box || box.hidden) {
      return;
    }
    const wide = document.documentElement.clientWidth;
    const high = window.innerHeight;
    const { offsetWidth: w, offsetHeight: h } = box;
    const found = target();
    const at = found && seen(found);
    outline.hidden = !at || at.bottom - at.top < 4;
    if (at) {
      Object.assign(outline.style, { left: `${at.left - 4}px`, top: `${at.top - 4}px`, width: `${at.right - at.left + 8}px`, height: `${at.bottom - at.top + 8}px` });
    }
    let x = wide > 600 ? wide - w - gap : (wide - w) / 2;
    let y = high - h - gap; // a sheet below on a phone, and where nothing is pointed at
    if (moved) {
      ({ x, y } = moved);
    } else if (at && wide > 600) {
      const tall = at.bottom - at.top > high / 2;
      if (at.right + gap + w <= wide) {
        x = at.right + gap;
        y = tall ? at.bottom - h : at.top;
      } else if (at.left - gap - w >= 0) {
        x = at.left - gap - w;
        y = tall ? at.bottom - h : at.top;
      } else {
        x = at.left;
        y = at.bottom + gap;
      }
    }
    box.style.left = `${within(x, 0, Math.max(0, wide - w))}px`;
    box.style.top = `${within(y, 0, Math.max(0, high - h))}px`;
  }

  // follow takes in what the page made of the card.
  function follow() {
    const box = card();
    if (!box) {
      return;
    }
    if (box.hidden) {
      if (step !== "0" && (document.activeElement === document.body || box.contains(document.activeElement))) {
        document.getElementById("guide-open").focus();
      }
      step = "0";
      outline.hidden = true;
      return;
    }
    const from = document.activeElement;
    if (box.dataset.step !== step && (from.id === "guide-open" || step !== "0" && (from === document.body || box.contains(from)))) {
      document.getElementById("guide-grip").focus({ preventScroll: true });
      box.scrollTop = 0;
    }
    if (box.dataset.target !== pointed || step === "0") {
      const narrow = document.documentElement.clientWidth <= 600;
      target()?.scrollIntoView({ block: narrow ? "start" : "nearest", behavior: still() ? "instant" : "smooth" });
    }
    step = box.dataset.step;
    pointed = box.dataset.target;
    place();
  }

  function move(x, y) {
    moved = { x, y };
    place();
    const box = card().getBoundingClientRect();
    moved = { x: box.left, y: box.top }; // not beyond the window's edge
  }

  document.addEventListener("keydown", (event) => {
    const box = card();
    if (!box || box.hidden || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (event.key === "Escape" && (box.contains(event.target) || event.target === document.body || event.target.id === "guide-open")) {
      document.getElementById("guide-close").click();
      return;
    }
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way && event.target.id === "guide-grip") {
      event.preventDefault();
      const far = event.shiftKey ? 96 : 24;
      const at = box.getBoundingClientRect();
      move(at.left + way[0] * far, at.top + way[1] * far);
    }
  });

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("#guide-grip");
    if (!grip || event.button !== 0) {
      return;
    }
    const at = card().getBoundingClientRect();
    const dx = at.left - event.clientX;
    const dy = at.top - event.clientY;
    grip.setPointerCapture(event.pointerId); // over the stage's frame too
    const drag = (e) => move(e.clientX + dx, e.clientY + dy);
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("lostpointercapture", () => grip.removeEventListener("pointermove", drag), { once: true });
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(outline);
    // Whatever the page changes may move the target; a frame's changes are one.
    let waits = false;
    const soon = (then) => () => {
      if (!waits && card() && (!card().hidden || step !== "0")) {
        waits = true;
        requestAnimationFrame(() => { waits = false; then(); });
      }
    };
    new MutationObserver(soon(follow)).observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden", "data-step", "data-target", "open"] });
    window.addEventListener("resize", soon(place));
    document.addEventListener("scroll", soon(place), { capture: true, passive: true });
  });
})();
