// Runs before the page is drawn, inside index.html. The page stands there as
// its program first draws it (app/site/still.go), and its controls work before
// the program does: what a person does with them is noted here, and done again
// with the program's own controls once these are in their place.
"use strict";

window.grapevineEarly = (() => {
  const root = document.documentElement;

  // The look chosen before, at once, so that nothing flashes.
  try {
    const theme = localStorage.getItem("grapevine-theme");
    if (theme === "light" || theme === "dark") {
      root.dataset.theme = theme;
      root.style.colorScheme = theme;
    }
  } catch { /* no storage: the system's look */ }

  // A link asks for other settings than those that stand there: page.css hides them.
  root.toggleAttribute("data-linked", location.hash.length > 1);

  const deeds = []; // [id, value of a field, or null for a press], in order
  let play = false; // Play is pressed, and was not pressed again
  const typed = new Map(); // what stands in fields that were not left yet

  const watched = {
    change({ target }) {
      typed.delete(target.id);
      deeds.push([target.id, target.value]);
    },

    input({ target }) {
      if (target.tagName === "INPUT") {
        typed.set(target.id, target.value);
      }
    },

    click({ target }) {
      const button = target.closest("button[id]");
      if (!button) {
        return;
      }
      if (button.id === "play") {
        play = !play;
        button.setAttribute("aria-pressed", String(play));
        document.querySelector(".status .bar").textContent = play ? "getting ready, then training" : "getting ready";
      } else {
        deeds.push([button.id, null]);
        button.setAttribute("aria-busy", "true");
      }
    },
  };
  for (const [kind, hear] of Object.entries(watched)) {
    document.addEventListener(kind, hear, true);
  }

  // When the next picture begins after one that has the run's buttons and the
  // settings in front, which end where "more" begins, they are on the screen.
  requestAnimationFrame(function shown() {
    requestAnimationFrame(document.querySelector(".settings > details") ? () => performance.mark("controls") : shown);
  });

  return {
    // takePlay reports whether Play was pressed and nothing else done, and
    // forgets it then.
    takePlay() {
      const plays = play && deeds.length === 0;
      play = play && !plays;
      return plays;
    },

    // replace takes the page away, just before the program puts its own there. It
    // returns what does all again, for when that is there.
    replace() {
      const page = document.querySelector(".page");
      const focus = document.activeElement?.id;
      const opened = [...page.querySelectorAll("details")].map((details) => details.open);
      const [x, y] = [scrollX, scrollY];
      for (const [kind, hear] of Object.entries(watched)) {
        document.removeEventListener(kind, hear, true);
      }
      page.remove();
      document.getElementById("boot").remove();
      root.removeAttribute("data-linked");
      return () => {
        performance.mark("program");
        document.querySelectorAll("details").forEach((details, i) => { details.open = details.open || opened[i]; });
        scrollTo(x, y);
        for (const [id, value] of deeds) {
          const element = document.getElementById(id);
          if (value === null) {
            element?.click();
          } else if (element) {
            element.value = value;
            element.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }
        if (play) {
          document.getElementById("play").click();
        }
        document.getElementById(focus)?.focus({ preventScroll: true });
        for (const [id, value] of typed) {
          document.getElementById(id).value = value;
        }
      };
    },
  };
})();
