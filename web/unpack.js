// Unpacks the site's gzip files. Most hosts send them as they are; some name
// them as an encoding of their content, and the browser has then unpacked
// them already. The first byte tells.
"use strict";

self.grapevineUnpack = async (packed) => {
  const reader = packed.getReader();
  const first = await reader.read();
  const whole = new ReadableStream({
    start(controller) {
      if (first.done) {
        controller.close();
      } else {
        controller.enqueue(first.value);
      }
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        controller.close();
      } else {
        controller.enqueue(value);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isGzip = first.value?.[0] === 0x1f; // wasm starts with 0, digits with a letter
  return isGzip ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
};

// The service worker keeps programs unpacked, and says so by this header.
self.grapevineIsUnpacked = (response) => response.headers.has("X-Unpacked");

// grapevineCompile compiles a program while it comes. One that is unpacked the
// browser reads without this thread's help. through, if any, is what others
// pass through on their way.
self.grapevineCompile = async (response, through = (whole) => whole.body) => {
  if (self.grapevineIsUnpacked(response)) {
    return WebAssembly.compileStreaming(response);
  }
  const plain = await self.grapevineUnpack(through(response));
  return WebAssembly.compileStreaming(new Response(plain, { headers: { "Content-Type": "application/wasm" } }));
};
