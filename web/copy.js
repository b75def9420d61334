// Shows what the stage draws where the browser draws without a graphics card.
//
// There a canvas of WebGL costs the page its thread: to show it, the browser
// waits until every pixel is drawn, which is done by the processor, and which
// takes a tenth of a second and more while all cores train. So that canvas is
// hidden, and its pixels are asked for with a fence: the thread goes on, and
// when they are there they are put on a plain canvas beside it. Until then the
// stage draws nothing else.
"use strict";

self.grapevineCopy = (() => {
  const poll = 5; // ms between two looks at the fence
  const slice = 8; // ms of work on a picture at a time: all of it has taken 48, before it was compiled
  let gl, hidden, shown, pen, picture, pixels;
  let buffer = null;

  function prepare() {
    hidden = document.querySelector("canvas");
    gl = hidden.getContext("webgl2");
    shown = document.createElement("canvas");
    shown.setAttribute("aria-hidden", "true");
    shown.style.cssText = "display: block; width: 100%; height: 100%; object-fit: contain"; // until a picture of the new size is there
    pen = shown.getContext("2d");
    hidden.after(shown);
    hidden.style.display = "none";
    buffer = gl.createBuffer();
  }

  // straight puts rows the right way up, and gives colours that were multiplied by
  // their opacity back as they were: from the row y on, for a slice. It returns
  // the first row that is left.
  function straight(width, height, y) {
    const from = new Uint32Array(pixels.buffer);
    const to = new Uint32Array(picture.data.buffer);
    const until = performance.now() + slice;
    for (; y < height && (y % 16 > 0 || performance.now() < until); y++) {
      let i = (height - 1 - y) * width;
      for (let j = y * width; j < (y + 1) * width; j++, i++) {
        const pixel = from[i];
        const alpha = pixel >>> 24; // WebAssembly's byte order, on every machine
        if (alpha === 255 || alpha === 0) {
          to[j] = pixel;
          continue;
        }
        const by = 255 / alpha;
        const blue = Math.min(255, (pixel >>> 16 & 255) * by + 0.5);
        const green = Math.min(255, (pixel >>> 8 & 255) * by + 0.5);
        const red = Math.min(255, (pixel & 255) * by + 0.5);
        to[j] = alpha << 24 | blue << 16 | green << 8 | red;
      }
    }
    return y;
  }

  // copy asks for what was just drawn; done is called when it is shown, or
  // cannot be.
  return function copy(done) {
    if (!buffer) {
      prepare();
    }
    const { width, height } = hidden;
    const size = 4 * width * height;
    const bound = gl.getParameter(gl.READ_FRAMEBUFFER_BINDING);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    if (picture?.width !== width || picture.height !== height) {
      picture = new ImageData(width, height);
      pixels = new Uint8Array(size);
      gl.bufferData(gl.PIXEL_PACK_BUFFER, size, gl.STREAM_READ);
    }
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, bound);
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();

    (function look() {
      if (gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.UNSIGNALED) {
        setTimeout(look, poll);
        return;
      }
      gl.deleteSync(fence);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
      gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, pixels);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
      if (shown.width !== width || shown.height !== height) {
        shown.width = width;
        shown.height = height;
      }
      turn(0);
    })();

    function turn(row) {
      const next = straight(width, height, row);
      if (next < height) {
        setTimeout(turn, 0, next);
        return;
      }
      pen.putImageData(picture, 0, 0);
      done();
    }
  };
})();
