package crew

import (
	"encoding/binary"
	"errors"
)

// A letter is what one worker sends another at once: jobs, or what became of
// them. It begins with its front: how long that is, the number of entries, for
// each its job's number, its kind and the lengths of head and data, all uint32 in
// little-endian order, and the heads. Then comes the data of each entry. Heads and
// data begin at multiples of 4 bytes; what follows is blank, for arrays are used
// again.

// kind says what an entry is.
type kind uint32

const (
	whole  kind = iota // a job or a result with all its data
	again              // a job with the data of the one before it
	failed             // a job that failed: its head says why
)

// entry is one part of a letter.
type entry struct {
	number int
	kind   kind
	head   string
	data   []byte
}

const (
	leadBytes  = 8  // of a front, before its entries
	entryBytes = 16 // of an entry in the front, beside its head
)

// fill is n, rounded up to a multiple of 4.
func fill(n int) int { return (n + 3) &^ 3 }

// frontBytes is the length of the front of a letter with as many entries, whose
// heads have so many bytes, filled up.
func frontBytes(entries, heads int) int { return leadBytes + entries*entryBytes + heads }

// appendFront appends the front of a letter of the entries to b, which is empty.
func appendFront(b []byte, entries []entry) []byte {
	heads := 0
	for i := range entries {
		heads += fill(len(entries[i].head))
	}
	le := binary.LittleEndian
	b = le.AppendUint32(b, uint32(frontBytes(len(entries), heads)))
	b = le.AppendUint32(b, uint32(len(entries)))
	for i := range entries {
		e := &entries[i]
		for _, v := range [...]int{e.number, int(e.kind), len(e.head), len(e.data)} {
			b = le.AppendUint32(b, uint32(v))
		}
	}
	for i := range entries {
		head := entries[i].head
		var blank [3]byte
		b = append(b, head...)
		b = append(b, blank[:fill(len(head))-len(head)]...)
	}
	return b
}

// part is an entry whose data is still in the letter.
type part struct {
	number int
	kind   kind
	head   string
	at     int // where the data begins
	length int // of the data
}

var errLetter = errors.New("crew: a letter is not what it says")

// readFront lists the parts of a letter of size bytes, of which b are the first
// ones: its front, as long as that says. parts is overwritten.
func readFront(b []byte, size int, parts []part) ([]part, error) {
	le := binary.LittleEndian
	if len(b) < leadBytes || len(b) > size || int(le.Uint32(b)) != len(b) {
		return nil, errLetter
	}
	count := int(le.Uint32(b[4:]))
	if count > (len(b)-leadBytes)/entryBytes {
		return nil, errLetter
	}
	parts = parts[:0]
	head, data := leadBytes+count*entryBytes, len(b)
	for i := range count {
		e := b[leadBytes+i*entryBytes:]
		word := func(i int) int { return int(le.Uint32(e[4*i:])) }
		headLength, length := word(2), word(3)
		if headLength > len(b)-head || length > size-data {
			return nil, errLetter
		}
		parts = append(parts, part{word(0), kind(word(1)), string(b[head : head+headLength]), data, length})
		head, data = head+fill(headLength), data+fill(length)
	}
	if head != len(b) {
		return nil, errLetter
	}
	return parts, nil
}
