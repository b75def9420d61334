// A worker of the trainer. Its first message says what it is; the program
// then finds that in self.grapevine. What the page says before the program
// listens waits in self.grapevine.inbox. The first worker is given the
// program's address, and hands the page the module that it made of it; the
// others are given the module. Digits that it is likely to ask for are fetched
// while it compiles.
"use strict";

importScripts("wasm_exec.js", "unpack.js", "letters.js");

self.onmessage = async (event) => {
  const { role, source, module, base, port, ports, ahead = [] } = event.data;
  const inbox = [];
  self.onmessage = (later) => inbox.push(later.data);

  async function got(address) {
    const response = await fetch(address, { cache: "force-cache" });
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status}`);
    }
    return response;
  }

  // unpacked promises the bytes of one of the site's gzip files. The file was
  // checked by its own checksum, so a copy the browser kept will do.
  async function unpacked(path) {
    const response = await got(new URL(path, base));
    const plain = await self.grapevineUnpack(response.body);
    return new Uint8Array(await new Response(plain).arrayBuffer());
  }

  const early = new Map();

  // unpack promises the same, of what was fetched ahead once.
  function unpack(path) {
    const promise = early.get(path) || unpacked(path);
    early.delete(path);
    return promise;
  }

  async function compile() {
    try {
      const made = await self.grapevineCompile(await got(source));
      self.postMessage({ module: made });
      return made;
    } catch (error) {
      self.postMessage({ problem: error.message });
      return null;
    }
  }

  const compiled = module || compile();
  for (const path of ahead) {
    const promise = unpacked(path);
    promise.catch(() => { /* whoever asks for it hears */ });
    early.set(path, promise);
  }
  const program = await compiled;
  if (!program) {
    return;
  }
  const go = new Go();
  let memory = null;
  const letters = self.grapevineLetters(() => memory);
  self.grapevine = { role, port, ports, inbox, unpack, letters };
  WebAssembly.instantiate(program, { ...go.importObject, grapevine: letters.imports })
    .then((instance) => {
      memory = instance.exports.mem;
      return go.run(instance);
    })
    .then(() => { throw new Error("the trainer stopped"); })
    .catch((error) => setTimeout(() => { throw error; })); // reaches the page as the worker's error
};

self.postMessage({ up: true }); // it hears at once from now on
