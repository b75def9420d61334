package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"grapevine/nn/digest"
)

// ChunkSize is the number of examples in a chunk.
const ChunkSize = 1000

// Chunk is a thousand examples of one set, as a file carries them.
type Chunk struct {
	Set    string // "train" or "test"
	Index  int    // of the chunk in its set
	Of     int    // chunks in the set
	Side   int    // of the square digits, in pixels: 14 or 28
	Bits   int    // of a pixel: 4 or 8
	Labels []byte // ChunkSize
	Pixels []byte // ChunkSize×Side×Side, one byte a pixel

	claimed [digest.Size]byte // the checksum its file carries; zero without one
}

// FileName is the name of a chunk's file, a gzip of its encoding.
func FileName(set string, index int) string { return fmt.Sprintf("%s-%02d.gz", set, index) }

// The encoding is a header of 64 bytes, then the labels, then the pixels. The
// header: "GVDIGITS", then uint16s, little-endian: format version, set (0
// train, 1 test), index, of, side, bits, count; 10 zero bytes; the SHA-256 of
// all that follows the header. Pixels of 4 bits stand two in a byte, the
// first in the low half.
const (
	magic         = "GVDIGITS"
	formatVersion = 1
	headerSize    = 64
)

var sets = [...]string{"train", "test"}

// Encode writes the chunk.
func (c Chunk) Encode() []byte {
	set := 0
	if c.Set == sets[1] {
		set = 1
	}
	b := make([]byte, 0, headerSize+len(c.Labels)+len(c.Pixels))
	b = append(b, magic...)
	for _, n := range [...]int{formatVersion, set, c.Index, c.Of, c.Side, c.Bits, len(c.Labels)} {
		b = binary.LittleEndian.AppendUint16(b, uint16(n))
	}
	b = b[:headerSize]
	b = append(b, c.Labels...)
	if c.Bits == 8 {
		b = append(b, c.Pixels...)
	} else {
		for i := 0; i < len(c.Pixels); i += 2 {
			b = append(b, c.Pixels[i]|c.Pixels[i+1]<<4)
		}
	}
	sum := digest.Sum(b[headerSize:])
	copy(b[32:], sum[:])
	return b
}

// ErrChunk is wrapped by every error of Decode.
var ErrChunk = errors.New("digits file")

// Decode reads a chunk and refuses what Encode does not write.
func Decode(b []byte) (Chunk, error) {
	c, err := Read(b)
	if err != nil {
		return c, err
	}
	return c, altered(digest.Sum(b[headerSize:]), c.claimed)
}

// altered is an error unless the checksum is the one that a file carries.
func altered(sum, claimed [digest.Size]byte) error {
	if sum != claimed {
		return fmt.Errorf("%w: checksum differs: the file was altered or cut", ErrChunk)
	}
	return nil
}

// Read is Decode without a look at the checksum, which takes most of the time:
// Dataset.Checksum looks at it.
func Read(b []byte) (Chunk, error) {
	refuse := func(format string, args ...any) (Chunk, error) {
		return Chunk{}, fmt.Errorf("%w: %s", ErrChunk, fmt.Sprintf(format, args...))
	}
	if len(b) < headerSize {
		return refuse("%d bytes: want a header of %d", len(b), headerSize)
	}
	if string(b[:8]) != magic {
		return refuse("begins with %q: want %q", b[:8], magic)
	}
	field := func(i int) int { return int(binary.LittleEndian.Uint16(b[8+2*i:])) }
	if v := field(0); v != formatVersion {
		return refuse("format version %d: want %d", v, formatVersion)
	}
	if field(1) > 1 {
		return refuse("set %d: want 0 (train) or 1 (test)", field(1))
	}
	c := Chunk{Set: sets[field(1)], Index: field(2), Of: field(3), Side: field(4), Bits: field(5)}
	if c.Of < 1 || c.Of > 60 || c.Index >= c.Of {
		return refuse("chunk %d of %d: want an index below at most 60", c.Index, c.Of)
	}
	if !(c.Side == 14 && c.Bits == 4 || c.Side == 28 && c.Bits == 8) {
		return refuse("%d×%d pixels of %d bits: want 14×14 of 4 or 28×28 of 8", c.Side, c.Side, c.Bits)
	}
	if n := field(6); n != ChunkSize {
		return refuse("%d examples: want %d", n, ChunkSize)
	}
	if !bytes.Equal(b[22:32], make([]byte, 10)) {
		return refuse("bytes 22 to 31 of the header: want zeros")
	}
	body := b[headerSize:]
	if want := ChunkSize + ChunkSize*c.Side*c.Side*c.Bits/8; len(body) != want {
		return refuse("%d bytes after the header: want %d", len(body), want)
	}
	c.claimed = [digest.Size]byte(b[32:headerSize])
	c.Labels = bytes.Clone(body[:ChunkSize])
	for i, l := range c.Labels {
		if l >= Classes {
			return refuse("label %d of example %d: want 0 to 9", l, i)
		}
	}
	if c.Bits == 8 {
		c.Pixels = bytes.Clone(body[ChunkSize:])
		return c, nil
	}
	c.Pixels = make([]byte, ChunkSize*c.Side*c.Side)
	for i, two := range body[ChunkSize:] {
		c.Pixels[2*i], c.Pixels[2*i+1] = two&15, two>>4
	}
	return c, nil
}
