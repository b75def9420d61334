// Package data holds labelled digits and shares them out among clients.
//
// Digits come in chunks of 1,000 (chunk.go), so that a run reads only what it
// uses; Assemble joins them. Pixels stay quantised, a byte each, and become
// float32 in [0, 1] when a batch is gathered: a training set of 60,000 then
// takes 47 MB instead of 188. Partitions are functions of labels and seed
// (partition.go). The package does no I/O.
package data

import (
	"encoding/binary"
	"fmt"
	"sync"

	"grapevine/nn/digest"
	"grapevine/nn/kernel"
)

// Classes is the number of digits.
const Classes = 10

// Set is a list of examples.
type Set struct {
	Count  int
	Inputs int    // pixels of one example
	Pixels []byte // Count×Inputs, row-major, each in [0, Levels]
	Labels []byte // Count, each in [0, Classes)
	Levels int    // the largest pixel value: 15 or 255
}

// Gather writes the examples with the given indices to x, len(index)×Inputs
// row-major, each pixel divided by Levels.
func (s *Set) Gather(x []float32, index []int) {
	value := s.values()
	for b, i := range index {
		row := x[b*s.Inputs : (b+1)*s.Inputs]
		pixels := s.Pixels[i*s.Inputs : (i+1)*s.Inputs]
		done := kernel.Levels(row, pixels, float32(s.Levels))
		pixels, row = pixels[done:], row[done:]
		for j, level := range pixels {
			row[j] = value[level]
		}
	}
}

// values lists what each level of a pixel is as an input.
func (s *Set) values() (value [256]float32) {
	for i := range value[:s.Levels+1] {
		value[i] = float32(i) / float32(s.Levels)
	}
	return value
}

// Dataset is what a run trains and tests on.
type Dataset struct {
	Name        string
	Side        int // of the square digits, in pixels
	Train, Test Set

	bits     int                    // of a pixel, in the chunks' files
	of       [2]int                 // chunks there are of each set, used or not
	claimed  [2][][digest.Size]byte // the checksums that the chunks' files carry
	checksum func() ([digest.Size]byte, error)
}

// Checksum is that of the name, the sizes and every chunk used. It is an error
// where a chunk is not what its file's own checksum says. It is computed when
// it is first asked for, which takes longer than to read the chunks: a hand
// never asks, and the page shows an experiment before it does.
func (d *Dataset) Checksum() ([digest.Size]byte, error) { return d.checksum() }

// Assemble joins whole chunks, the first ones of each set in order. It
// refuses chunks of other shapes, out of order, or none.
func Assemble(name string, train, test []Chunk) (*Dataset, error) {
	if len(train) == 0 || len(test) == 0 {
		return nil, fmt.Errorf("data %s: %d train and %d test chunks: want at least one of each", name, len(train), len(test))
	}
	d := &Dataset{Name: name, Side: train[0].Side, bits: train[0].Bits, of: [2]int{train[0].Of, test[0].Of}}
	for part, chunks := range [...][]Chunk{train, test} {
		into := d.set(part)
		*into = Set{
			Inputs: d.Side * d.Side, Levels: 1<<d.bits - 1,
			Pixels: make([]byte, 0, len(chunks)*len(chunks[0].Pixels)), Labels: make([]byte, 0, len(chunks)*ChunkSize),
		}
		for i, c := range chunks {
			if c.Set != sets[part] || c.Index != i || c.Of != d.of[part] || c.Side != d.Side || c.Bits != d.bits {
				return nil, fmt.Errorf("data %s: chunk %d of %d of %s is chunk %d of %d of %s, %d×%d pixels of %d bits",
					name, i, d.of[part], sets[part], c.Index, c.Of, c.Set, c.Side, c.Side, c.Bits)
			}
			into.Pixels = append(into.Pixels, c.Pixels...)
			into.Labels = append(into.Labels, c.Labels...)
			d.claimed[part] = append(d.claimed[part], c.claimed)
		}
		into.Count = len(into.Labels)
	}
	d.checksum = sync.OnceValues(d.sum)
	return d, nil
}

// set is Train or Test, in the order of sets.
func (d *Dataset) set(part int) *Set { return [...]*Set{&d.Train, &d.Test}[part] }

// sum is the checksum. It encodes the chunks again: the digits then need not
// stand in memory a second time until it is asked for.
func (d *Dataset) sum() (sum [digest.Size]byte, err error) {
	h := digest.New()
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(d.Name))))
	h.Write([]byte(d.Name))
	for part, name := range sets {
		s := d.set(part)
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(s.Count/ChunkSize)))
		for i := range s.Count / ChunkSize {
			from, to := i*ChunkSize, (i+1)*ChunkSize
			c := Chunk{
				Set: name, Index: i, Of: d.of[part], Side: d.Side, Bits: d.bits,
				Labels: s.Labels[from:to], Pixels: s.Pixels[from*s.Inputs : to*s.Inputs],
			}
			encoded := c.Encode()
			if claimed := d.claimed[part][i]; claimed != [digest.Size]byte{} {
				if err := altered([digest.Size]byte(encoded[headerSize-digest.Size:]), claimed); err != nil {
					return sum, fmt.Errorf("data %s, chunk %d of %s: %w", d.Name, i, name, err)
				}
			}
			chunk := digest.Sum(encoded)
			h.Write(chunk[:])
		}
	}
	h.Sum(sum[:0])
	return sum, nil
}

// Histogram counts the examples with the given indices by label.
func Histogram(labels []byte, index []int) (count [Classes]int) {
	for _, i := range index {
		count[labels[i]]++
	}
	return count
}
