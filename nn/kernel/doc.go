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
// What won and what lost on the way to the product's kernels. In WebAssembly, as
// rates of 64×784×256 in V8 on one core of an Intel Xeon at 2.5 GHz, whose engine's
// limit is 24 GFLOP/s and where TensorFlow.js reaches 17: in Go, pairs of rows with
// the sums in memory, 14.5; tiles of 4×2 vectors with the sums in registers, unrolled
// by 4, less, since the engine orders all loads of a turn before the first sum and
// spills. In assembly, with both factors laid out as a tile reads them, tiles alone:
// 4×2 vectors, 23; unrolled by 2, 20, by 4, 12.6 (in node's V8 11.3; Chromium's of
// today does not mind); 2×4, 21; 3×3, 23; 4×3, 22; 5×2 and 6×2, 20; 5×1, 16. The
// whole product with its copies reaches 19.4. A load that spreads what it loads would
// help; Go's assembler cannot give it an address.
//
// Natively, with AVX-512 on the same machine, whose limit without fused operations is
// 75 GFLOP/s: tiles of 4×2 vectors on b as it stands, 41 to 44; tiles of 2×4 on a copy
// of 64 columns and 64 rows of b, 54. There a value into every lane takes the port of
// the arithmetic, so that 67 would be the most; blocks of 32 rows were slower, of 96
// and 128 alike; unrolled by 2 slower; 3×4 alike; 4×4 spills. With AVX2 alone
// (GODEBUG=cpu.avx512f=off), 30 where the portable vectors reached 7.
//
// A step of 196-64-32-10 on 64 examples in WebAssembly: besides its products, which
// were four fifths of it, gathering, momentum, the loss and the sums for the biases
// took a fifth. By pointers and strips, and with exponentials in vectors, each is now
// a few parts in a hundred. Bias, rectifier and its mask are applied to a tile whose
// sums are whole and need no pass of their own.
//
// Matrices are row-major slices without padding. Arguments may be longer than
// needed and are then read and written at their front; shorter ones panic, as do
// vectors of unequal length. Unless a kernel says otherwise its output must not
// overlap its inputs.
package kernel
