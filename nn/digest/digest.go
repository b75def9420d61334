// Package digest is SHA-256 (FIPS 180-4). It is crypto/sha256, save in WebAssembly,
// for which Go has portable code alone: to hash what a client of a small network
// made took a tenth of its whole round there. The block function in assembly is
// 2.5 times as fast; the same in Go, with as much unrolled, 1.3 times, for the
// compiler keeps what the sixteen registers don't hold in memory.
package digest

import "hash"

// Size is the length of a digest in bytes.
const Size = 32

// New starts a digest.
func New() hash.Hash { return start() }

// Sum is the digest of b.
func Sum(b []byte) (sum [Size]byte) {
	h := New()
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}
