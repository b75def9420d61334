// Hands files to the person and takes them: traces, charts, the stage.
"use strict";

window.grapevineFiles = (() => {
  function saveAddress(name, address) {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  }

  function saveBlob(name, blob) {
    const address = URL.createObjectURL(blob);
    saveAddress(name, address);
    setTimeout(() => URL.revokeObjectURL(address), 60000); // the browser has taken it by then
  }

  // drawing is a figure's chart as a document of its own: its title above, the
  // page's styles written into its elements. Where the curves have no names
  // beside them, the legend stands below.
  function drawing(figure) {
    const chart = figure.querySelector("svg.plot");
    const [, , width, height] = chart.getAttribute("viewBox").split(" ").map(Number);
    const head = 24;
    const copy = chart.cloneNode(true);
    const styled = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "opacity", "font-family", "font-size", "font-weight", "text-anchor"];
    const from = chart.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((element, i) => {
      const style = getComputedStyle(from[i]);
      styled.forEach((name) => element.setAttribute(name, style.getPropertyValue(name)));
      element.removeAttribute("class");
    });
    copy.querySelectorAll("[d='M0 0']").forEach((element) => element.remove());
    const add = (tag, attributes, text) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
      element.textContent = text;
      return element;
    };
    const look = getComputedStyle(figure);
    let foot = 0;
    const keys = [...figure.querySelectorAll(".legend button[aria-pressed='true']")];
    if (keys.length > 0 && !chart.querySelector(".name")) {
      let x = 8, y = height + 14;
      for (const key of keys) {
        const wide = 36 + 7 * key.querySelector(".key-name").textContent.length;
        if (x > 8 && x + wide > width) {
          x = 8;
          y += 18;
        }
        const line = add("path", { d: `M${x} ${y - 4}h28`, fill: "none" }, "");
        const style = getComputedStyle(key.querySelector("path"));
        ["stroke", "stroke-width", "stroke-dasharray", "stroke-linecap"].forEach((name) => line.setAttribute(name, style.getPropertyValue(name)));
        copy.append(line, add("text", { x: x + 34, y, fill: look.color, "font-family": look.fontFamily, "font-size": 12 }, key.querySelector(".key-name").textContent));
        x += wide + 12;
      }
      foot = y - height + 8;
    }
    copy.prepend(
      add("title", {}, chart.getAttribute("aria-label")),
      add("rect", { x: 0, y: -head, width, height: height + head + foot, fill: look.backgroundColor }, ""),
      add("text", { x: 8, y: 15 - head, fill: look.color, "font-family": look.fontFamily, "font-size": 13, "font-weight": 600 },
        figure.querySelector("strong").textContent));
    for (const name of ["tabindex", "role", "aria-label", "class", "style"]) {
      copy.removeAttribute(name);
    }
    copy.setAttribute("viewBox", `0 ${-head} ${width} ${height + head + foot}`);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height + head + foot);
    return { text: new XMLSerializer().serializeToString(copy), width, height: height + head + foot };
  }

  async function saveChart(id, ending) {
    const { text, width, height } = drawing(document.getElementById(id));
    const name = `grapevine-${id}.${ending}`;
    const svg = new Blob([text], { type: "image/svg+xml" });
    if (ending === "svg") {
      saveBlob(name, svg);
      return;
    }
    const scale = 3; // enough for a slide
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => saveBlob(name, blob));
  }

  // listen hands over the text of every trace file that is dropped on the page
  // or chosen, or what stood in the way.
  function listen(most, onFile) {
    async function take(file) {
      if (!file) {
        onFile("", "What was dropped is no file. Drop a trace (JSON) that Grapevine wrote.");
      } else if (file.size > most) {
        onFile("", `The file ${file.name} has ${Math.ceil(file.size / 2 ** 20)} MB: want a trace of at most ${most / 2 ** 20} MB.`);
      } else {
        try {
          onFile(await file.text(), "");
        } catch (error) {
          onFile("", `The file ${file.name} could not be read: ${error.message}`);
        }
      }
    }
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    });
    document.addEventListener("change", (event) => {
      if (event.target.id === "open-file" && event.target.files.length > 0) {
        take(event.target.files[0]);
        event.target.value = ""; // the same file may be chosen again
      }
    });
  }

  return {
    save: (name, type, text) => saveBlob(name, new Blob([text], { type })),
    saveAddress,
    saveChart,
    listen,
  };
})();
