//go:build !js

package site_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// While a run trains on every core, the page's thread stays free: the test
// counts the tasks over 50 ms (the Long Tasks API) and reports whose they
// were. It fails when training itself holds the page up: when tasks that are
// not the stage's drawing, which without a graphics card is done on this
// thread, take a twentieth of the run's time or more.
func TestPageStaysFree(t *testing.T) {
	p := open(t)
	p.setRounds("20")
	p.text(`(() => {
		window.tasks = { page: [], stage: [] };
		new PerformanceObserver((list) => list.getEntries().forEach((e) =>
			(e.attribution[0]?.containerId === "stage" ? tasks.stage : tasks.page).push(Math.round(e.duration)))).observe({ type: "longtask" });
		window.began = performance.now();
	})()`)
	p.run(chromedp.Click("#play"))
	p.wait(`document.documentElement.dataset.run === "done"`)
	sum := func(whose string) string { return "tasks." + whose + ".reduce((a, b) => a + b, 0)" }
	t.Logf("tasks over 50 ms in a run of %s ms: the page's own [%s], the stage's [%s]",
		p.text("Math.round(performance.now() - began)"), p.text("tasks.page"), p.text("tasks.stage"))
	if p.text(sum("page")+" * 20 > performance.now() - began") == "true" {
		t.Errorf("the page's own long tasks took %s ms: want less than a twentieth of the run", p.text(sum("page")))
	}
}
