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
	p.watchTasks()
	p.run(chromedp.Click("#play"))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.reportTasks()
	const own = "tasks.page.reduce((a, b) => a + b, 0)"
	if p.text(own+" * 20 > performance.now() - began") == "true" {
		t.Errorf("the page's own long tasks took %s ms: want less than a twentieth of the run", p.text(own))
	}
}

// watchTasks begins to gather the tasks over 50 ms.
func (p *page) watchTasks() {
	p.text(`(() => {
		window.tasks = { page: [], stage: [] };
		new PerformanceObserver((list) => list.getEntries().forEach((e) =>
			(e.attribution[0]?.containerId === "stage" ? tasks.stage : tasks.page).push(Math.round(e.duration)))).observe({ type: "longtask" });
		window.began = performance.now();
	})()`)
}

// reportTasks reports the tasks over 50 ms.
func (p *page) reportTasks() {
	p.Helper()
	p.Logf("tasks over 50 ms in a run of %s ms: the page's own [%s], the stage's [%s]",
		p.text("Math.round(performance.now() - began)"), p.text("tasks.page"), p.text("tasks.stage"))
}

// A thousand clients on a torus: the run ends with the digest that it has
// natively, and the stage shows them as dots. The page's tasks over 50 ms are
// reported.
func TestThousandClients(t *testing.T) {
	p := open(t)
	p.hash("v=1&clients=1000&topology=torus&partition=iid&rounds=2&protocol=gossip&exchanges=2000&test=1000",
		`document.getElementById("clients").value === "1000" && document.documentElement.dataset.run === "ready" && !document.getElementById("play").disabled`)
	p.watchTasks()
	p.run(chromedp.Click("#play"))
	p.wait(`document.documentElement.dataset.round === "1"`)
	p.picture("playing")
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.reportTasks()
	p.picture("done")
	e := built(t, "tutorial", "clients", "1000", "topology", "torus", "partition", "iid", "rounds", "2", "protocol", "gossip", "exchanges", "2000", "test", "1000")
	if got, want := p.text("document.documentElement.dataset.digest"), natively(t, e).Digest; got != want {
		t.Errorf("the page's digest is %s, natively it is %s", got, want)
	}
}

// While rounds come as fast as they can, a chart changes at most five times a
// second, and of its drawing only what is new: lines are moved, not made again.
func TestChartsChangeSeldom(t *testing.T) {
	p := open(t)
	p.hash("v=1&train=1000&test=1000&hidden=16&rounds=60&clients=4&partition=iid&participants=2&topology=complete",
		`document.getElementById("rounds").value === "60" && document.documentElement.dataset.run === "ready" && !document.getElementById("play").disabled`)
	p.text(`(() => {
		window.changes = new Map(); // by chart, when it changed
		window.made = 0;
		window.began = performance.now();
		document.querySelectorAll("svg.plot").forEach((chart) => {
			const times = [];
			changes.set(chart, times);
			new MutationObserver((list) => {
				if (list.some((m) => m.attributeName === "d")) {
					times.push(performance.now());
				}
				list.forEach((m) => m.removedNodes.forEach((n) => { made += n.nodeName === "path" ? 1 : 0; }));
			}).observe(chart, { subtree: true, childList: true, attributes: true });
		});
	})()`)
	p.run(chromedp.Click("#play"))
	p.wait(`document.documentElement.dataset.run === "done"`)
	seconds := `((performance.now() - began) / 1000)`
	t.Logf("%s charts changed [%s] times in %s s; %s paths were made anew", p.text(`changes.size`),
		p.text(`[...changes.values()].map((t) => t.length)`), p.text(seconds+`.toFixed(1)`), p.text(`made`))
	if p.text(`changes.size >= 3 && [...changes.values()].some((t) => t.length > 3)`) != "true" {
		t.Error("no chart changed: the test sees nothing")
	}
	if most := p.text(`Math.max(...[...changes.values()].map((t) => t.length)) <= 5 * ` + seconds + ` + 2`); most != "true" {
		t.Error("a chart changed more than five times a second")
	}
	if p.text(`made`) != "0" {
		t.Errorf("%s paths were made anew", p.text(`made`))
	}
}
