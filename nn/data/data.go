// Package data holds labelled digits and shares them out among clients.
//
// Digits come in chunks of 1,000 (chunk.go), so that a run reads only what it
// uses; Assemble joins them. Pixels stay quantised, a byte each, and become
// float32 in [0, 1] when a batch is gathered: a training set of 60,000 then
// takes 47 MB instead of 188. Partitions are functions of labels and seed
// (partition.go). The package does no I/O.
package data

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

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
	Checksum    [sha256.Size]byte // of name, sizes and every chunk used
}

// Assemble joins whole chunks, the first ones of each set in order. It
// refuses chunks of other shapes, out of order, or none.
func Assemble(name string, train, test []Chunk) (*Dataset, error) {
	if len(train) == 0 || len(test) == 0 {
		return nil, fmt.Errorf("data %s: %d train and %d test chunks: want at least one of each", name, len(train), len(test))
	}
	d := &Dataset{Name: name, Side: train[0].Side}
	h := sha256.New()
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(name))))
	h.Write([]byte(name))
	for _, part := range []struct {
		set    string
		chunks []Chunk
		into   *Set
	}{{"train", train, &d.Train}, {"test", test, &d.Test}} {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(part.chunks))))
		*part.into = Set{Inputs: d.Side * d.Side, Levels: 1<<train[0].Bits - 1}
		for i, c := range part.chunks {
			if c.Set != part.set || c.Index != i || c.Side != d.Side || c.Bits != train[0].Bits {
				return nil, fmt.Errorf("data %s: chunk %d of %s is chunk %d of %s, %d×%d pixels of %d bits", name, i, part.set, c.Index, c.Set, c.Side, c.Side, c.Bits)
			}
			part.into.Pixels = append(part.into.Pixels, c.Pixels...)
			part.into.Labels = append(part.into.Labels, c.Labels...)
			sum := sha256.Sum256(c.Encode())
			h.Write(sum[:])
		}
		part.into.Count = len(part.into.Labels)
	}
	h.Sum(d.Checksum[:0])
	return d, nil
}

// Histogram counts the examples with the given indices by label.
func Histogram(labels []byte, index []int) (count [Classes]int) {
	for _, i := range index {
		count[labels[i]]++
	}
	return count
}
