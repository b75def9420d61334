// Package random gives every purpose, round and client its own stream of
// random numbers, so that the order of work cannot matter.
//
// A stream is ChaCha8 (math/rand/v2, whose output is specified), keyed by the
// SHA-256 of its [Address]: the seed (8 bytes), the purpose's length (8
// bytes) and bytes, then round, client and step (8 bytes each, two's
// complement), all little-endian, then the key, where there is one. Only
// Uint64 of the library is used; bounded integers (Lemire 2019), Fisher–Yates
// and the variates are our own, because their bits must not change with a
// library's version or with the machine.
package random

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"math/rand/v2"
)

// The purposes of streams.
const (
	PurposeInit      = "init"      // first weights
	PurposeShards    = "shards"    // the order of label shards
	PurposePartition = "partition" // IID and Dirichlet partitions
	PurposeTopology  = "topology"  // edges
	PurposeOrder     = "order"     // batch order, by round, client and epoch
	PurposeClients   = "clients"   // the clients the server asks
	PurposeExchanges = "exchanges" // the edges that gossip draws
	PurposeNoise     = "noise"     // privacy noise on an update, by round and client

	PurposeServerNoise  = "server-noise"  // privacy noise on the sum, by round
	PurposeEdgeNoise    = "edge-noise"    // that two neighbours share, by round; client and step are the lower and the higher
	PurposeExampleBatch = "example-batch" // Poisson batches, by round, client and step
	PurposeExampleNoise = "example-noise" // privacy noise on a batch's sum, likewise

	PurposeCanary = "canary" // whether a canary of an audit is in, and its update, by client
)

// Address names a stream. Protocol is no part of it: protocols side by side
// share batch order, first weights and noise.
type Address struct {
	Seed    uint64
	Purpose string
	Round   int
	Client  int
	Step    int
	// Key, where it is not zero, makes the stream one that the seed alone does
	// not open: 32 bytes from the operating system hide noise from whoever
	// knows the seed.
	Key [32]byte
}

// Stream is one stream of random numbers. It is not safe for concurrent use.
type Stream struct {
	source  *rand.ChaCha8
	high    uint32 // the unused half of the last word that Uint32 drew
	pending bool
}

// New opens the stream at the address, at its start.
func New(a Address) *Stream {
	b := make([]byte, 0, 64)
	b = binary.LittleEndian.AppendUint64(b, a.Seed)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(a.Purpose)))
	b = append(b, a.Purpose...)
	for _, n := range [...]int{a.Round, a.Client, a.Step} {
		b = binary.LittleEndian.AppendUint64(b, uint64(int64(n)))
	}
	if a.Key != [32]byte{} {
		b = append(b, a.Key[:]...)
	}
	return &Stream{source: rand.NewChaCha8(sha256.Sum256(b))}
}

// Uint64 draws 64 bits.
func (s *Stream) Uint64() uint64 { return s.source.Uint64() }

// Uint32 draws 32 bits: the low half of a word, then its high half.
func (s *Stream) Uint32() uint32 {
	if s.pending {
		s.pending = false
		return s.high
	}
	w := s.source.Uint64()
	s.high, s.pending = uint32(w>>32), true
	return uint32(w)
}

// Intn draws a whole number in [0, n), without bias (Lemire 2019). It panics
// unless n > 0.
func (s *Stream) Intn(n int) int {
	if n <= 0 {
		panic(fmt.Sprintf("random: Intn(%d): want a positive number", n))
	}
	bound := uint64(n)
	hi, lo := bits.Mul64(s.Uint64(), bound)
	if lo < bound {
		for least := -bound % bound; lo < least; {
			hi, lo = bits.Mul64(s.Uint64(), bound)
		}
	}
	return int(hi)
}

// Shuffle permutes x (Fisher–Yates, from the end).
func (s *Stream) Shuffle(x []int) {
	for i := len(x) - 1; i > 0; i-- {
		j := s.Intn(i + 1)
		x[i], x[j] = x[j], x[i]
	}
}

// Perm draws a permutation of 0 … n−1.
func (s *Stream) Perm(n int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = i
	}
	s.Shuffle(x)
	return x
}

// Float32 draws a number in [0, 1) of 24 bits.
func (s *Stream) Float32() float32 { return float32(s.Uint32()>>8) * (1.0 / (1 << 24)) }

// Float64 draws a number in [0, 1) of 53 bits.
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * (1.0 / (1 << 53)) }

// Uniform draws a number in [lo, hi).
func (s *Stream) Uniform(lo, hi float32) float32 {
	return lo + float32(s.Float32()*float32(hi-lo))
}
