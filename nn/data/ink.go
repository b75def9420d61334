package data

import (
	"encoding/binary"
	"math/bits"

	"grapevine/nn/kernel"
)

// Ink knows which pixels of a set's examples are not zero. It finds out when it is
// first asked about an example, and remembers in two bytes a pixel. It is not safe
// for concurrent use.
type Ink struct {
	set   *Set
	value [256]float32
	at    []int32  // by example: where its pixels begin in place; -1: not known
	place []uint16 // their number, then the pixels, ascending
}

// NewInk knows nothing yet of the set's examples, whose pixels must be at most 65,535.
func NewInk(s *Set) *Ink {
	k := &Ink{set: s, value: s.values(), at: make([]int32, s.Count)}
	for i := range k.at {
		k.at[i] = -1
	}
	return k
}

// Rows sets rows[b] to what [Set.Gather] writes of example index[b], without what is
// zero, in ascending order; what rows had room for is used again. It gives up, and
// reports false, once more than the share most of the pixels of all examples so far,
// and of eight at least or of all, is not zero.
func (k *Ink) Rows(rows [][]kernel.Entry, index []int, most float64) bool {
	entries := 0
	for b, i := range index {
		if k.at[i] < 0 {
			k.find(i)
		}
		begin := int(k.at[i])
		count := int(k.place[begin])
		row, pixels := rows[b], k.set.Pixels[i*k.set.Inputs:(i+1)*k.set.Inputs]
		if cap(row) < count {
			row = make([]kernel.Entry, count, 2*count)
		}
		row = row[:count]
		for e, at := range k.place[begin+1 : begin+1+count] {
			row[e] = kernel.Entry{Index: uint32(at), Value: k.value[pixels[at]]}
		}
		rows[b] = row
		entries += count
		if seen := b + 1; (seen >= 8 || seen == len(index)) && float64(entries) > most*float64(seen*k.set.Inputs) {
			return false
		}
	}
	return true
}

// find remembers example i's pixels that are not zero.
func (k *Ink) find(i int) {
	begin := len(k.place)
	k.at[i] = int32(begin)
	k.place = append(k.place, 0)
	pixels := k.set.Pixels[i*k.set.Inputs : (i+1)*k.set.Inputs]
	j := 0
	for ; j+8 <= len(pixels); j += 8 {
		// Eight at a time, of which mostly all are zero.
		for eight := binary.LittleEndian.Uint64(pixels[j:]); eight != 0; {
			at := bits.TrailingZeros64(eight) &^ 7
			k.place = append(k.place, uint16(j+at/8))
			eight &^= 0xff << at
		}
	}
	for ; j < len(pixels); j++ {
		if pixels[j] != 0 {
			k.place = append(k.place, uint16(j))
		}
	}
	k.place[begin] = uint16(len(k.place) - begin - 1)
}
