// Package kernel holds the matrix and vector arithmetic of the trainer, and the
// exponential and logarithm that may touch a trained parameter.
//
// Every kernel gives the same bits on every machine, at every vector width, with
// and without SIMD. The rules that make it so:
//
//   - An element of a matrix product is one accumulator that starts at +0 and
//     takes its products in ascending order of the inner index. Lanes of a vector
//     are different elements of the output, so a width changes no sum.
//   - A product is rounded before it is added; nothing is fused. Scalar code says
//     float32(x*y) + z, which forbids the compiler to fuse; vector code multiplies,
//     then adds.
//   - A sum over all parameters has [Lanes] accumulators, element i in lane
//     i mod Lanes, joined by a tree; that is the one place where a width is fixed.
//   - No instruction whose answer for NaN or −0 differs by machine is used: no min,
//     no max, no library exponential.
//
// The sign and payload of a NaN are not specified; that it is a NaN is.
//
// Each kernel's comment is its plain loop. Behind it stand a generic version, for
// any Go compiler, and a SIMD version, for Go 1.27 with GOEXPERIMENT=simd on
// amd64, arm64 and wasm; the tests hold both to the loop, bit for bit.
//
// What won and what lost on the way to the product's kernels, as rates of 64×784×256
// in WebAssembly (V8 of node 20, one core of an AMD EPYC; the engine's limit is 43
// to 50 GFLOP/s, TensorFlow.js reaches 30): pairs of rows with the sums in memory,
// 25; tiles of 4×2 vectors with the sums in registers, unrolled by 4, 20, and
// unrolled by 8, less; 3×3 vectors with the factors of a fetched four at a time, 28
// in the first-level cache, but its 9 accumulators fit neither 64 rows nor 256
// columns. Pairs from 32 columns on, instead of 96, gained nothing. A load-and-spread
// instruction would help; Go offers none. The product thus stays at about half of the
// limit, where 0.65 was aimed for.
//
// Natively, with AVX-512 on the same machine, the shortest of many short turns: tiles
// of 4×2 vectors by pointers, 78 GFLOP/s, where slices reached 64; tiles of 4×4 were
// slower, because the compiler orders all products of a turn before the first sum and
// then spills. One row has tiles of its own: 52 against 16 as four equal rows. Sixteen
// lanes by pointers for rows of 10 gained nothing. A processor without AVX-512 takes
// the portable tiles.
//
// A step of 196-64-32-10 on 64 examples took 271 µs in WebAssembly, likewise measured
// on a busy machine: the products some 215, gathering 21, momentum 19, the loss 17,
// the sums for the biases 8, the rectifier's mask up to 10. By pointers and strips
// momentum takes 4, gathering 4, the sums 2, the mask 1 to 3, and the step 228. Bias
// and rectifier stay a pass of their own over the product, which was not tried fused.
// The loss was left: its exponential takes one number at a time, in float64.
//
// Matrices are row-major slices without padding. Arguments may be longer than
// needed and are then read and written at their front; shorter ones panic, as do
// vectors of unequal length. Unless a kernel says otherwise its output must not
// overlap its inputs.
package kernel
