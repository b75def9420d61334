// Runs a Go test in node: node app/crew/testdata/node.js, the test and its
// arguments. It is Go's own runner, with letters.js, which package crew imports.
"use strict";

const { execFileSync } = require("child_process");
const path = require("path");

globalThis.self = globalThis;
require("../../../web/letters.js");

let memory = null;
globalThis.grapevine = { letters: self.grapevineLetters(() => memory) };

const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (program, imports) => {
  const made = await instantiate(program, { ...imports, grapevine: grapevine.letters.imports });
  memory = made.instance.exports.mem;
  return made;
};

const root = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
require(path.join(root, "lib", "wasm", "wasm_exec_node.js"));
