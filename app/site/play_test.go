//go:build !js

package site_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
)

// A run in the page ends with the digest that the same run has natively.
func TestPlayEqualsNative(t *testing.T) {
	p := open(t)
	p.picture("ready")
	p.set("epsilon", "300")
	p.setRounds("4")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`["done", "failed"].includes(document.documentElement.dataset.run)`)
	p.picture("done")

	e, _, err := experiment.Build(experiment.Presets[0].Key, []experiment.Setting{{Key: "epsilon", Value: "300"}, {Key: "rounds", Value: "4"}})
	if err != nil {
		t.Fatal(err)
	}
	trace := natively(t, e)
	if got := p.text("document.documentElement.dataset.digest"); got != trace.Digest {
		t.Errorf("the page's digest is %s, natively it is %s", got, trace.Digest)
	}
	if got := p.text("document.documentElement.dataset.round"); got != "4" {
		t.Errorf("data-round is %s: want 4", got)
	}
}
