//go:build !js

package site_test

import (
	"context"
	_ "embed"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed testdata/axe.min.js
var axe string

// accessible fails for everything that axe-core objects to on the page as it
// is now.
func (p *page) accessible(state string) {
	p.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](axe+";true")); err != nil {
		p.Fatal(err)
	}
	p.text(`axe.run(document, {iframes: false}).then((r) => { window.axed = r.violations.map((v) => v.id + ": " + v.help + " " +
		v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + " | " + n.failureSummary).join("; ")).join("\n") || "none"; })`)
	p.wait("window.axed !== undefined")
	if got := p.text("window.axed"); got != "none" {
		p.Errorf("%s: %s", state, got)
	}
	p.text("delete window.axed")
}

// axe-core finds nothing wrong with the page: fresh, with everything unfolded
// in the midst of things, in both lights, on a phone and for a presenter.
func TestAccessible(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.accessible("fresh")
	p.setRounds("2")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.text(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`)
	p.set("client", "3")
	p.set("clients", "1")
	p.wait(`document.querySelector(".digits") && document.querySelector(".numbers table") && document.querySelector(".error")`)
	for _, theme := range []string{"one light", "the other light"} {
		p.accessible(theme)
		p.text(`document.getElementById("theme").click()`)
		p.wait(`document.getElementById("theme").innerText === (document.documentElement.dataset.theme === "dark" ? "Light" : "Dark")`)
	}
	p.text(`document.getElementById("presenter").click()`)
	p.wait(`document.documentElement.dataset.large === "true"`)
	p.accessible("for a presenter")
	p.run(chromedp.EmulateViewport(390, 844))
	p.accessible("on a phone, for a presenter")
	p.text(`document.getElementById("presenter").click()`)
	p.wait(`document.documentElement.dataset.large === "false"`)
	p.accessible("on a phone")
}

// focused is the id of what has the focus.
func (p *page) focused() string { return p.text("document.activeElement.id") }

// tabTo presses Tab until the element has the focus; no pointer is used.
func (p *page) tabTo(id string) {
	p.Helper()
	for range 80 {
		if p.focused() == id {
			return
		}
		p.run(chromedp.KeyEvent(kb.Tab))
	}
	p.Fatalf("Tab does not lead to %s; the focus is on %s", id, p.text("document.activeElement.outerHTML.slice(0, 200)"))
}

// Someone without a pointer chooses settings, plays, steps through what was
// played and reads a chart.
func TestKeyboardAlone(t *testing.T) {
	p := open(t)
	p.tabTo("preset")
	p.run(chromedp.KeyEvent("t")) // Tutorial
	p.wait(`document.getElementById("topology").value === "ring" && document.documentElement.dataset.run === "ready"`)
	p.tabTo("rounds")
	p.run(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent("3"), chromedp.KeyEvent(kb.Enter))
	p.wait(`document.getElementById("round-counter").textContent.endsWith("/ 3") && document.documentElement.dataset.run === "ready"`)
	p.tabTo("play")
	if got := p.text(`getComputedStyle(document.activeElement).outlineStyle`); got == "none" {
		t.Error("the focus is not to be seen on Play")
	}
	p.run(chromedp.KeyEvent(" "))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.tabTo("seek")
	p.run(chromedp.KeyEvent(" ")) // or the stage would play on from where it is put
	p.wait(`document.getElementById("roll").getAttribute("aria-label") === "Play the stage"`)
	p.run(chromedp.KeyEvent(kb.Home))
	p.wait(`document.getElementById("seek").getAttribute("aria-valuetext") === "round 0 of 3"`)
	p.run(chromedp.KeyEvent(kb.ArrowRight))
	p.wait(`document.getElementById("seek").getAttribute("aria-valuetext") === "round 1 of 3"`)
	p.text(`document.querySelector("#chart-accuracy svg").id = "chart"`)
	p.tabTo("chart")
	p.run(chromedp.KeyEvent(kb.End))
	p.wait(fmt.Sprintf(`document.querySelector("#chart-accuracy .readout").textContent.includes(%q)`, "FedAvg"))
}

// reduced asks for less motion, as a system does.
func reduced(ctx context.Context, t *chromedp.Target) error {
	_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	return err
}

// Where motion is to be reduced nothing travels: the page tells the stage.
func TestReducedMotion(t *testing.T) {
	p := open(t, chromedp.Func(reduced))
	p.wait(`document.documentElement.dataset.motion === "reduced"`)
	p.run(chromedp.Click(chromedp.CSS("#step")))
	p.wait(`document.documentElement.dataset.run === "paused"`)
	p.picture("step")
}
