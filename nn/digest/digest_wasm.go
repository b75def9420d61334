package digest

import (
	"encoding/binary"
	"hash"
	"unsafe"
)

const blockSize = 64

// constants are the first 32 bits of the fractional parts of the cube roots of the
// first 64 primes.
var constants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

// initial are those of the square roots of the first 8 primes.
var initial = [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}

// state is a digest so far.
type state struct {
	h     [8]uint32
	words [64]uint32 // of the block that is at work
	rest  [blockSize]byte
	count uint64 // of bytes so far; the last ones, less than a block, are in rest
}

// blocks takes count blocks at p into h; count is positive, and words room for it.
//
//go:noescape
func blocks(h, words, constants, p unsafe.Pointer, count int)

func start() hash.Hash { return &state{h: initial} }

func (s *state) Size() int      { return Size }
func (s *state) BlockSize() int { return blockSize }
func (s *state) Reset()         { *s = state{h: initial} }

func (s *state) take(b []byte) {
	if count := len(b) / blockSize; count > 0 {
		blocks(unsafe.Pointer(&s.h), unsafe.Pointer(&s.words), unsafe.Pointer(&constants), unsafe.Pointer(&b[0]), count)
	}
}

// Write keeps the contract of hash.Hash.
func (s *state) Write(b []byte) (int, error) {
	n, held := len(b), int(s.count%blockSize)
	s.count += uint64(n)
	if held > 0 {
		taken := copy(s.rest[held:], b)
		if b = b[taken:]; held+taken < blockSize {
			return n, nil
		}
		s.take(s.rest[:])
	}
	s.take(b)
	copy(s.rest[:], b[len(b)/blockSize*blockSize:])
	return n, nil
}

// Sum keeps the contract of hash.Hash.
func (s *state) Sum(to []byte) []byte {
	end := *s // more may be written
	held := int(s.count % blockSize)
	last := append(make([]byte, 0, 2*blockSize), s.rest[:held]...)
	last = append(last, 0x80)
	for len(last)%blockSize != blockSize-8 {
		last = append(last, 0)
	}
	end.take(binary.BigEndian.AppendUint64(last, 8*s.count))
	for _, word := range end.h {
		to = binary.BigEndian.AppendUint32(to, word)
	}
	return to
}
