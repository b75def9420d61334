//go:build !js

package site_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// shot is a picture of the page as it is now.
func (p *page) shot() image.Image {
	p.Helper()
	b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		p.Fatal(err)
	}
	return img
}

// stageArea is where the stage's frame lies on the page.
func (p *page) stageArea() image.Rectangle {
	p.Helper()
	side := func(expression string) int {
		n, err := chromedp.Run(p.ctx, chromedp.Evaluate[float64](`document.getElementById("stage").getBoundingClientRect().`+expression))
		if err != nil {
			p.Fatal(err)
		}
		return int(n)
	}
	return image.Rect(side("left"), side("top"), side("right"), side("bottom"))
}

// colours counts the colours in the area, and how many of its points differ
// from another picture.
func colours(a, b image.Image, area image.Rectangle) (distinct, changed int) {
	seen := map[[3]uint32]bool{}
	area = area.Intersect(a.Bounds())
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			seen[[3]uint32{r, g, bl}] = true
			if r != r2 || g != g2 || bl != b2 {
				changed++
			}
		}
	}
	return len(seen), changed
}

// setRounds sets the number of rounds and waits until the page is ready for
// them.
func (p *page) setRounds(rounds string) {
	p.Helper()
	p.set("rounds", rounds)
	p.wait(`document.getElementById("round-counter").textContent.endsWith("/ ` + rounds + `") && document.documentElement.dataset.run === "ready"`)
}

// The stage draws the graph, and moves while a run is shown.
func TestStageIsAnimated(t *testing.T) {
	p := open(t)
	p.run(chromedp.Click(chromedp.CSS("#step")))
	p.wait(`["paused", "failed"].includes(document.documentElement.dataset.run)`)
	area := p.stageArea()
	var first, second image.Image
	distinct, changed := 0, 0
	for range 40 { // the stage takes its time to come; each picture is one of its frames
		first = p.shot()
		second = p.shot()
		distinct, changed = colours(first, second, area)
		if distinct > 50 && changed > 100 {
			break
		}
	}
	p.picture("moving")
	if distinct <= 50 || changed <= 100 {
		t.Errorf("the stage shows %d colours and %d of its points moved: want more than 50 and 100", distinct, changed)
	}
}

// A refused value is explained beside its field, and the run goes on.
func TestBadInput(t *testing.T) {
	p := open(t)
	p.run(chromedp.Click(chromedp.CSS("#step")))
	p.wait(`document.documentElement.dataset.run === "paused"`)
	p.set("clients", "1")
	p.wait(`document.querySelector(".settings").innerText.includes("clients \"1\": want a whole number from 2 to 1000")`)
	if got := p.text("document.documentElement.dataset.round"); got != "1" {
		t.Errorf("after a refused value the run is at round %s: want 1, as before", got)
	}
	p.set("clients", "<img src=x onerror=alert(1)>")
	if got := p.text(`document.querySelectorAll(".settings img").length`); got != "0" {
		t.Error("text from a field became markup")
	}
	p.picture("refused")
}

// A setting changed by the mouse makes another experiment.
func TestPresetAndSetting(t *testing.T) {
	p := open(t)
	p.set("preset", "isolated")
	p.wait(`document.documentElement.dataset.run === "ready" && document.getElementById("exchanges").value === "0"`)
	if got := p.text(`document.getElementById("protocol").value`); got != "gossip" {
		t.Errorf("the preset isolated runs %s: want gossip", got)
	}
	p.setRounds("2")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	if got := p.text(`document.body.innerText`); !strings.Contains(got, "Gossip") {
		t.Errorf("the page does not say how gossip ended: %.300s", got)
	}
}

// The page fits: nothing overflows sideways, in light and dark, wide and on a
// phone.
func TestFits(t *testing.T) {
	p := open(t)
	p.setRounds("8")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	for _, look := range []struct {
		name          string
		width, height int64
	}{{"wide", 1280, 800}, {"phone", 390, 844}} {
		p.run(chromedp.EmulateViewport(look.width, look.height))
		for _, theme := range []string{"one", "other"} {
			if got := p.text(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); got != "0" {
				t.Errorf("%s: the page is %s px too wide", look.name, got)
			}
			p.picture(look.name + "-" + theme)
			p.text(`document.getElementById("theme").click()`)
		}
	}
}

// What the page opens with teaches: both methods end far above chance, and
// gossip within five points of FedAvg.
func TestFirstLookTeaches(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	said := p.text(`document.body.innerText.match(/Test accuracy at the end[^)]*/)[0]`)
	var fedavg, gossip float64
	if _, err := fmt.Sscanf(said, "Test accuracy at the end: FedAvg %f %%, Gossip %f %%", &fedavg, &gossip); err != nil {
		t.Fatalf("%q: %v", said, err)
	}
	if fedavg < 70 || gossip < fedavg-5 {
		t.Errorf("%s: want FedAvg at 70 %% or more, and gossip within five points", said)
	}
	p.picture("done")
}
