//go:build !js

package site_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// says waits until an element's text holds the words.
func (p *page) says(id, words string) {
	p.Helper()
	p.wait(`document.getElementById("` + id + `")?.textContent.includes("` + words + `")`)
}

// typed types into a field that is heard letter by letter.
func (p *page) typed(id, value string) {
	p.Helper()
	p.text(`(() => {
		const field = document.getElementById("` + id + `");
		field.value = "` + value + `";
		field.dispatchEvent(new Event("input", { bubbles: true }));
	})()`)
}

// From a finite ε on the panel says what the whole run comes to, live; a
// target becomes noise in the link, a budget rounds.
func TestPrivacyPanel(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.set("preset", "tutorial")
	p.wait(`document.getElementById("topology").value === "ring" && document.documentElement.dataset.run === "ready"`)
	if got := p.text(`document.getElementById("privacy-fold").open`); got != "false" {
		t.Error("the panel is open without noise")
	}
	p.set("epsilon", "1")
	p.says("privacy-says", "After 20 rounds the total is ε = 3.99 at δ = 1e-05, if one client is left out, and 9.06 if it is replaced")
	if got := p.text(`document.getElementById("classic-warning").hidden`); got != "true" {
		t.Error("ε₀ = 1 is warned of: it is in the formula's range")
	}
	if got := p.text(`document.getElementById("honesty").innerText`); !strings.Contains(got, "Do not use with real personal data. A published seed") {
		t.Errorf("the honesty text is %q", got)
	}
	rows := p.text(`[...document.querySelectorAll("#ladder tr")].map((r) => r.innerText.replace(/\s+/g, " ")).join("; ")`)
	for _, want := range []string{"One message", "Basic composition", "Advanced composition", "zCDP", "RDP", "Exact"} {
		if !strings.Contains(rows, want) {
			t.Errorf("the ladder has no %s: %s", want, rows)
		}
	}
	p.text(`document.getElementById("privacy").scrollIntoView()`)
	p.picture("one")

	// More rounds, more spent; a budget gives the rounds.
	p.setRounds("40")
	p.says("privacy-says", "After 40 rounds the total is ε = 5.98")
	p.says("budget-says", "rounds fit")
	fit := p.text(`document.getElementById("budget-says").textContent.match(/^\d+/)[0]`)
	p.text(`document.getElementById("use-rounds").click()`)
	p.says("privacy-says", "After "+fit+" rounds the total is ε = 7.")
	p.typed("budget", "nonsense")
	p.says("budget-says", "Type an ε above 0")
	p.typed("budget", "8")
	p.setRounds("20")

	// Who looks on decides.
	p.set("watcher", "fedavg")
	p.says("privacy-says", "the total is ε = 2.92")
	p.set("client", "7")
	p.wait(`/After \d+ rounds the total/.test(document.getElementById("privacy-says").textContent) && !document.getElementById("privacy-says").textContent.includes("2.92")`)
	p.set("client", "")
	p.set("watcher", "gossip")

	// Beyond ε₀ = 1 the formula is not proved, beyond 8.42 it fails.
	p.set("epsilon", "8")
	p.says("privacy-says", "the total is ε = 57.97")
	p.says("classic-warning", "outside the range")
	p.says("classic-warning", "happens to hold")
	p.set("epsilon", "30")
	p.says("classic-warning", "Here it fails")
	p.picture("warned")

	// A target becomes a multiplier, in the link.
	p.typed("target", "4")
	p.says("target-says", "z = 4.836")
	p.text(`document.getElementById("use-multiplier").click()`)
	p.wait(`location.hash.includes("noise_multiplier=4.836") && location.hash.includes("noise_by=multiplier")`)
	p.says("privacy-says", "the total is ε = 4 at")
	if got := p.text(`document.getElementById("classic-warning").hidden`); got != "true" {
		t.Error("a multiplier is warned of")
	}

	// A run goes on as it would without the panel.
	p.setRounds("3")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.says("budget-says", "Reset first")

	// What it came to, by total ε; and who learns what, on the stage too.
	p.text(`document.getElementById("utility").open = true`)
	p.wait(`[...document.querySelectorAll("#utility tr")].some((r) => /Gossip\s+1\.38\s+client/.test(r.innerText))`)
	p.text(`document.getElementById("leak-map").open = true`)
	p.wait(`document.getElementById("colour-stage")`)
	p.text(`document.getElementById("colour-stage").click()`)
	p.set("client", "7")
	p.says("leak-says", "Client 7 before each other client, estimated ε: 6: ")
	p.says("leak-hint", "An estimate.")
	p.run(chromedp.EmulateViewport(1280, 800))
	p.text(`scrollTo(0, 0)`)
	before := p.shot()
	p.text(`document.getElementById("colour-stage").click()`)
	changed := 0
	for range 60 {
		if _, changed = colours(before, p.shot(), p.stageArea()); changed > 1000 {
			break
		}
	}
	if changed <= 1000 {
		t.Errorf("%d points of the stage differ with and without what is seen of client 7: want more than 1,000", changed)
	}
	p.text(`document.getElementById("colour-stage").click()`)
	for range 60 {
		if _, changed = colours(before, p.shot(), p.stageArea()); changed < 1000 {
			break
		}
	}
	p.picture("stage")
	for _, look := range []string{"one", "other"} {
		p.run(chromedp.EmulateViewport(1280, 2000))
		p.text(`document.getElementById("privacy").scrollIntoView()`)
		p.picture("wide-" + look)
		p.run(chromedp.EmulateViewport(390, 3200))
		if got := p.text(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); got != "0" {
			t.Errorf("on a phone the page is %s px too wide", got)
		}
		p.accessible("on a phone, " + look)
		p.text(`document.getElementById("privacy").scrollIntoView()`)
		p.picture("phone-" + look)
		p.text(`document.getElementById("theme").click()`)
	}
}
