package data

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"grapevine/nn/random"
)

// labels draws n labels, unevenly.
func labels(n int) []byte {
	s := random.New(random.Address{Seed: 1, Purpose: "test"})
	l := make([]byte, n)
	for i := range l {
		l[i] = byte(min(s.Intn(12), 9))
	}
	return l
}

// disjoint reports how many examples the parts hold, failing on one held
// twice, none held or one that is not there.
func disjoint(t *testing.T, parts [][]int, n int) int {
	t.Helper()
	seen := make([]bool, n)
	count := 0
	for c, part := range parts {
		if len(part) == 0 {
			t.Errorf("client %d holds nothing", c)
		}
		for _, i := range part {
			if i < 0 || i >= n || seen[i] {
				t.Fatalf("client %d holds example %d, which is held already or not there", c, i)
			}
			seen[i] = true
			count++
		}
	}
	return count
}

func TestShards(t *testing.T) {
	l := labels(2003)
	parts, err := Shards(l, 20, 2, 7)
	if err != nil {
		t.Fatal(err)
	}
	if n := disjoint(t, parts, len(l)); n != 2000 {
		t.Errorf("%d examples are held: want 2000, the remainder dropped", n)
	}
	order := byLabel(l)
	for c, part := range parts {
		if len(part) != 100 {
			t.Errorf("client %d holds %d examples: want 100", c, len(part))
		}
		for half := range 2 { // each half is one run of the sorted examples
			shard := part[50*half : 50*half+50]
			at := slices.Index(order, shard[0])
			if at%50 != 0 || !slices.Equal(shard, order[at:at+50]) {
				t.Errorf("client %d: shard %d is no shard of the sorted examples", c, half)
			}
		}
	}
	other, _ := Shards(l, 20, 2, 8)
	if slices.Equal(parts[0], other[0]) && slices.Equal(parts[1], other[1]) {
		t.Error("two seeds give the same shards")
	}
}

// The tutorial's client 0 holds shards 4 and 0, client 19 holds 21 and 11.
func TestTutorialShards(t *testing.T) {
	l := labels(4000)
	parts, err := TutorialShards(l)
	if err != nil {
		t.Fatal(err)
	}
	if disjoint(t, parts, len(l)) != 4000 {
		t.Error("not all examples are held")
	}
	order := byLabel(l)
	for _, want := range []struct{ client, first, second int }{{0, 4, 0}, {1, 28, 20}, {19, 21, 11}} {
		held := append(slices.Clone(order[100*want.first:100*want.first+100]), order[100*want.second:100*want.second+100]...)
		if !slices.Equal(parts[want.client], held) {
			t.Errorf("client %d does not hold shards %d and %d", want.client, want.first, want.second)
		}
	}
}

func TestIID(t *testing.T) {
	l := labels(20007)
	parts, err := IID(len(l), 20, 7)
	if err != nil {
		t.Fatal(err)
	}
	if n := disjoint(t, parts, len(l)); n != 20000 {
		t.Errorf("%d examples are held: want 20000", n)
	}
	all := Histogram(l, parts[0])
	for digit, n := range all { // 1000 each; four standard deviations are below 40
		if want := []int{83, 83, 83, 83, 83, 83, 83, 83, 83, 250}[digit]; n < want-55 || n > want+55 {
			t.Errorf("client 0 holds %d of digit %d: want about %d", n, digit, want)
		}
	}
}

func TestDirichlet(t *testing.T) {
	l := labels(5000)
	largest := map[float64]float64{}
	for _, alpha := range []float64{0.01, 0.1, 1, 1000} {
		parts, err := Dirichlet(l, 20, alpha, 7)
		if err != nil {
			t.Fatal(err)
		}
		if n := disjoint(t, parts, len(l)); n != len(l) {
			t.Errorf("α %v: %d examples are held: want all %d", alpha, n, len(l))
		}
		for _, part := range parts {
			h := Histogram(l, part)
			largest[alpha] += float64(slices.Max(h[:])) / float64(len(part)) / 20
		}
		again, _ := Dirichlet(l, 20, alpha, 7)
		for c := range parts {
			if !slices.Equal(parts[c], again[c]) {
				t.Errorf("α %v: client %d holds other examples the second time", alpha, c)
			}
		}
	}
	if !(largest[0.1] > largest[1] && largest[1] > largest[1000]) || largest[1000] > 0.35 {
		t.Errorf("the share of a client's commonest digit by α is %v: want it to fall, to about the 0.25 of all", largest)
	}
}

func TestTooFewExamples(t *testing.T) {
	l := labels(10)
	if _, err := Shards(l, 6, 2, 1); err == nil {
		t.Error("12 shards of 10 examples were cut")
	}
	if _, err := IID(10, 11, 1); err == nil {
		t.Error("10 examples were dealt to 11 clients")
	}
	if _, err := Dirichlet(l, 5, 0, 1); err == nil {
		t.Error("α 0 was accepted")
	}
	if _, err := TutorialShards(l); err == nil {
		t.Error("40 shards of 10 examples were cut")
	}
}

func chunk() Chunk {
	c := Chunk{Set: "train", Index: 2, Of: 60, Side: 14, Bits: 4, Labels: labels(ChunkSize)}
	s := random.New(random.Address{Seed: 2, Purpose: "test"})
	for range ChunkSize * 14 * 14 {
		c.Pixels = append(c.Pixels, byte(s.Intn(16)))
	}
	return c
}

func TestChunk(t *testing.T) {
	c := chunk()
	b := c.Encode()
	back, err := Decode(b)
	if err != nil || back.Set != c.Set || back.Index != c.Index || !bytes.Equal(back.Labels, c.Labels) || !bytes.Equal(back.Pixels, c.Pixels) {
		t.Fatalf("the chunk reads back otherwise: %v", err)
	}
	for at := range b {
		if at >= 64 && at%997 != 0 {
			continue
		}
		altered := bytes.Clone(b)
		altered[at] ^= 4
		if d, err := Decode(altered); err == nil && bytes.Equal(d.Encode(), b) || err != nil && !errors.Is(err, ErrChunk) {
			t.Errorf("byte %d altered: read as before, or error %v", at, err)
		}
		if at >= 22 && err == nil {
			if _, err := Decode(altered); err == nil {
				t.Errorf("byte %d altered: no error", at)
			}
		}
	}
	for _, n := range []int{0, 1, 63, 64, len(b) - 1} {
		if _, err := Decode(b[:n]); !errors.Is(err, ErrChunk) {
			t.Errorf("cut to %d bytes: error %v", n, err)
		}
	}
}

// What Read did not look at, the checksum of the set does.
func TestReadThenChecksum(t *testing.T) {
	for _, name := range [...]string{"train", "test"} {
		c := chunk()
		c.Set, c.Index, c.Of = name, 0, 1
		b := c.Encode()
		for _, at := range []int{-1, 70, len(b) - 1} { // none, a label, pixels
			altered := bytes.Clone(b)
			if at >= 0 {
				altered[at] ^= 1
			}
			read, err := Read(altered)
			if err != nil {
				t.Fatal(err)
			}
			other := read
			other.Set = map[string]string{"train": "test", "test": "train"}[name]
			other.claimed = [32]byte{}
			pair := map[string][]Chunk{read.Set: {read}, other.Set: {other}}
			d, err := Assemble("some", pair["train"], pair["test"])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.Checksum(); (at < 0) != (err == nil) || err != nil && !errors.Is(err, ErrChunk) {
				t.Errorf("%s, byte %d altered: error %v", name, at, err)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(chunk().Encode())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Decode(b)
		if err == nil && !bytes.Equal(c.Encode(), b) {
			t.Error("a file that was read is written otherwise")
		}
	})
}

func TestGather(t *testing.T) {
	s := Set{Count: 2, Inputs: 3, Levels: 15, Pixels: []byte{0, 15, 3, 6, 9, 12}, Labels: []byte{4, 8}}
	x := make([]float32, 6)
	s.Gather(x, []int{1, 0})
	if want := []float32{6. / 15, 9. / 15, 12. / 15, 0, 1, 3. / 15}; !slices.Equal(x, want) {
		t.Errorf("gathered %v: want %v", x, want)
	}
}

// Ink gives what Gather does without the zeros, and gives up where there are few.
func TestInk(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, inputs := range []int{1, 3, 7, 8, 9, 16, 21, 196} {
		for _, share := range []float64{0, 0.2, 1} {
			s := Set{Count: 20, Inputs: inputs, Levels: 255}
			entries := 0
			for range s.Count * inputs {
				level := byte(0)
				if rng.Float64() < share {
					level = byte(1 + rng.IntN(255))
					entries++
				}
				s.Pixels = append(s.Pixels, level)
			}
			index := rng.Perm(s.Count)
			x := make([]float32, s.Count*inputs)
			s.Gather(x, index)
			ink, keeper := NewInk(&s, false), NewInk(&s, true)
			for time := range 4 { // into rows that were used, of what is known, too
				k := []*Ink{ink, keeper}[time%2]
				rows, ok := k.Rows(index, 1)
				if !ok || len(rows) != len(index) {
					t.Fatalf("%d rows, %t: want %d for a share of at most 1", len(rows), ok, len(index))
				}
				got := make([]float32, len(x))
				for b, row := range rows {
					last := -1
					for _, e := range row {
						if int(e.Index) <= last || e.Value == 0 {
							t.Fatalf("row %d: entry %v after %d", b, e, last)
						}
						last = int(e.Index)
						got[b*inputs+last] = e.Value
					}
				}
				if !slices.Equal(got, x) {
					t.Fatalf("%d inputs: %v, gathered %v", inputs, got, x)
				}
			}
			for _, k := range []*Ink{ink, keeper} {
				if _, got := k.Rows(index, 0.6); got != (share < 0.6) {
					t.Errorf("%d inputs, a share of %v: %t", inputs, share, got)
				}
			}
		}
	}
}
