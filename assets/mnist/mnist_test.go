package mnist

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"grapevine/assets/mnist14"
	"grapevine/nn/data"
)

// The checksums are of data.Assemble. A change of pixels, order or encoding
// changes them, and with them every digest of a run. Print new ones with
// go test ./assets/mnist -run TestChecksums -v.
func TestChecksums(t *testing.T) {
	for _, c := range []struct {
		name        string
		train, test int
		want        string
	}{
		{"mnist14", 12000, 2000, "2613734ac6e01daad05e5445e53f6e009f2b673a4fda8fdd31f071acc07e57f5"},
		{"mnist14", TrainMax, TestMax, "238c3fabe924f77838e3c2a118c5bd93d3baa7204c1ab02ea0aa6c9ca846f564"},
		{"mnist28", 12000, 2000, "aefc29b5106cc89073566b6bb997e5b4f24898a5b6f91648f5b4501a4c5ed47b"},
		{"mnist28", TrainMax, TestMax, "3d4845c7bb0133a7a6af405afc321e7c63e2c5e43b0e48f01c74377d79219585"},
	} {
		d, err := Load(c.name, c.train, c.test)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := d.Checksum()
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%x", sum)
		t.Logf("%s %d %d %s", c.name, c.train, c.test, got)
		if got != c.want {
			t.Errorf("%s, %d and %d examples: checksum %s, want %s", c.name, c.train, c.test, got, c.want)
		}
		if d.Name != c.name || d.Train.Count != c.train || d.Test.Count != c.test {
			t.Errorf("loaded %s with %d and %d examples, want %s with %d and %d", d.Name, d.Train.Count, d.Test.Count, c.name, c.train, c.test)
		}
	}
}

// TestCommitted holds the committed files to those made from the official
// ones, and to their number.
func TestCommitted(t *testing.T) {
	wantTrain, wantTest, err := Build("mnist14")
	if err != nil {
		t.Fatal(err)
	}
	train, test, err := ReadChunks(mnist14.Files, len(wantTrain), len(wantTest))
	if err != nil {
		t.Fatal(err)
	}
	have, want := append(train, test...), append(wantTrain, wantTest...)
	for i := range want {
		if !bytes.Equal(have[i].Encode(), want[i].Encode()) {
			t.Errorf("%s differs from what go run ./assets -out assets/mnist14 writes", data.FileName(want[i].Set, want[i].Index))
		}
	}
	files, err := fs.Glob(mnist14.Files, "*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 70 {
		t.Errorf("%d committed files, want 60 to train on and 10 to test on", len(files))
	}
}

// TestPixels recomputes some digits of the loaded sets the slow way, found in
// the official order by their place in cut.
func TestPixels(t *testing.T) {
	o := readOfficial(t)
	half, err := Load("mnist14", 2000, 1000)
	if err != nil {
		t.Fatal(err)
	}
	full, err := Load("mnist28", 2000, 1000)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Concat(cut(o.train.labels)[:2]...)
	for i, from := range at {
		digit := o.train.pixels[from*784 : (from+1)*784]
		if got := full.Train.Pixels[i*784 : (i+1)*784]; !bytes.Equal(got, digit) {
			t.Fatalf("mnist28's example %d is not the official example %d", i, from)
		}
		if half.Train.Labels[i] != o.train.labels[from] || full.Train.Labels[i] != o.train.labels[from] {
			t.Fatalf("example %d has not the label of the official example %d", i, from)
		}
		for y := range 14 {
			for x := range 14 {
				mean := 0.0
				for _, p := range [4]int{0, 1, 28, 29} {
					mean += float64(digit[2*y*28+2*x+p]) / 4
				}
				// Nearest of the levels 0, 17, … 255; no tie can hide a wrong one.
				level := float64(half.Train.Pixels[i*196+y*14+x]) * 17
				if off := level - mean; off > 8.5 || off < -8.5 {
					t.Fatalf("example %d, row %d, column %d: level %g for a mean of %g", i, y, x, level, mean)
				}
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name        string
		train, test int
		want        string
	}{
		{"mnist15", 1000, 1000, `data "mnist15": want mnist14 or mnist28`},
		{"", 1000, 1000, `data "": want mnist14 or mnist28`},
		{"mnist14", 0, 1000, "train examples 0: want a multiple of 1000 from 1000 to 60000"},
		{"mnist14", 1500, 1000, "train examples 1500: want a multiple of 1000 from 1000 to 60000"},
		{"mnist14", 61000, 1000, "train examples 61000: want a multiple of 1000 from 1000 to 60000"},
		{"mnist28", 1000, -1000, "test examples -1000: want a multiple of 1000 from 1000 to 10000"},
		{"mnist28", 1000, 11000, "test examples 11000: want a multiple of 1000 from 1000 to 10000"},
	} {
		if _, err := Load(c.name, c.train, c.test); err == nil || err.Error() != c.want {
			t.Errorf("%s, %d and %d examples: error %v, want %s", c.name, c.train, c.test, err, c.want)
		}
	}
}

// TestReadChunksRefuses damages one file in every way a download or a disk may.
func TestReadChunksRefuses(t *testing.T) {
	read := func(name string) []byte {
		b, err := mnist14.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	good, other, test := read("train-01.gz"), read("train-02.gz"), read("test-01.gz")
	files := func(second []byte) fstest.MapFS {
		return fstest.MapFS{
			"train-00.gz": {Data: read("train-00.gz")},
			"train-01.gz": {Data: second},
			"test-00.gz":  {Data: read("test-00.gz")},
		}
	}
	if _, _, err := ReadChunks(files(good), 2, 1); err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(good)
	altered[len(altered)/2] ^= 1
	for what, second := range map[string][]byte{
		"empty":             {},
		"cut in the header": good[:5],
		"cut in the middle": good[:len(good)/2],
		"cut at the end":    good[:len(good)-1],
		"one bit altered":   altered,
		"bytes added":       append(bytes.Clone(good), "more"...),
		"doubled":           append(bytes.Clone(good), good...),
		"not a gzip":        []byte("<!doctype html><title>404</title>"),
		"another chunk":     other,
		"another set":       test,
	} {
		_, _, err := ReadChunks(files(second), 2, 1)
		if !errors.Is(err, data.ErrChunk) || !strings.HasPrefix(err.Error(), "train-01.gz: ") {
			t.Errorf("%s: error %v, want one that names train-01.gz and wraps ErrChunk", what, err)
		}
	}
	missing := files(good)
	delete(missing, "train-01.gz")
	if _, _, err := ReadChunks(missing, 2, 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: error %v, want fs.ErrNotExist", err)
	}
}

// FuzzUnpack holds that whatever unpacks is a chunk that packs again.
func FuzzUnpack(f *testing.F) {
	b, err := mnist14.Files.ReadFile("test-00.gz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:100])
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := unpack(b)
		if err != nil {
			if !errors.Is(err, data.ErrChunk) {
				t.Fatalf("error %v does not wrap ErrChunk", err)
			}
			return
		}
		again, err := Pack(c)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := unpack(again); err != nil || !bytes.Equal(back.Encode(), c.Encode()) {
			t.Fatalf("packed again: %v", err)
		}
	})
}
