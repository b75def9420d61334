// The limit of the engine: a WebAssembly module that does nothing but multiply,
// round and add, four lanes at a time, into accumulators that do not wait for one
// another. No product that rounds its products can be faster.
import { measure, serve } from "./measure.mjs";

const TURNS = 100000;

const leb = (n) => {
  const out = [];
  do {
    out.push((n & 127) | (n > 127 ? 128 : 0));
    n >>>= 7;
  } while (n > 0);
  return out;
};
const vec = (items) => [...leb(items.length), ...items.flat()];
const section = (id, body) => [id, ...leb(body.length), ...body];
const simd = (op) => [0xfd, ...leb(op)];
const get = (i) => [0x20, ...leb(i)];
const set = (i) => [0x21, ...leb(i)];
const load = (offset) => [...simd(0), 4, ...leb(offset)]; // v128.load

// build makes run(turns) with so many accumulators. Local 0 counts down, local 1
// walks through 1 KB of memory, local 2 is the factor it finds there, different
// with each turn so that no compiler can move a product out of the loop; then come
// the accumulators, and after them each one's other factor.
function build(accumulators) {
  const sums = 3;
  const factors = sums + accumulators;
  const all = [...Array(accumulators).keys()];
  const body = [
    ...vec([[1, 0x7f], [...leb(1 + 2 * accumulators), 0x7b]]), // an i32, then v128s
    ...all.flatMap((i) => [...get(1), ...load(1024 * (i + 1)), ...set(factors + i)]),
    0x03, 0x40, // loop
    ...get(1), ...load(0), ...set(2),
    ...all.flatMap((i) => [...get(sums + i), ...get(2), ...get(factors + i), ...simd(0xe6), ...simd(0xe4), ...set(sums + i)]),
    ...get(1), 0x41, 16, 0x6a, 0x41, 0xf0, 0x07, 0x71, ...set(1), // (at + 16) & 1008
    ...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, // again while --turns
    0x0b,
    ...get(sums), ...all.slice(1).flatMap((i) => [...get(sums + i), ...simd(0xe4)]),
    ...simd(31), 0, // the first lane
    0x0b,
  ];
  const bytes = new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, vec([[0x60, 1, 0x7f, 1, 0x7d]])),
    ...section(3, vec([[0]])),
    ...section(5, vec([[0, 1]])),
    ...section(7, vec([[...vec([..."run"].map((c) => [c.charCodeAt(0)])), 0, 0]])),
    ...section(10, vec([[...leb(body.length), ...body]])),
  ]);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  return () => run(TURNS);
}

// Which number of accumulators suits the registers best is the machine's affair:
// the fastest counts.
const candidates = [4, 5, 6, 7, 8, 10].map((n) => [n, build(n)]);

serve({
  version: () => `V8 ${process.versions.v8}`,
  // The time of a million multiply-adds.
  limit: () => Math.min(...candidates.map(([n, run]) => (measure(run) * 1e6) / (TURNS * n * 4))),
});
