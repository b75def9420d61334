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
	rows  [][]kernel.Entry
	kept  [][]kernel.Entry // by example, where they are kept; nil: not known
}

// NewInk knows nothing yet of the set's examples, whose pixels must be at most 65,535.
// With keep it remembers the rows themselves, in eight bytes a pixel: worth it for
// examples that are asked about again and again, as those of a test set are.
func NewInk(s *Set, keep bool) *Ink {
	k := &Ink{set: s, value: s.values()}
	if keep {
		k.kept = make([][]kernel.Entry, s.Count)
		return k
	}
	k.at = make([]int32, s.Count)
	for i := range k.at {
		k.at[i] = -1
	}
	return k
}

// Rows lists what [Set.Gather] writes of the examples with the given indices, without
// what is zero, in ascending order. The rows are not to be changed, and are good until
// the next call. It gives up, and reports false, once more than the share most of the
// pixels of all examples so far, and of eight at least or of all, is not zero.
func (k *Ink) Rows(index []int, most float64) ([][]kernel.Entry, bool) {
	for len(k.rows) < len(index) {
		k.rows = append(k.rows, nil)
	}
	rows, entries := k.rows[:len(index)], 0
	for b, i := range index {
		if k.kept != nil {
			if k.kept[i] == nil {
				k.place = k.place[:0]
				k.kept[i] = k.row(make([]kernel.Entry, k.find(i)), i, 0)
			}
			rows[b] = k.kept[i]
		} else {
			if k.at[i] < 0 {
				k.at[i] = int32(len(k.place))
				k.find(i)
			}
			rows[b] = k.row(rows[b], i, int(k.at[i]))
		}
		entries += len(rows[b])
		if seen := b + 1; (seen >= 8 || seen == len(index)) && float64(entries) > most*float64(seen*k.set.Inputs) {
			return nil, false
		}
	}
	return rows, true
}

// row writes example i's row, whose pixels begin at place[begin], to row or, where
// that has no room, to another.
func (k *Ink) row(row []kernel.Entry, i, begin int) []kernel.Entry {
	count := int(k.place[begin])
	if cap(row) < count {
		row = make([]kernel.Entry, count, 2*count)
	}
	row, pixels := row[:count], k.set.Pixels[i*k.set.Inputs:(i+1)*k.set.Inputs]
	for e, at := range k.place[begin+1 : begin+1+count] {
		row[e] = kernel.Entry{Index: uint32(at), Value: k.value[pixels[at]]}
	}
	return row
}

// find adds example i's pixels that are not zero to place, and returns how many there
// are.
func (k *Ink) find(i int) int {
	begin := len(k.place)
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
	count := len(k.place) - begin - 1
	k.place[begin] = uint16(count)
	return count
}
