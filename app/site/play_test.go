//go:build !js

package site_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/chromedp/chromedp"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

// A run in the page ends with the digest that the same run has natively.
func TestPlayEqualsNative(t *testing.T) {
	p := open(t)
	p.picture("ready")
	p.set("epsilon", "300")
	p.setRounds("4")
	p.run(chromedp.Click("#play"))
	p.wait(`["done", "failed"].includes(document.documentElement.dataset.run)`)
	p.picture("done")

	e, _, err := experiment.Build(experiment.Presets[0].Key, []experiment.Setting{{Key: "epsilon", Value: "300"}, {Key: "rounds", Value: "4"}})
	if err != nil {
		t.Fatal(err)
	}
	load := func(_ context.Context, name string, train, test int, _ func(int, int)) (*data.Dataset, error) {
		return mnist.Load(name, train, test)
	}
	trace, err := lab.Run(context.Background(), e, load, crew.NewLocal(runtime.NumCPU(), func() crew.Hand { return lab.NewHand(load) }), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.text("document.documentElement.dataset.digest"); got != trace.Digest {
		t.Errorf("the page's digest is %s, natively it is %s", got, trace.Digest)
	}
	if got := p.text("document.documentElement.dataset.round"); got != "4" {
		t.Errorf("data-round is %s: want 4", got)
	}
}
