//go:build !js

package site_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// counting makes every document count what it draws with WebGL, and lets a test
// hide it. A frame's first document, which is empty, may leave its window to the
// one that is loaded: then this runs again there.
const counting = `
	if (window.draws === undefined) {
		window.draws = 0;
		const draw = WebGL2RenderingContext.prototype.drawElements;
		WebGL2RenderingContext.prototype.drawElements = function (...args) { window.draws++; return draw.apply(this, args); };
	}
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
	p.run(chromedp.Click(chromedp.CSS("#play")))
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
	p.run(chromedp.Click(chromedp.CSS("#pause")))
	p.wait(`document.documentElement.dataset.run === "paused"`)
	p.wait(asleep)
	if n := p.draws(); n != 0 {
		t.Errorf("when the run rests the stage draws %d times a second: want none", n)
	}
}

// holding makes every document's frames slow: window.slow is for how many
// milliseconds the first draw of each holds the thread. It notes from when to
// when they did.
const holding = `(() => {
	window.slow = 0;
	window.held = [];
	let drawn = true;
	const frame = window.requestAnimationFrame.bind(window);
	window.requestAnimationFrame = (callback) => frame((now) => {
		drawn = false;
		callback(now);
	});
	const draw = WebGL2RenderingContext.prototype.drawElements;
	WebGL2RenderingContext.prototype.drawElements = function (...args) {
		if (!drawn) {
			drawn = true;
			const begun = performance.now();
			while (performance.now() - begun < window.slow) { /* hold the thread */ }
			window.held.push([begun, performance.now()]);
		}
		return draw.apply(this, args);
	};
})()`

// The stage skips frames before it delays the page. When its frames are slow,
// it rests after each as long as that took, so that the page has half of the
// time at least; and while the page has work without end, the stage comes only
// now and then.
func TestStageSkipsFrames(t *testing.T) {
	p := open(t, first(holding))
	p.setRounds("200")
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(frame + `?.held?.length > 4`)
	p.text(`window.stage = ` + frame)
	// watch lets the script of the page begin, and says how often the stage
	// draws in the two seconds after it and how long each frame holds the thread.
	watch := func(script string) {
		t.Helper()
		p.text(`(stage.held.length = 0, ` + script + `, window.from = performance.now())`)
		p.wait(`performance.now() - window.from > 2000 && stage.held.length >= 3`)
		p.text(`(window.until = performance.now(), stage.slow = 0, window.busy = false, window.seen = stage.held.splice(0).slice(1))`)
	}
	number := func(script string) float64 {
		t.Helper()
		x, err := strconv.ParseFloat(p.text(script), 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	const rate = `seen.length / (until - from) * 1000`

	watch(`0`)
	quick := number(rate)

	watch(`stage.slow = 150`)
	held := number(`Math.min(...seen.map(([from, to]) => to - from))`)
	// Timers may come a millisecond early.
	worst := number(`Math.min(...seen.slice(1).map(([from], i) => (from - seen[i][1] + 1) / (seen[i][1] - seen[i][0])))`)
	t.Logf("the stage draws %.1f frames a second; when each holds the thread for %.0f ms and more %.1f, and rests at least %.2f times as long", quick, held, number(rate), worst)
	if held < 150 {
		t.Errorf("a frame held the thread for %.0f ms: the test sees nothing", held)
	}
	if worst < 1 {
		t.Errorf("after a frame the stage rested %.2f times as long as the frame took: want at least as long", worst)
	}

	watch(`(() => {
		window.busy = true;
		window.turns = 0;
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			for (const begun = performance.now(); performance.now() - begun < 10;) { /* work */ }
			turns++;
			if (busy) {
				port2.postMessage(0);
			}
		};
		port2.postMessage(0);
	})()`)
	t.Logf("beside a page that is busy all the time, %.1f, and the page takes %.0f turns of 10 ms a second", number(rate), number(`turns / (until - from) * 1000`))
	if r := number(rate); r > 5 {
		t.Errorf("beside a busy page the stage draws %.1f frames a second: want at most 5", r)
	}
}
