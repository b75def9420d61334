package mnist

import (
	"slices"
	"testing"

	"grapevine/nn/data"
)

// TestCut holds the order of both sets to what chunks.go promises of it.
func TestCut(t *testing.T) {
	o := readOfficial(t)
	for _, set := range []struct {
		name   string
		labels []byte
		chunks int
	}{{"train", o.train.labels, 60}, {"test", o.test.labels, 10}} {
		parts := cut(set.labels)
		if len(parts) != set.chunks {
			t.Fatalf("%s: %d chunks, want %d", set.name, len(parts), set.chunks)
		}
		total := data.Histogram(set.labels, slices.Concat(parts...))
		seen := make([]bool, len(set.labels))
		var have [data.Classes]int
		last := [data.Classes]int{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}
		for k, part := range parts {
			if len(part) != data.ChunkSize || !slices.IsSorted(part) {
				t.Errorf("%s: chunk %d holds %d examples, want 1000 in ascending order", set.name, k, len(part))
			}
			for _, i := range part {
				c := set.labels[i]
				if seen[i] {
					t.Fatalf("%s: example %d is in two chunks", set.name, i)
				}
				seen[i] = true
				if i < last[c] {
					t.Fatalf("%s: example %d follows %d, both of class %d", set.name, i, last[c], c)
				}
				last[c] = i
				have[c]++
			}
			for c := range have {
				// Less than one example from the exact share, in integers.
				if off := have[c]*set.chunks - total[c]*(k+1); off >= set.chunks || off <= -set.chunks {
					t.Errorf("%s: %d chunks hold %d of class %d: want %d·%d/%d within one", set.name, k+1, have[c], c, total[c], k+1, set.chunks)
				}
			}
		}
		if slices.Contains(seen, false) {
			t.Errorf("%s: example %d is in no chunk", set.name, slices.Index(seen, false))
		}
	}
}

// TestApportion works largest remainders out by hand.
func TestApportion(t *testing.T) {
	for _, c := range []struct {
		total [data.Classes]int
		seats int
		want  [data.Classes]int
	}{
		// Shares 3.5, 2.1, 1.4: the first has the largest remainder.
		{[data.Classes]int{50, 30, 20}, 7, [data.Classes]int{4, 2, 1}},
		// Shares 0.5, 0.5: the lower class wins.
		{[data.Classes]int{0, 5, 0, 5}, 1, [data.Classes]int{0, 1}},
		// Shares 1.2, 1.4, 0.4: two seats by floor, the third to the lower of 0.4s.
		{[data.Classes]int{12, 14, 4}, 3, [data.Classes]int{1, 2, 0}},
	} {
		if got := apportion(c.total, c.seats); got != c.want {
			t.Errorf("%d seats for %v: %v, want %v", c.seats, c.total, got, c.want)
		}
	}
}

// TestHalved takes each of the 1,021 sums of four pixels once: the level is
// the nearest, and of two as near the higher.
func TestHalved(t *testing.T) {
	for sum := range 4*255 + 1 {
		digit := make([]byte, sourceSide*sourceSide)
		// The square in the last rows and columns; its neighbours stay blank.
		left := sum
		for _, at := range [4]int{26*28 + 26, 26*28 + 27, 27*28 + 26, 27*28 + 27} {
			digit[at] = byte(min(left, 255))
			left -= int(digit[at])
		}
		want := make([]byte, 14*14)
		for level := range 16 {
			// Level v is the sum 68·v, so it begins half a step below.
			if sum >= 68*level-34 {
				want[14*14-1] = byte(level)
			}
		}
		if got := halved(nil, digit); !slices.Equal(got, want) {
			t.Errorf("sum %d: level %d, want %d", sum, got[len(got)-1], want[len(want)-1])
		}
	}
}
