package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheck holds the committed folder to the program, and sees that a
// damaged copy is refused.
func TestCheck(t *testing.T) {
	if err := run("mnist14", "mnist14", true, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("mnist14")); err != nil {
		t.Fatal(err)
	}
	if err := run("mnist28", dir, true, nil); err == nil || !strings.Contains(err.Error(), "train-00.gz: differs") {
		t.Errorf("mnist14 checked as mnist28: error %v, want that train-00.gz differs", err)
	}
	if err := os.Remove(filepath.Join(dir, "test-09.gz")); err != nil {
		t.Fatal(err)
	}
	if err := run("mnist14", dir, true, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("test-09.gz missing: error %v, want that it does not exist", err)
	}
}

// TestWrite writes the committed set anew, where there was no folder.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	if err := run("mnist14", dir, false, nil); err != nil {
		t.Fatal(err)
	}
	if err := run("mnist14", dir, true, nil); err != nil {
		t.Error(err)
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name, out string
		rest      []string
		want      string
	}{
		{"mnist14", "", nil, "no folder: want -out DIR"},
		{"mnist7", t.TempDir(), nil, `data "mnist7": want mnist14 or mnist28`},
		{"mnist14", t.TempDir(), []string{"more"}, `argument "more": want flags only`},
	} {
		if err := run(c.name, c.out, false, c.rest); err == nil || err.Error() != c.want {
			t.Errorf("data %q to %q: error %v, want %s", c.name, c.out, err, c.want)
		}
	}
}
