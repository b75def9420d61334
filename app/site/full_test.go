//go:build !js

package site_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
)

// fullDigits chooses the full 28×28 digits and waits until they are there.
func (p *page) fullDigits() {
	p.Helper()
	p.text(`(() => { // what the page says while it fetches
		window.said = new Set();
		new MutationObserver(() => said.add(document.querySelector(".bar").innerText.trim()))
			.observe(document.querySelector(".status"), { childList: true, subtree: true, characterData: true });
	})()`)
	p.set("data", experiment.DataMNIST28)
	p.wait(`document.getElementById("train").value === "60000" && ["ready", "failed"].includes(document.documentElement.dataset.run)`)
}

// The page offers the full digits: chosen, they come with progress, and
// a round on them has the digest that it has natively.
func TestFullDigits(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.set("preset", "tutorial")
	p.wait(`document.documentElement.dataset.run === "ready" && document.getElementById("topology").value === "ring"`)
	p.fullDigits()
	if p.text(`[...said].some((text) => /^fetching digits: \d+,000 of 70,000$/.test(text))`) != "true" {
		t.Errorf("while the digits came the page said %s: want how many have come", p.text("[...said].join(' | ')"))
	}
	if hidden := p.text(`document.getElementById("hidden").value`); hidden != "256-128" {
		t.Errorf("hidden layers %s: want the tutorial's, 256-128", hidden)
	}
	p.setRounds("1")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.waitFor(`["done", "failed"].includes(document.documentElement.dataset.run)`, 5*time.Minute)
	p.picture("done")

	e, _, err := experiment.Build("tutorial", []experiment.Setting{{Key: "data", Value: experiment.DataMNIST28}, {Key: "rounds", Value: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	trace := natively(t, e)
	if got := p.text("document.documentElement.dataset.digest"); got != trace.Digest {
		t.Errorf("the page's digest is %s, natively it is %s", got, trace.Digest)
	}
}
