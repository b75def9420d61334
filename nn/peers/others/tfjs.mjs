// TensorFlow.js on its WebAssembly backend, one thread, as a contestant. It is
// installed into the folder from which this file is run.
import { createRequire } from "node:module";
import path from "node:path";
import { measured, serve } from "./measure.mjs";

const require = createRequire(path.join(process.cwd(), "contestant.js"));
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-layers"); // which registers the gradients that core leaves out
const wasm = require("@tensorflow/tfjs-backend-wasm");
wasm.setThreadsCount(1);
await tf.setBackend("wasm");
await tf.ready();

const draw = (shape, from = -1) => tf.randomUniform(shape, from, 1);

// A step as its documentation has it: variables, softmax cross-entropy, the
// momentum optimizer. What a turn allocates is released with it.
function step(batch, ...widths) {
  const layers = widths.slice(1).map((n, i) => {
    const bound = 1 / Math.sqrt(widths[i]);
    return [tf.variable(tf.randomUniform([widths[i], n], -bound, bound)), tf.variable(tf.zeros([n]))];
  });
  const x = draw([batch, widths[0]], 0);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), 10), "float32");
  const optimizer = tf.train.momentum(0.001, 0.9);
  const loss = () => {
    let z = x;
    layers.forEach(([w, b], i) => {
      z = tf.add(tf.matMul(z, w), b);
      if (i < layers.length - 1) z = tf.relu(z);
    });
    return tf.losses.softmaxCrossEntropy(y, z);
  };
  return () => tf.tidy(() => optimizer.minimize(loss, true).dataSync());
}

function product(m, k, n) {
  const a = draw([m, k]);
  const b = draw([k, n]);
  return () => tf.matMul(a, b).dispose();
}

serve({
  version: () => `TensorFlow.js ${tf.version_core}, wasm backend ${wasm.version_wasm}`,
  product: measured(product),
  step: measured(step),
});
