package experiment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
)

// digestVersion numbers the encoding below.
const digestVersion = 1

// Hash is a SHA-256, written as hex.
type Hash [sha256.Size]byte

// MarshalText writes the hash as 64 hex digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h[:])), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return fmt.Errorf("hash of %d characters: want %d hex digits", len(text), 2*len(h))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Seal computes the digests of a finished trace: each run's, and the trace's
// own, which is its run's or covers both of a pair.
//
// The canonical encoding of one protocol's run is, all integers little-endian
// in 64 bits, strings and lists preceded by their length:
//
//	"grapevine run", digestVersion, numerics version,
//	the normalised experiment of that protocol alone: the number of relevant
//	properties, then key and value of each, as links write them, in the order
//	of Table; one marked Later is left out at its default,
//	the data's name, its two sizes and its checksum,
//	by round: the round's number,
//	    the clients that trained: client, loss (float64), norm, clip and noise
//	    (float32), SHA-256 of the sanitised parameters,
//	    the exchanges: A, B, bytes,
//	    whether it was evaluated (0 or 1), and if so: loss and consensus
//	    distance (float64), accuracies (float64), and of every model its loss
//	    and accuracy (float64),
//	the final parameters' SHA-256s,
//	of an irreproducible run "irreproducible".
//
// Every NaN is encoded as 0x7fc00000 (float64: 0x7ff8000000000000). The pair's
// digest is the SHA-256 of "grapevine pair", digestVersion and both digests,
// FedAvg's first.
func (t *Trace) Seal() {
	var all []Hash
	for i := range t.Runs {
		h := t.runDigest(&t.Runs[i])
		t.Runs[i].Digest = h.String()
		all = append(all, h)
	}
	if len(all) == 1 {
		t.Digest = all[0].String()
		return
	}
	e := newEncoder("grapevine pair")
	for _, h := range all {
		e.h.Write(h[:])
	}
	t.Digest = e.sum().String()
}

func (t *Trace) runDigest(r *Run) Hash {
	e := newEncoder("grapevine run")
	e.int(t.Numerics)
	alone := t.Experiment.Alone(r.Protocol)
	var relevant []Property
	for _, p := range Table {
		if p.covered(alone) {
			relevant = append(relevant, p)
		}
	}
	e.int(len(relevant))
	for _, p := range relevant {
		e.string(p.Key)
		e.string(p.Get(alone))
	}
	e.string(t.Data.Name)
	e.int(t.Data.Train)
	e.int(t.Data.Test)
	e.h.Write(t.Data.Checksum[:])
	e.int(len(r.Rounds))
	for i := range r.Rounds {
		e.round(&r.Rounds[i])
	}
	e.int(len(r.Final))
	for _, h := range r.Final {
		e.h.Write(h[:])
	}
	if t.Irreproducible {
		e.string("irreproducible")
	}
	return e.sum()
}

// covered reports whether a digest of the experiment covers the property.
func (p Property) covered(e Experiment) bool {
	return p.Relevant(e) && !(p.Later && p.Get(e) == p.Get(unresolved()))
}

type encoder struct{ h hash.Hash }

func newEncoder(kind string) *encoder {
	e := &encoder{sha256.New()}
	e.string(kind)
	e.int(digestVersion)
	return e
}

func (e *encoder) sum() (h Hash) {
	e.h.Sum(h[:0])
	return h
}

func (e *encoder) word(x uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], x)
	e.h.Write(b[:])
}

func (e *encoder) int(n int) { e.word(uint64(int64(n))) }

func (e *encoder) string(s string) {
	e.int(len(s))
	e.h.Write([]byte(s))
}

func (e *encoder) float64(x Float) {
	if x != x {
		e.word(0x7ff8000000000000)
		return
	}
	e.word(math.Float64bits(float64(x)))
}

func (e *encoder) float32(x Float) {
	bits := uint32(0x7fc00000)
	if x == x {
		bits = math.Float32bits(float32(x))
	}
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], bits)
	e.h.Write(b[:])
}

func (e *encoder) round(r *Round) {
	e.int(r.Round)
	e.int(len(r.Clients))
	for _, c := range r.Clients {
		e.int(c.Client)
		e.float64(c.Loss)
		e.float32(c.Norm)
		e.float32(c.Clip)
		e.float32(c.Noise)
		e.h.Write(c.Parameters[:])
	}
	e.int(len(r.Exchanges))
	for _, x := range r.Exchanges {
		e.int(x.A)
		e.int(x.B)
		e.int(x.Bytes)
	}
	if r.Evaluation == nil {
		e.int(0)
		return
	}
	e.int(1)
	v := r.Evaluation
	e.float64(v.TestLoss)
	e.float64(v.ConsensusDistance)
	for _, x := range []float64{v.TestAccuracy, v.MinAccuracy, v.MaxAccuracy} {
		e.float64(Float(x))
	}
	e.int(len(v.Models))
	for _, m := range v.Models {
		e.float64(m.Loss)
		e.float64(Float(m.Accuracy))
	}
}
