//go:build !js

package site_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// counting makes every document count what it draws with WebGL, and lets a test
// hide it.
const counting = `
	window.draws = 0;
	const draw = WebGL2RenderingContext.prototype.drawElements;
	WebGL2RenderingContext.prototype.drawElements = function (...args) { window.draws++; return draw.apply(this, args); };
	window.unseen = false;
	Object.defineProperty(document, "hidden", { get: () => window.unseen });
	window.hide = (unseen) => { window.unseen = unseen; document.dispatchEvent(new Event("visibilitychange")); };
`

const frame = `document.getElementById("stage")?.contentWindow`

// draws is how often the stage draws in a second, counted over two.
func (p *page) draws() int {
	p.Helper()
	p.text(`(window.from = performance.now(), window.before = ` + frame + `.draws)`)
	p.wait(`performance.now() - window.from > 2000`)
	n, err := strconv.Atoi(p.text(`Math.floor((` + frame + `.draws - window.before) / (performance.now() - window.from) * 1000)`))
	if err != nil {
		p.Fatal(err)
	}
	return n
}

// The stage draws while something moves, and rests when nothing does, when it
// is scrolled out of sight and when the tab is hidden; it comes back from each.
func TestStageRests(t *testing.T) {
	p := open(t, first(counting))
	asleep := frame + `?.grapevineStage?.awake === false`
	p.wait(`document.documentElement.dataset.run === "ready"`)
	n := -1
	for range 5 { // it draws the scene that it has just been told
		p.wait(asleep)
		if n = p.draws(); n == 0 {
			break
		}
	}
	if n != 0 {
		t.Errorf("before anything moves the stage draws %d times a second: want none", n)
	}
	p.setRounds("200")
	p.run(chromedp.Click("#play"))
	moving := func(when string) {
		t.Helper()
		p.text(`window.before = ` + frame + `.draws`)
		p.wait(frame + `.draws > window.before + 4`)
	}
	moving("at first")
	p.text(frame + `.hide(true)`)
	if n := p.draws(); n > 4 { // of a frame that was under way
		t.Errorf("hidden, the stage draws %d times a second: want none", n)
	}
	p.text(frame + `.hide(false)`)
	moving("seen again")
	p.text(`document.getElementById("stage").style.marginTop = "9000px"`)
	p.wait(frame + `.grapevineStage.seen() === false`)
	out := p.draws()
	p.text(`document.getElementById("stage").style.marginTop = ""`)
	moving("in sight again")
	t.Logf("scrolled out of sight the stage draws %d times a second", out)
	if out > 8 { // two frames of ebiten's own clearing
		t.Errorf("scrolled out of sight the stage draws %d times a second: want at most 8", out)
	}
	p.run(chromedp.Click("#pause"))
	p.wait(`document.documentElement.dataset.run === "paused"`)
	p.wait(asleep)
	if n := p.draws(); n != 0 {
		t.Errorf("when the run rests the stage draws %d times a second: want none", n)
	}
}
