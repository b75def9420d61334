// Package site builds the static site and serves it. Built, it is a folder of
// files with relative addresses, which any static host serves from any path.
//
// # The start
//
// TestStart times five moments: the first paint, controls that can be used, the
// program's own answer, Play that trains at once, the stage. What they wait for:
//
//   - The first paint waits for index.html alone, which carries the style and the
//     page as its program first draws it ([Still], [Picture]). So the controls,
//     by which the run's buttons and the settings in front are meant, are there
//     with it or one picture later: what is done to them before the program comes
//     is noted (web/early.js) and done when it is there.
//   - The page's program is fetched, unpacked and compiled as it comes, and draws
//     when the trainer has told its facts, or when it has waited for them for a
//     while (page.Render).
//   - Play waits for those facts. The trainer's first worker (crew.js) starts
//     before the page's program keeps the thread, from which a browser starts
//     workers; the message that the page will open with is sent ahead of it, and
//     the digits come while the trainer compiles. The other workers, the digits'
//     checksum and the collector come after the facts.
//   - The stage is loaded when the facts are there, and what is kept for work
//     offline, and the shelf, after that.
//
// A browser compiles a function of these programs when it is first called, on
// the thread that calls it, and again on others once it was called often. On two
// cores that is most of a cold start: V8's own trace gave 1,250 ms of the
// processor's time until Play to the second kind alone while the messages were
// JSON, 930 after. encoding/json had the most of it, on either side, to find out
// what the first messages hold; then go-app's drawing, where all is drawn before
// the facts; then the collector and the digits' SHA-256. So the start's messages
// are written by hand (package wire), and all the rest waits until after the
// facts. Loaded in turns with the version before, which drew its controls by
// itself, Play came after 0.74 of the time. What is left is Go's own start,
// go-app's imports (net/http and its cryptography, 8 MB to unpack) and the digits.
//
// Tried and left out: to keep the browser from painting before the page is whole
// (the first paint comes 70 ms later, the controls no sooner when warm); to let
// the browser take the page from the cache past the service worker, and to ship
// the page's HTML without comments and tooltips (no difference).
package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// Options say what a build puts in; Opened makes them.
type Options struct {
	// Still is the HTML of the page as it first stands: see Still.
	Still string
	// Opening names the digit files that the page opens with, FirstMessage is what
	// it first says to the trainer.
	Opening      []string
	FirstMessage string
	// Digits writes further files under a folder of the site; nil: none.
	Digits func(dir string) error
	Log    io.Writer
}

// programs are the binaries for the browser.
var programs = []struct{ name, path, experiment string }{
	{"page", "./wasm/page", ""},
	{"stage", "./wasm/stage", ""},
	{"trainer", "./wasm/trainer", ""},
	{"trainer-simd", "./wasm/trainer", "simd"},
}

// Build writes the site of the module whose root folder is given to out, which
// is replaced whole, or left as it was when the build fails. Two builds of the
// same source are equal byte for byte.
func Build(ctx context.Context, root, out string, o Options) error {
	if o.Still == "" || o.FirstMessage == "" {
		return errors.New("site: no page to stand in index.html: want options made by Opened")
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if err := replaceable(out); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(parent, ".site-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := build{ctx, root, dir, o, map[string]string{}}
	for _, step := range []func() error{b.programs, b.web, b.digits, b.notices, b.files} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	return os.Rename(dir, out)
}

// replaceable refuses a folder that holds something else than a site.
func replaceable(out string) error {
	entries, err := os.ReadDir(out)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(out, partsFile)); err != nil {
		return fmt.Errorf("folder %s: holds files that are no site; want an empty or a new folder", out)
	}
	return nil
}

const (
	partsFile = "parts.js"
	filesFile = "files.js"
	indexFile = "index.html"
)

type build struct {
	ctx       context.Context
	root, dir string
	o         Options
	parts     map[string]string // the programs' files, by name
}

// programs compiles the binaries, packs them and names them by their content.
func (b build) programs() error {
	for _, p := range programs {
		fmt.Fprintf(b.o.Log, "building %s\n", p.name)
		file := filepath.Join(b.dir, p.name+".wasm")
		_, err := b.goTool([]string{"GOEXPERIMENT=" + p.experiment}, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, p.path)
		if err != nil {
			return err
		}
		code, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.Remove(file); err != nil {
			return err
		}
		sum := sha256.Sum256(code)
		b.parts[p.name] = fmt.Sprintf("%s.%s.wasm.gz", p.name, hex.EncodeToString(sum[:6]))
		if err := b.write(b.parts[p.name], pack(code)); err != nil {
			return err
		}
	}
	return nil
}

// pack is a gzip without name or time.
func pack(b []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("site: " + err.Error()) // a buffer takes everything
	}
	return out.Bytes()
}

// script is JavaScript that sets a property of self.
func script(name string, value any) []byte {
	b, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic("site: " + err.Error()) // only maps, lists and strings are passed
	}
	return fmt.Appendf(nil, "self.%s = %s;\n", name, b)
}

// goTool runs the go command for the browser's platform.
func (b build) goTool(environment []string, args ...string) ([]byte, error) {
	c := exec.CommandContext(b.ctx, "go", args...)
	c.Dir = b.root
	c.Env = append(os.Environ(), append([]string{"GOOS=js", "GOARCH=wasm"}, environment...)...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, said.Bytes())
	}
	return out, nil
}

// web writes the page's own files: the page as it first stands in its place,
// with all that its first paint needs (index.go), and the scripts that a page or
// a worker begins with as one (join.go).
func (b build) web() error {
	files := map[string][]byte{}
	from := filepath.Join(b.root, "web")
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(from, e.Name())); err != nil {
			return err
		}
	}
	if err := b.index(files); err != nil {
		return err
	}
	goroot, err := b.goTool(nil, "env", "GOROOT")
	if err != nil {
		return err
	}
	files["wasm_exec.js"], err = os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	parts := map[string]any{"opening": append([]string{}, b.o.Opening...), "firstMessage": b.o.FirstMessage}
	for name, file := range b.parts {
		parts[name] = file
	}
	files[partsFile] = script("grapevineParts", parts)
	if err := join(files); err != nil {
		return err
	}
	for name, content := range files {
		if err := b.write(name, content); err != nil {
			return err
		}
	}
	return nil
}

// digits copies the committed digits.
func (b build) digits() error {
	names, err := filepath.Glob(filepath.Join(b.root, "assets", "mnist14", "*.gz"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := b.copy(name, "mnist14/"+filepath.Base(name)); err != nil {
			return err
		}
	}
	if b.o.Digits == nil {
		return nil
	}
	return b.o.Digits(b.dir)
}

// files lists what the service worker keeps from the first visit on: all but
// the digits that the page does not open with.
func (b build) files() error {
	h := sha256.New()
	var kept []string
	err := filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(b.dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		fmt.Fprintf(h, "%s %x\n", name, sum)
		if name != "sw.js" && !strings.Contains(name, "/") {
			kept = append(kept, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	kept = append(kept, b.o.Opening...)
	sort.Strings(kept)
	return b.write(filesFile, script("grapevineFiles", map[string]any{
		"version": hex.EncodeToString(h.Sum(nil)[:8]), "files": kept,
	}))
}

func (b build) copy(from, name string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return b.write(name, content)
}

func (b build) write(name string, content []byte) error {
	path := filepath.Join(b.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
