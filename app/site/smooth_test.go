//go:build !js

package site_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// While a run trains on every core, no task of the page's thread is longer
// than 50 ms, the page's own or its stage's.
func TestPageStaysFree(t *testing.T) {
	staysFree(t, func(p *page) { p.setRounds("20") })
}

// attempts is how many runs may be judged. A processor that other programs, or
// other machines of the same host, share takes more time for the same work for
// a while, by half and more; what the page itself does too long it does in
// every run.
const attempts = 3

// staysFree judges a run in a page that prepare has made ready, and returns it.
func staysFree(t *testing.T, prepare func(p *page)) *page {
	t.Helper()
	for attempt := 1; ; attempt++ {
		p := open(t)
		prepare(p)
		p.settle()
		complaints := p.judge(p.tasks(func() {
			p.run(chromedp.Click(chromedp.CSS("#play")))
			p.wait(`document.documentElement.dataset.run === "done"`)
		}))
		for _, c := range complaints {
			if attempt == attempts {
				t.Error(c)
			} else {
				t.Logf("run %d: %s", attempt, c)
			}
		}
		if len(complaints) == 0 || attempt == attempts {
			return p
		}
	}
}

// settle waits until the stage has drawn the scene, and begins to gather the
// tasks over 50 ms.
func (p *page) settle() {
	p.Helper()
	p.wait(frame + `?.grapevineStage?.awake === false`)
	p.watchTasks()
}

// mostTask is the longest that a task may take, in milliseconds.
const mostTask = 50

// judge says where the tasks are not what the page promises, and reports them, by
// the browser's Long Tasks API too. That one counts by the clock, which goes on
// while other programs of the machine work; so a task is judged by its time at
// work, and what the thread waits for by other rules:
//
// A fifth of the thread's time, and no more, may go to handing the picture on.
// That is where a thread waits for a canvas that is still being drawn: it was
// a quarter and more when the stage was shown so, and is less than a tenth now.
//
// The stage's program waits for nobody: by the clock it takes as many times
// its work as the page's own does beside it, which neither draws nor waits.
func (p *page) judge(tasks []task) (complaints []string) {
	p.Helper()
	complain := func(format string, values ...any) { complaints = append(complaints, fmt.Sprintf(format, values...)) }
	p.reportTasks()
	var all, own, stage, commit times
	var longest, longestStage task
	for _, t := range tasks {
		all.plus(t.times)
		own.plus(t.page)
		stage.plus(t.stage)
		commit.plus(t.commit)
		if t.stage.cpu > t.cpu/2 {
			if t.cpu > longestStage.cpu {
				longestStage = t
			}
		} else if t.cpu > longest.cpu {
			longest = t
		}
		if t.cpu > mostTask {
			complain("a task was at work for %.0f ms, %.0f of them the stage's (by the clock %.0f ms: %s): want at most %d", t.cpu, t.stage.cpu, t.wall, t.what, mostTask)
		}
	}
	p.Logf("%d tasks; at work: the page's program %.0f ms, the stage's %.0f ms", len(tasks), own.cpu, stage.cpu)
	for whose, t := range map[string]task{"page": longest, "stage": longestStage} {
		p.Logf("the %s's longest task: %.1f ms at work, %.0f by the clock, %.1f s after the beginning: %s", whose, t.cpu, t.wall, (t.at-tasks[0].at)/1e6, t.what)
	}
	p.Logf("by the clock: the page's program %.1f times its work, the stage's %.1f; handing on took %.1f %% of %.0f ms", own.wall/own.cpu, stage.wall/stage.cpu, 100*commit.wall/all.wall, all.wall)
	if 5*commit.wall > all.wall {
		complain("handing the picture on took %.0f ms of %.0f: want at most a fifth", commit.wall, all.wall)
	}
	if stage.wall/stage.cpu > 3*own.wall/own.cpu {
		complain("the stage's program took %.1f times its work by the clock, the page's %.1f: want at most three times that", stage.wall/stage.cpu, own.wall/own.cpu)
	}
	return complaints
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
// natively, the stage shows them as dots, and no task is too long.
func TestThousandClients(t *testing.T) {
	p := staysFree(t, func(p *page) {
		p.hash("v=1&clients=1000&topology=torus&partition=iid&rounds=2&protocol=gossip&exchanges=2000&test=1000",
			`document.getElementById("clients").value === "1000" && document.documentElement.dataset.run === "ready" && !document.getElementById("play").disabled`)
	})
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
	p.run(chromedp.Click(chromedp.CSS("#play")))
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
