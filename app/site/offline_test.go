//go:build !js

package site_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
	"grapevine/app/site"
)

// visit opens an address in the page's tab and waits until the page is ready.
func (p *page) visit(address string) {
	p.Helper()
	p.run(chromedp.Navigate(address))
	// The condition is asked for anew each time, not by a script that waits in
	// the page: that one is lost with a document that is still giving way.
	const shown = `["ready", "failed"].includes(document.documentElement?.dataset.run) || location.protocol === "chrome-error:"`
	for limit := time.Now().Add(90 * time.Second); p.text(shown) != "true" && time.Now().Before(limit); {
		time.Sleep(50 * time.Millisecond)
	}
	if run := p.text(`document.documentElement.dataset.run`); run != "ready" {
		p.Fatalf("%s: run is %q: want ready; the page shows %q", address, run, p.text("document.body.innerText"))
	}
}

// awkward does to a site what some hosts do: it redirects index.html to its
// folder, and names gzip as an encoding, so that the browser unpacks.
func awkward(files http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if folder, ok := strings.CutSuffix(r.URL.Path, "/index.html"); ok {
			http.Redirect(w, r, folder+"/", http.StatusMovedPermanently)
			return
		}
		if path.Ext(r.URL.Path) == ".gz" {
			w.Header().Set("Content-Encoding", "gzip")
		}
		files.ServeHTTP(w, r)
	})
}

// After one visit the page works without its host: by its folder, by
// index.html and by a link with settings. No visit asks any other host.
// open has seen the page on a plain host; this one is awkward.
func TestOffline(t *testing.T) {
	p := open(t)
	p.run(chromedp.Navigate("about:blank")) // the page of the plain host may still be fetching its stage
	var mu sync.Mutex
	var asked []string
	if err := chromedp.Listen(p.ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, e.Request.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(awkward(site.Handler(shared.dir)))
	t.Cleanup(server.Close)
	folder := server.URL + "/site/"
	p.visit(folder)
	p.text(`navigator.serviceWorker.ready.then(() => { window.kept = true; })`)
	p.wait("window.kept === true")
	server.Close()

	for _, address := range []string{folder, folder + "index.html", folder + "?seed=8"} {
		p.visit(address)
	}
	host, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(asked) == 0 {
		t.Error("no request was seen: want at least the page's own")
	}
	for _, address := range asked {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if (u.Host != host.Host || !strings.HasPrefix(u.Path, "/site/")) && u.Scheme != "data" && u.Scheme != "blob" {
			t.Errorf("the page asked for something outside its folder: %s", address)
		}
	}
}

// Two builds of the same source are the same files.
func TestBuildRepeats(t *testing.T) {
	ready(t)
	again := filepath.Join(t.TempDir(), "site")
	options := shared.options
	options.Digits = func(dir string) error { // package mnist's tests hold those to their bytes
		return os.CopyFS(filepath.Join(dir, experiment.DataMNIST28), os.DirFS(filepath.Join(shared.dir, "site", experiment.DataMNIST28)))
	}
	if err := site.Build(context.Background(), filepath.Join("..", ".."), again, options); err != nil {
		t.Fatal(err)
	}
	first, second := read(t, filepath.Join(shared.dir, "site")), read(t, again)
	for name := range first {
		if !slices.Equal(first[name], second[name]) {
			t.Errorf("%s differs between two builds", name)
		}
	}
	if len(first) != len(second) {
		t.Errorf("the second build has %d files, the first %d", len(second), len(first))
	}
}

// read reads all files under a folder, by their paths in it.
func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	if err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		files[name[len(dir):]] = content
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}
