package mnist

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// official is both sets as the official files have them.
type official struct{ train, test digits }

func readOfficial(t *testing.T) official {
	t.Helper()
	dir, err := sourceDir()
	if err != nil {
		t.Fatal(err)
	}
	var o official
	if o.train, err = readSource(dir, "train"); err != nil {
		t.Fatal(err)
	}
	if o.test, err = readSource(dir, "test"); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestSourceRefuses puts files beside the official ones' names that are not
// theirs.
func TestSourceRefuses(t *testing.T) {
	official, err := sourceDir()
	if err != nil {
		t.Fatal(err)
	}
	file := source["test"][1] // the smallest
	packed, err := os.ReadFile(filepath.Join(official, file.name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	pack := func(b []byte) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	swapped := bytes.Clone(plain)
	swapped[100] = (swapped[100] + 1) % 10
	for _, c := range []struct {
		what  string
		bytes []byte
		want  string // in the error; empty where there is none
	}{
		{"the same, packed anew", pack(plain), ""},
		{"one label altered", pack(swapped), "want " + file.sha256},
		{"one label short", pack(plain[:len(plain)-1]), "10007 bytes unpacked: want 10008"},
		{"one label more", pack(append(bytes.Clone(plain), 3)), "10009 bytes unpacked: want 10008"},
		{"nothing in it", pack(nil), "0 bytes unpacked: want 10008"},
		{"cut", packed[:len(packed)/2], "unexpected EOF"},
		{"its checksum cut", packed[:len(packed)-1], "unexpected EOF"},
		{"not packed", plain, "gzip: invalid header"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, file.name), c.bytes, 0o644); err != nil {
			t.Fatal(err)
		}
		labels, err := file.read(dir)
		switch {
		case c.want == "":
			if err != nil || !bytes.Equal(labels, plain[8:]) {
				t.Errorf("%s: %d labels, error %v: want the official 10000", c.what, len(labels), err)
			}
		case err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), file.name):
			t.Errorf("%s: error %v, want one with %q and the file's name", c.what, err, c.want)
		}
	}
	if _, err := readSource(t.TempDir(), "train"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty folder: error %v, want that the file does not exist", err)
	}
}
