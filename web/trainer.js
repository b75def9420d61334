// A worker of the trainer. Its first message says what it is; the program
// then finds that in self.grapevine. What the page says before the program
// listens waits in self.grapevine.inbox.
"use strict";

importScripts("wasm_exec.js", "unpack.js");

self.onmessage = (event) => {
  const { role, module, base, port, ports } = event.data;
  const inbox = [];
  self.onmessage = (later) => inbox.push(later.data);

  // unpack promises the bytes of one of the site's gzip files. The file was
  // checked by its own checksum, so a copy the browser kept will do.
  async function unpack(path) {
    const response = await fetch(new URL(path, base), { cache: "force-cache" });
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    const plain = await self.grapevineUnpack(response.body);
    return new Uint8Array(await new Response(plain).arrayBuffer());
  }

  self.grapevine = { role, port, ports, inbox, unpack };
  const go = new Go();
  WebAssembly.instantiate(module, go.importObject)
    .then((instance) => go.run(instance))
    .then(() => { throw new Error("the trainer stopped"); })
    .catch((error) => setTimeout(() => { throw error; })); // reaches the page as the worker's error
};
