package mnist

import (
	"slices"

	"grapevine/nn/data"
)

// cut shares n examples out to chunks. Each chunk is a list of indices,
// ascending.
//
// The labels of every prefix of k chunks stand in the whole set's
// proportions: of class c it holds count[c]·k/chunks examples, rounded by the
// largest remainder. Within a class the examples keep their order. Quotas grow
// by about a hundred a chunk, so rounding never takes an example back.
func cut(labels []byte) [][]int {
	var byClass [data.Classes][]int
	for i, l := range labels {
		byClass[l] = append(byClass[l], i)
	}
	var total [data.Classes]int
	for c := range byClass {
		total[c] = len(byClass[c])
	}
	chunks := make([][]int, len(labels)/data.ChunkSize)
	var taken [data.Classes]int
	for k := range chunks {
		until := apportion(total, (k+1)*data.ChunkSize)
		for c := range byClass {
			chunks[k] = append(chunks[k], byClass[c][taken[c]:until[c]]...)
		}
		slices.Sort(chunks[k])
		taken = until
	}
	return chunks
}

// apportion rounds total[c]·seats/sum(total) to integers that add up to
// seats, by the largest remainder; of equal remainders the lower class wins.
func apportion(total [data.Classes]int, seats int) (share [data.Classes]int) {
	sum := 0
	for _, n := range total {
		sum += n
	}
	left := seats
	var remainder [data.Classes]int
	for c, n := range total {
		share[c], remainder[c] = n*seats/sum, n*seats%sum
		left -= share[c]
	}
	for ; left > 0; left-- {
		largest := 0
		for c, r := range remainder {
			if r > remainder[largest] {
				largest = c
			}
		}
		share[largest]++
		remainder[largest] = -1
	}
	return share
}

// chunks makes the chunks of a set: the first count, or all when count is 0.
func (f format) chunks(set string, d digits, count int) []data.Chunk {
	parts := cut(d.labels)
	if count == 0 {
		count = len(parts)
	}
	const size = sourceSide * sourceSide
	out := make([]data.Chunk, count)
	for k := range out {
		c := data.Chunk{
			Set: set, Index: k, Of: len(parts), Side: f.side, Bits: f.bits,
			Labels: make([]byte, 0, data.ChunkSize),
			Pixels: make([]byte, 0, data.ChunkSize*f.side*f.side),
		}
		for _, i := range parts[k] {
			c.Labels = append(c.Labels, d.labels[i])
			c.Pixels = f.digit(c.Pixels, d.pixels[i*size:(i+1)*size])
		}
		out[k] = c
	}
	return out
}

// asTheyAre appends a digit of 28×28 pixels unchanged.
func asTheyAre(to, digit []byte) []byte { return append(to, digit...) }

// halved appends a digit of 28×28 pixels of 8 bits as 14×14 of 4 bits: the
// mean of each square of 2×2 pixels, s/4 of 255, becomes the nearest of 16
// levels, ⌊15·s/1020 + 1/2⌋.
func halved(to, digit []byte) []byte {
	for y := 0; y < sourceSide; y += 2 {
		for x := 0; x < sourceSide; x += 2 {
			at := y*sourceSide + x
			s := int(digit[at]) + int(digit[at+1]) + int(digit[at+sourceSide]) + int(digit[at+sourceSide+1])
			to = append(to, byte((s*15+510)/1020))
		}
	}
	return to
}
