package site

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fill writes files, named by slash paths, into a new folder.
func fill(t *testing.T, files map[string]string) string {
	t.Helper()
	b := build{dir: t.TempDir()}
	for name, content := range files {
		if err := b.write(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return b.dir
}

func TestHandler(t *testing.T) {
	dir := fill(t, map[string]string{
		"index.html": "page", "boot.js": "boot", "page.0a0a0a0a0a0a.wasm.gz": "\x1f\x8b", "manifest.webmanifest": "{}",
		"digits.md": "terms", "sub/index.html": "page below", "mnist14/train-00.gz": "\x1f\x8b",
	})
	for _, c := range []struct {
		path   string
		status int
		kind   string // beginning of the content type
		body   string
	}{
		{"/", 200, "text/html", "page"},
		{"/index.html", 200, "text/html", "page"},
		{"/?seed=7", 200, "text/html", "page"},
		{"/sub/", 200, "text/html", "page below"},
		{"/sub/index.html", 200, "text/html", "page below"},
		{"/sub", 301, "", ""},
		{"/boot.js", 200, "text/javascript", "boot"},
		{"/page.0a0a0a0a0a0a.wasm.gz", 200, "application/gzip", "\x1f\x8b"},
		{"/mnist14/train-00.gz", 200, "application/gzip", "\x1f\x8b"},
		{"/manifest.webmanifest", 200, "application/manifest+json", "{}"},
		{"/digits.md", 200, "text/plain", "terms"},
		{"/mnist14/", 404, "", ""},
		{"/absent.js", 404, "", ""},
		{"/../site.go", 404, "", ""},
		{"/absent/index.html", 404, "", ""},
	} {
		w := httptest.NewRecorder()
		Handler(dir).ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+c.path, nil))
		if w.Code != c.status {
			t.Errorf("%s: status %d: want %d", c.path, w.Code, c.status)
			continue
		}
		if w.Code != http.StatusOK {
			continue
		}
		if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, c.kind) {
			t.Errorf("%s: content type %q: want %q", c.path, got, c.kind)
		}
		if got := w.Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s: content encoding %q: want none, the page unpacks", c.path, got)
		}
		want := "no-cache"
		if c.path == "/page.0a0a0a0a0a0a.wasm.gz" {
			want = "max-age=31536000, immutable" // its name changes with it
		}
		if got := w.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: cache control %q: want %s", c.path, got, want)
		}
		if got := w.Body.String(); got != c.body {
			t.Errorf("%s: body %q: want %q", c.path, got, c.body)
		}
	}
}

func TestPackIsPlainGzip(t *testing.T) {
	content := []byte(strings.Repeat("the same bytes ", 1000))
	packed := pack(content)
	if !bytes.Equal(packed, pack(content)) {
		t.Error("packed twice, the bytes differ")
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != "" || !r.ModTime.IsZero() {
		t.Errorf("header names %q at %v: want neither name nor time", r.Name, r.ModTime)
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("unpacked: %d bytes, %v: want the %d packed", len(got), err, len(content))
	}
}

func TestReplaceable(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  bool
	}{
		{"empty", nil, true},
		{"a site", map[string]string{partsFile: "", "index.html": ""}, true},
		{"someone's files", map[string]string{"thesis.tex": ""}, false},
	} {
		if err := replaceable(fill(t, c.files)); (err == nil) != c.want {
			t.Errorf("%s: %v: want replaceable to be %v", c.name, err, c.want)
		}
	}
	if err := replaceable(filepath.Join(t.TempDir(), "absent")); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// Without the page that index.html carries the program finds no place for its
// own: such options are refused, before anything is written.
func TestBuildWantsAPage(t *testing.T) {
	out := filepath.Join(t.TempDir(), "site")
	if err := Build(t.Context(), filepath.Join("..", ".."), out, Options{}); err == nil {
		t.Error("a site without a page was built")
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("the refused build left a folder: %v", err)
	}
}

// The service worker's list is sorted, names neither itself nor the digits
// that the page does not open with, and its version changes with any file.
func TestFiles(t *testing.T) {
	list := func(digit string) string {
		b := build{o: Options{Opening: []string{"mnist14/train-00.gz"}}}
		b.dir = fill(t, map[string]string{
			"sw.js": "", "index.html": "", "boot.js": "", "mnist14/train-00.gz": "", "mnist14/train-01.gz": digit,
		})
		if err := b.files(); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(b.dir, filesFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	first := list("0")
	const want = `self.grapevineFiles = {
  "files": [
    "boot.js",
    "index.html",
    "mnist14/train-00.gz"
  ],
  "version": "`
	if !strings.HasPrefix(first, want) {
		t.Errorf("list:\n%s\nwant it to begin:\n%s", first, want)
	}
	if list("0") != first {
		t.Error("two lists of the same files differ")
	}
	if list("1") == first {
		t.Error("the version stays when a file changes")
	}
}

func TestNotice(t *testing.T) {
	var out bytes.Buffer
	dir := fill(t, map[string]string{"LICENSE.md": "free to use\n", "notice": "by someone", "license.go": "package x", "README": "read me"})
	if err := notice(&out, "example.org/x v1.0.0", dir); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"example.org/x v1.0.0\n", "free to use\n", "by someone\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("notice lacks %q:\n%s", want, out.String())
		}
	}
	for _, not := range []string{"package x", "read me"} {
		if strings.Contains(out.String(), not) {
			t.Errorf("notice holds %q, which is no licence", not)
		}
	}
	bare := filepath.Join(fill(t, map[string]string{"x/y/main.go": ""}), "x", "y")
	if err := notice(&out, "example.org/bare v1.0.0", bare); err == nil || !strings.Contains(err.Error(), "example.org/bare v1.0.0") {
		t.Errorf("no licence: error %v: want one that names the module", err)
	}
}
