//go:build !js

package site_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
	"grapevine/app/site"
	"grapevine/assets/mnist"
)

// early opens the page with its program held back, which the function that is
// returned lets through.
func early(t *testing.T, fragment string, actions ...chromedp.Action[chromedp.Void]) (p *page, release func()) {
	t.Helper()
	ready(t)
	held := make(chan struct{})
	files := site.Handler(shared.dir)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/page.") {
			select {
			case <-held:
			case <-r.Context().Done():
			}
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := chromedp.NewContext(shared.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p = &page{T: t, ctx: ctx, url: server.URL + "/site/" + fragment}
	p.run()
	p.run(actions...)
	p.run(chromedp.Navigate(p.url))
	p.wait(`performance.getEntriesByName("controls").length > 0 && document.querySelector("footer")`)
	return p, func() { close(held) }
}

// What is done before the program is there is done when it is: settings are
// changed, also one that was not left yet, buttons pressed, the rest unfolded.
func TestEarlyDeedsAreKept(t *testing.T) {
	p, release := early(t, "")
	p.picture("before")
	p.set("clients", "10")
	p.set("rounds", "3")
	p.run(chromedp.Click(chromedp.CSS("#theme")), chromedp.Click(chromedp.CSS("#play")))
	if got := p.text(`document.getElementById("play").getAttribute("aria-pressed")`); got != "true" {
		t.Errorf("Play is pressed before the program is there: %s, want true", got)
	}
	p.text(`document.querySelector(".settings details").open = true`)
	p.text(`(() => { const seed = document.getElementById("seed"); seed.focus(); seed.value = "12"; seed.dispatchEvent(new Event("input", { bubbles: true })); })()`)
	p.picture("done")
	release()
	p.wait(`document.documentElement.dataset.run === "done" && document.documentElement.dataset.round === "3"`)
	for expression, want := range map[string]string{
		`document.querySelectorAll(".page").length`:                      "1",
		`document.getElementById("clients").value`:                       "10",
		`document.documentElement.dataset.theme`:                         "dark",
		`document.querySelector(".settings details").open`:               "true",
		`document.activeElement.id + " " + document.activeElement.value`: "seed 12",
		`new URLSearchParams(location.hash.slice(1)).get("clients")`:     "10",
		`document.querySelectorAll("[aria-busy]").length`:                "0",
		`getComputedStyle(document.querySelector(".to-light")).display`:  "inline",
	} {
		if got := p.text(expression); got != want {
			t.Errorf("%s is %q: want %q", expression, got, want)
		}
	}
}

// A press of Play alone, taken back or not.
func TestEarlyPlay(t *testing.T) {
	for _, c := range []struct{ presses, want string }{{"1", "running"}, {"2", "ready"}} {
		p, release := early(t, "")
		if got := p.text(`Array.from({ length: ` + c.presses + ` }, () => document.getElementById("play").click()).length`); got != c.presses {
			t.Fatalf("Play was pressed %s times: want %s", got, c.presses)
		}
		release()
		p.wait(`performance.getEntriesByName("program").length > 0 && ["` + c.want + `", "failed"].includes(document.documentElement.dataset.run)`)
		if got := p.text(`document.documentElement.dataset.run`); got != c.want {
			t.Errorf("after %s presses the run is %s: want %s", c.presses, got, c.want)
		}
	}
}

// The page that stands there first and the program's are in the same place.
func TestNothingMovesAtTheStart(t *testing.T) {
	const places = `JSON.stringify(Object.fromEntries([...document.querySelectorAll(".page [id]:not(svg *), .page > *, .page main > *, .chart-head")].filter((e) => e.checkVisibility()).map((e, i) => {
		const { left, top, width, height } = e.getBoundingClientRect();
		return [e.id || i + e.className, [left, top, width, height]];
	})))`
	for _, size := range []struct{ width, height int64 }{{1280, 800}, {390, 844}} {
		p, release := early(t, "", chromedp.EmulateViewport(size.width, size.height))
		var before, after map[string][4]float64
		if err := json.Unmarshal([]byte(p.text(places)), &before); err != nil {
			t.Fatal(err)
		}
		p.picture("before")
		release()
		p.wait(`performance.getEntriesByName("program").length > 0 && document.documentElement.dataset.run === "ready"`)
		if err := json.Unmarshal([]byte(p.text(places)), &after); err != nil {
			t.Fatal(err)
		}
		p.picture("after")
		if len(before) < 40 {
			t.Errorf("%d elements stand on the page before its program does: want all", len(before))
		}
		for id, at := range before {
			now, ok := after[id]
			if !ok && id != "picture" {
				t.Errorf("at %d px %s is gone", size.width, id)
			}
			for i := range at {
				if ok && math.Abs(at[i]-now[i]) > 1 {
					t.Errorf("at %d px %s was at %v and is at %v", size.width, id, at, now)
					break
				}
			}
		}
	}
}

// A link's page does not show settings that are not the link's.
func TestLinkShowsNoOtherSettings(t *testing.T) {
	p, release := early(t, "#clients=10&rounds=3")
	if got := p.text(`document.getElementById("clients").checkVisibility({ visibilityProperty: true })`); got != "false" {
		t.Errorf("another experiment's settings are seen: %s, want false", got)
	}
	p.picture("before")
	release()
	p.wait(`document.getElementById("clients").value === "10" && document.getElementById("clients").checkVisibility({ visibilityProperty: true })`)
}

// Still is the same bytes each time, and holds every setting as it stands.
func TestStill(t *testing.T) {
	var first site.Options
	for i := range 3 {
		o, err := site.Opened(mnist.Load)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = o
		}
		if o.Still != first.Still || o.FirstMessage != first.FirstMessage {
			t.Fatal("the page as it first stands is not the same twice")
		}
	}
	for _, bad := range []string{`hidden="false"`, `disabled="false"`, `selected="false"`, `aria-hidden=""`, "\n"} {
		if strings.Contains(first.Still, bad) {
			t.Errorf("the page as it first stands has %q", bad)
		}
	}
	for _, property := range experiment.Table {
		if !strings.Contains(first.Still, ` id="`+property.Key+`"`) {
			t.Errorf("the page as it first stands lacks %s", property.Key)
		}
	}
}
