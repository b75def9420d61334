// A worker of the trainer. Its first message says what it is; the program
// then finds that in self.grapevine. What the page says before the program
// listens waits in self.grapevine.inbox. The first worker is given the
// program's address, and hands the page the module that it made of it; the
// others are given the module.
"use strict";

importScripts("wasm_exec.js", "unpack.js");

self.onmessage = async (event) => {
  const { role, source, module, base, port, ports } = event.data;
  const inbox = [];
  self.onmessage = (later) => inbox.push(later.data);

  async function got(address) {
    const response = await fetch(address, { cache: "force-cache" });
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    return response;
  }

  // unpack promises the bytes of one of the site's gzip files. The file was
  // checked by its own checksum, so a copy the browser kept will do.
  async function unpack(path) {
    const response = await got(new URL(path, base));
    const plain = await self.grapevineUnpack(response.body);
    return new Uint8Array(await new Response(plain).arrayBuffer());
  }

  async function compile() {
    try {
      const compiled = await self.grapevineCompile(await got(source));
      self.postMessage({ module: compiled });
      return compiled;
    } catch (error) {
      self.postMessage({ problem: error.message });
      return null;
    }
  }

  const program = module || await compile();
  if (!program) {
    return;
  }
  self.grapevine = { role, port, ports, inbox, unpack };
  const go = new Go();
  WebAssembly.instantiate(program, go.importObject)
    .then((instance) => go.run(instance))
    .then(() => { throw new Error("the trainer stopped"); })
    .catch((error) => setTimeout(() => { throw error; })); // reaches the page as the worker's error
};
