//go:build !js

package site_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	browserpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"grapevine/app/experiment"
)

// finish trains the run at hand to its end and returns its digest's start,
// which the shelf's buttons carry.
func (p *page) finish() string {
	p.Helper()
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	return p.text("document.documentElement.dataset.digest.slice(0, 12)")
}

// unfold opens the shelf and waits for so many runs on it.
func (p *page) unfold(runs string) {
	p.Helper()
	p.text(`document.getElementById("shelf").open = true`)
	p.wait(`document.querySelectorAll(".record").length === ` + runs)
}

// press clicks a button by its id, wherever it is.
func (p *page) press(id string) {
	p.Helper()
	p.wait(`document.getElementById("` + id + `")`)
	p.text(`document.getElementById("` + id + `").click()`)
}

// Finished runs are found again after a reload: renamed, compared, shown,
// saved, deleted and put back.
func TestShelf(t *testing.T) {
	p := open(t)
	p.hash(small, `document.getElementById("rounds").value === "2"`)
	first := p.finish()
	p.set("seed", "8")
	p.wait(`document.documentElement.dataset.run === "ready"`)
	second := p.finish()
	p.wait(`document.querySelector("#shelf summary").textContent === "Finished runs (2)"`)

	p.visit(p.url + "?again#" + small)
	p.unfold("2")
	name := `document.querySelectorAll(".record-name")[1]`
	p.text(name + `.focus()`)
	p.text(name + `.select()`)
	p.run(chromedp.KeyEvent("four edges"), chromedp.KeyEvent(kb.Enter))
	p.wait(`document.getElementById("show-` + first + `").getAttribute("aria-label") === "Show four edges"`)
	p.press("pin-" + first)
	p.wait(`document.getElementById("pin-` + first + `").getAttribute("aria-pressed") === "true"`)

	p.visit(p.url + "?once-more#" + small)
	p.unfold("2")
	if got := p.text(name + ".value"); got != "four edges" {
		t.Errorf("after a reload the run is called %q: want four edges", got)
	}
	if got := p.text(`document.getElementById("pin-` + first + `").getAttribute("aria-pressed")`); got != "true" {
		t.Error("after a reload the run is not pinned")
	}
	p.press("compare-" + first)
	p.press("compare-" + second)
	p.wait(`document.querySelector("#comparison")`)
	if got := p.text(`[...document.querySelectorAll("#comparison tr")].map((row) => row.cells[0].textContent).join()`); got != ",Seed,Accuracy, FedAvg,Sent, FedAvg,Accuracy, Gossip,Sent, Gossip,Digest" {
		t.Errorf("the table's rows are %q", got)
	}
	if got := p.text(`document.querySelectorAll("#chart-accuracy .legend button").length`); got != "4" {
		t.Errorf("%s curves in the chart of accuracy: want 4", got)
	}
	p.text(`document.querySelector(".shelf").scrollIntoView()`)
	p.accessible("comparing")
	p.picture("comparing")
	p.text(`scrollTo(0, 0)`)
	p.picture("overlaid")

	_, content := p.save(t.TempDir(), "download-"+first)
	if trace, err := experiment.ReadTrace(strings.NewReader(content)); err != nil || !strings.HasPrefix(trace.Digest, first) {
		t.Errorf("the saved trace: %v", err)
	}
	p.press("show-" + first)
	p.wait(`document.documentElement.dataset.run === "done" && document.documentElement.dataset.digest.startsWith("` + first + `")`)
	p.wait(`document.getElementById("proof").textContent.startsWith("From a trace file")`)

	p.press("delete-" + second)
	p.wait(`document.querySelectorAll(".record").length === 1 && !document.getElementById("comparison")`)
	p.press("undelete")
	p.wait(`document.querySelectorAll(".record").length === 2 && !document.getElementById("undelete")`)
	p.press("delete-" + second)
	p.wait(`document.querySelectorAll(".record").length === 1`)
	p.visit(p.url + "?last#" + small)
	p.unfold("1")
}

// forbidden takes the browser's storage away from every page.
func forbidden(ctx context.Context, t *chromedp.Target) error {
	_, err := cdp.Call(ctx, t, browserpage.AddScriptToEvaluateOnNewDocument, browserpage.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("no", "SecurityError"); } })`,
	})
	return err
}

// Where storage is forbidden the page says so, and goes on.
func TestShelfWithoutStorage(t *testing.T) {
	p := open(t, chromedp.Func(forbidden))
	p.wait(`document.querySelector(".shelf").innerText.includes("does not let the page keep runs")`)
	p.hash(small, `document.getElementById("rounds").value === "2"`)
	p.finish()
}

// The shelf and the guide look as they should, in both lights and on a phone.
func TestShelfAndGuideFit(t *testing.T) {
	t.Parallel()
	p := open(t)
	for _, setting := range [][2]string{{"seed", "7"}, {"exchanges", "3"}, {"topology", "ring"}} {
		p.hash(small, `document.getElementById("rounds").value === "2"`)
		p.set(setting[0], setting[1])
		p.wait(`document.documentElement.dataset.run === "ready"`)
		digest := p.finish()
		p.wait(`document.querySelector("#shelf summary").textContent !== "Finished runs"`)
		p.text(`document.getElementById("shelf").open = true`)
		p.press("compare-" + digest)
	}
	p.wait(`document.getElementById("comparison")`)
	p.run(chromedp.Click(chromedp.CSS("#guide-open")))
	for _, look := range []struct {
		name          string
		width, height int64
	}{{"wide", 1280, 800}, {"phone", 390, 844}} {
		p.run(chromedp.EmulateViewport(look.width, look.height))
		for _, theme := range []string{"one", "other"} {
			p.text(`document.querySelector(".shelf").scrollIntoView()`)
			p.accessible(look.name + ", " + theme)
			p.picture(look.name + "-" + theme + "-shelf")
			p.text(`scrollTo(0, 0)`)
			p.picture(look.name + "-" + theme + "-guide")
			if got := p.text(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); got != "0" {
				t.Errorf("%s: the page is %s px too wide", look.name, got)
			}
			p.text(`document.getElementById("theme").click()`)
		}
	}
}

// box is where an element is in the window.
func (p *page) box(id string) (b struct{ Left, Top, Width, Height float64 }) {
	p.Helper()
	text := p.text(`JSON.stringify(document.getElementById("` + id + `").getBoundingClientRect())`)
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		p.Fatalf("%s: %v", text, err)
	}
	return b
}

// Someone without a pointer goes through a step of the guide: opens it,
// predicts, runs, reads, moves the card, and closes it.
func TestGuideByKeyboard(t *testing.T) {
	p := open(t, chromedp.Func(reduced))
	p.tabTo("guide-open")
	p.run(chromedp.KeyEvent(kb.Enter))
	p.wait(`document.activeElement.id === "guide-grip"`)
	before := p.box("guide")
	for range 3 {
		p.run(chromedp.KeyEvent(kb.ArrowUp))
	}
	p.run(chromedp.KeyEvent(kb.ArrowLeft))
	if after := p.box("guide"); after.Top != before.Top-72 || after.Left != before.Left-24 {
		t.Errorf("the arrow keys moved the card from %v to %v: want 72 px up and 24 to the left", before, after)
	}
	if got := p.text(`document.getElementById("try-1").disabled`); got != "true" {
		t.Error("it can be run before anything is predicted")
	}
	p.tabTo("predict-1")
	p.run(chromedp.KeyEvent(" "))
	p.wait(`!document.getElementById("try-1").disabled`)
	p.tabTo("try-1")
	p.run(chromedp.KeyEvent(kb.Enter))
	p.wait(`document.documentElement.dataset.run === "done" && document.getElementById("guide-says").innerText.startsWith("After one round a client is right")`)
	p.picture("explained")
	p.accessible("explained")
	p.tabTo("guide-next")
	p.run(chromedp.KeyEvent(kb.Enter))
	p.wait(`document.getElementById("guide").dataset.step === "2" && location.hash.includes("guide=2") && document.activeElement.id === "guide-grip"`)
	p.run(chromedp.KeyEvent(kb.Escape))
	p.wait(`document.getElementById("guide").hidden && document.activeElement.id === "guide-open" && !location.hash.includes("guide")`)
}

// A link leads to a step, which points at the real control; the card is
// dragged by its header.
func TestGuideByLink(t *testing.T) {
	p := open(t)
	p.visit(p.url + "?guide#v=1&guide=4")
	p.wait(`!document.getElementById("guide").hidden && document.querySelector(".guide-outline").getBoundingClientRect().width > 0`)
	control := `document.querySelector(".control:has(#topology)").getBoundingClientRect()`
	p.wait(`Math.abs(document.querySelector(".guide-outline").getBoundingClientRect().top - ` + control + `.top + 4) < 1`)
	p.picture("outlined")
	grip, before := p.box("guide-grip"), p.box("guide")
	x, y := grip.Left+20, grip.Top+20
	left := func(e *input.DispatchMouseEventParams) {
		e.Button, e.ClickCount = input.MouseButtonLeft, 1
	}
	p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, left),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x+200, y-100, left),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x+200, y-100, left))
	if after := p.box("guide"); after.Left != before.Left+200 || after.Top != before.Top-100 {
		t.Errorf("dragged 200 px to the right and 100 up, the card went from %v to %v", before, after)
	}
}
