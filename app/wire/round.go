package wire

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"grapevine/app/experiment"
)

// fields packs a round's lists. As JSON a round of a thousand clients is a third
// of a megabyte, which took each of its readers, who share the page's thread,
// some 30 ms to read; packed it is less than half as long and is read in a tenth
// of that.
//
// Packed are, as base64, the lists of clients and of exchanges and the
// evaluation, each led by 0 where there is none and else by its length plus one.
// Lengths and whole numbers are varints; what is a float64 in package experiment
// is one here, little-endian, and a hash is its bytes.
func (m *Round) fields(c *coder) {
	c.text(&m.Protocol)
	c.whole(&m.Round.Round)
	packed := ""
	if !c.reading {
		packed = base64.StdEncoding.EncodeToString(m.pack())
	}
	c.text(&packed)
	if c.reading && c.err == nil {
		b, err := base64.StdEncoding.DecodeString(packed)
		if err == nil {
			m.Round, err = unpack(m.Round.Round, b)
		}
		if err != nil {
			c.fail("packed round %d: %w", m.Round.Round, err)
		}
	}
}

func (m *Round) pack() []byte {
	r := m.Round
	w := make(packer, 0, 64*len(r.Clients)+8*len(r.Exchanges)+64)
	w.list(len(r.Clients), r.Clients == nil)
	for i := range r.Clients {
		c := &r.Clients[i]
		w.whole(c.Client)
		w.floats(float64(c.Loss), float64(c.Norm), float64(c.Clip), float64(c.Noise))
		w = append(w, c.Parameters[:]...)
	}
	w.list(len(r.Exchanges), r.Exchanges == nil)
	for _, x := range r.Exchanges {
		w.whole(x.A)
		w.whole(x.B)
		w.whole(x.Bytes)
	}
	w.list(0, r.Evaluation == nil)
	if e := r.Evaluation; e != nil {
		w.floats(float64(e.TestLoss), e.TestAccuracy, e.MinAccuracy, e.MaxAccuracy, float64(e.ConsensusDistance))
		w.list(len(e.Models), e.Models == nil)
		for i := range e.Models {
			model := &e.Models[i]
			w.floats(float64(model.Loss), model.Accuracy)
			diverged := 0
			if model.Diverged {
				diverged = 1
			}
			w.whole(diverged)
			w.list(len(model.PerDigit), model.PerDigit == nil)
			for _, n := range model.PerDigit {
				w.whole(n)
			}
		}
	}
	return w
}

// unpack reads what pack writes.
func unpack(round int, packed []byte) (experiment.Round, error) {
	u := unpacker{rest: packed}
	r := experiment.Round{Round: round}
	if n, ok := u.list(33 + len(experiment.Hash{})); ok {
		r.Clients = make([]experiment.ClientRound, n)
		for i := range r.Clients {
			c := &r.Clients[i]
			c.Client = u.whole()
			c.Loss, c.Norm, c.Clip, c.Noise = u.float(), u.float(), u.float(), u.float()
			copy(c.Parameters[:], u.bytes(len(c.Parameters)))
		}
	}
	if n, ok := u.list(3); ok {
		r.Exchanges = make([]experiment.Exchange, n)
		for i := range r.Exchanges {
			r.Exchanges[i] = experiment.Exchange{A: u.whole(), B: u.whole(), Bytes: u.whole()}
		}
	}
	if _, ok := u.list(0); ok { // of no elements
		r.Evaluation = u.evaluation()
	}
	if u.err == nil && len(u.rest) > 0 {
		u.err = fmt.Errorf("%d bytes follow its end", len(u.rest))
	}
	return r, u.err
}

func (u *unpacker) evaluation() *experiment.Evaluation {
	e := &experiment.Evaluation{
		TestLoss: u.float(), TestAccuracy: float64(u.float()), MinAccuracy: float64(u.float()), MaxAccuracy: float64(u.float()),
		ConsensusDistance: u.float(),
	}
	n, ok := u.list(18)
	if !ok {
		return e
	}
	e.Models = make([]experiment.ModelEvaluation, n)
	for i := range e.Models {
		model := &e.Models[i]
		model.Loss, model.Accuracy, model.Diverged = u.float(), float64(u.float()), u.whole() != 0
		if n, ok := u.list(1); ok {
			model.PerDigit = make([]int, n)
			for j := range model.PerDigit {
				model.PerDigit[j] = u.whole()
			}
		}
	}
	return e
}

// packer appends to a packed round.
type packer []byte

func (w *packer) whole(n int) { *w = binary.AppendVarint(*w, int64(n)) }

func (w *packer) floats(list ...float64) {
	for _, x := range list {
		*w = binary.LittleEndian.AppendUint64(*w, math.Float64bits(x))
	}
}

// list leads a list of that many elements, or stands for none.
func (w *packer) list(n int, none bool) {
	if none {
		n = -1
	}
	w.whole(n + 1)
}

// unpacker takes a packed round apart; after an error it yields zeros.
type unpacker struct {
	rest []byte
	err  error
}

var errShort = errors.New("it ends too soon")

func (u *unpacker) bytes(n int) []byte {
	if n > len(u.rest) {
		u.rest, u.err = nil, errShort
		return nil
	}
	b := u.rest[:n]
	u.rest = u.rest[n:]
	return b
}

func (u *unpacker) float() experiment.Float {
	if b := u.bytes(8); b != nil {
		return experiment.Float(math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return 0
}

func (u *unpacker) whole() int {
	n, size := binary.Varint(u.rest)
	if size <= 0 {
		u.rest, u.err = nil, errShort
		return 0
	}
	u.rest = u.rest[size:]
	return int(n)
}

// list is how long the list is that follows, whose elements take at least so
// many bytes each; ok is false where there is none.
func (u *unpacker) list(least int) (n int, ok bool) {
	n = u.whole() - 1
	switch {
	case u.err != nil || n == -1:
		return 0, false
	case n < 0 || n > len(u.rest)/max(1, least):
		u.rest, u.err = nil, fmt.Errorf("a list of %d elements: %d bytes are left", n, len(u.rest))
		return 0, false
	}
	return n, true
}
