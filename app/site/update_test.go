//go:build !js

package site_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"grapevine/app/site"
)

// rebuilt writes the site anew as another build would: a part with other
// content, and the list of files with another version.
func rebuilt(t *testing.T, dir string) {
	t.Helper()
	alter := func(name string, change func([]byte) []byte) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		changed := change(b)
		if bytes.Equal(b, changed) {
			t.Fatalf("%s stayed as it was", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), changed, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	alter("index.html", func(b []byte) []byte {
		return bytes.Replace(b, []byte("</style>"), []byte(":root { --build: newer; }\n</style>"), 1)
	})
	alter("files.js", func(b []byte) []byte {
		return regexp.MustCompile(`"version": "[0-9a-f]+"`).ReplaceAll(b, []byte(`"version": "0123456789abcdef"`))
	})
}

// shownBuild is the style sheet that the page works with.
const shownBuild = `(getComputedStyle(document.documentElement).getPropertyValue("--build").trim() || "older")`

// A newer build is fetched while an older one runs: the run ends as it would
// have, every tab keeps to the build it began with, a note says that there is
// a newer one, and its button brings it.
func TestNewBuild(t *testing.T) {
	p := open(t)
	dir := filepath.Join(t.TempDir(), "site")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(shared.dir, "site"))); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site.Handler(filepath.Dir(dir)))
	t.Cleanup(server.Close)
	address := server.URL + "/site/"
	p.visit(address)
	p.text(`navigator.serviceWorker.ready.then(() => { window.kept = true; })`)
	p.wait("window.kept === true")
	p.visit(address + "#v=1&train=2000&test=1000&rounds=3")
	p.run(chromedp.Reload())
	p.wait(`navigator.serviceWorker.controller !== null && document.documentElement.dataset.run === "ready"`)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	rebuilt(t, dir)
	p.text(`navigator.serviceWorker.getRegistration().then((r) => r.update())`)
	p.wait(`document.getElementById("update")?.textContent.includes("new version")`)
	p.wait(`document.documentElement.dataset.run === "done"`)
	if got := p.text(shownBuild); got != "older" {
		t.Errorf("the page took a part of the %s build", got)
	}
	p.picture("note")

	second, cancel := chromedp.NewContext(p.ctx)
	t.Cleanup(cancel)
	q := &page{T: t, ctx: second, url: address}
	q.run()
	q.visit(address)
	q.wait(`document.getElementById("update")`)
	if got := q.text(shownBuild); got != "older" {
		t.Errorf("a second tab opens with the %s build while the first works with the older", got)
	}
	if got := p.text("document.documentElement.dataset.run"); got != "done" {
		t.Errorf("the first tab's run is %q: want done still", got)
	}
	cancel()

	link := p.text("location.hash")
	loads := chromedp.Events(p.ctx, cdppage.LoadEventFired)
	p.run(chromedp.Click(chromedp.CSS("#update button")))
	for _, err := range loads { // until the page has been loaded anew
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	p.wait(shownBuild + ` === "newer" && document.documentElement.dataset.run === "ready"`)
	if got := p.text("location.hash"); got != link {
		t.Errorf("after the reload the address is %q: want %q", got, link)
	}
	if got := p.text(`document.getElementById("proof").textContent`); got == "" {
		t.Error("the finished run's result is lost")
	}
}
