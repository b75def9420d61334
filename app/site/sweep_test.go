//go:build !js

package site_test

import (
	"encoding/csv"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
)

// A sweep in the page: begun from a setting's offer, paused and gone on with,
// with a trainer that dies on the way; every run has the digest it has on its
// own, and the sweep's link opens the same sweep.
func TestSweep(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.hash("v=1&train=1000&test=1000&rounds=3&hidden=16", `document.getElementById("rounds").value === "3"`)
	p.text(`document.getElementById("lr").focus()`)
	p.run(chromedp.Click(chromedp.CSS("#sweep-lr")))
	p.wait(`document.getElementById("sweep-1")?.value === "lr"`)
	p.set("sweep-1-values", "0.06, 0.3, 9999")
	p.run(chromedp.Click(chromedp.CSS("#sweep-begin")))
	p.wait(`document.querySelector("#sweep-panel .error")?.textContent.includes("want a number above 0 to 100")`)
	p.set("sweep-1-values", "0.06, 0.3")
	p.set("sweep-2", "protocol")
	p.set("sweep-2-values", "fedavg, gossip")
	p.set("sweep-seeds", "2")
	p.wait(`document.getElementById("sweep-begin")?.textContent === "Begin: 8 runs"`)
	p.text(`(() => { // the first trainer dies once
		const trainer = grapevine.trainer;
		let first = true;
		grapevine.trainer = (count, onMessage) => {
			const made = trainer(count, onMessage);
			if (first) {
				first = false;
				setTimeout(() => onMessage('{"kind":"failed","body":{"key":"","message":"a test ended it"}}'));
			}
			return made;
		};
	})()`)
	p.run(chromedp.Click(chromedp.CSS("#sweep-begin")))
	p.run(chromedp.Click(chromedp.CSS("#sweep-rest")))
	p.wait(`document.getElementById("sweep-progress")?.textContent.includes("pausing")`)
	p.run(chromedp.Click(chromedp.CSS("#sweep-rest")))
	p.wait(`document.getElementById("sweep-table")`)
	p.accessible("a finished sweep")
	p.picture("done")
	p.run(chromedp.EmulateViewport(390, 844))
	p.picture("phone")
	p.run(chromedp.EmulateViewport(1280, 800))

	_, content := p.save(t.TempDir(), "sweep-csv")
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil || len(rows) != 1+8*4 {
		t.Fatalf("%d rows, %v: want 33", len(rows), err)
	}
	fragment := p.text("location.hash")
	sweep, refused, ok := experiment.ParseSweep(fragment)
	if !ok || len(refused) > 0 {
		t.Fatalf("the address is %q: want the sweep's link (%q)", fragment, refused)
	}
	runs, _, err := sweep.Runs()
	if err != nil || len(runs) != 8 {
		t.Fatalf("%d runs, %v: want 8", len(runs), err)
	}
	for i, e := range runs {
		trace := natively(t, e)
		if got := rows[1+4*i][len(rows[0])-1]; got != trace.Digest {
			t.Errorf("run %d has digest %s in the page's sweep, alone %s", i, got, trace.Digest)
		}
	}

	before := p.text(`document.getElementById("sweep-table").innerText`)
	p.visit(p.url + "?again" + fragment)
	p.wait(`document.getElementById("sweep-1")?.value === "lr" && document.getElementById("sweep-seeds")?.value === "2"`)
	if got := p.text(`document.getElementById("sweep-table")?.innerText`); got != before {
		t.Errorf("after a reload the table says %q: want %q", got, before)
	}
}

var full = flag.Bool("full", false, "let TestTutorialSweep use the full 28×28 digits; it may take an hour")

// The tutorial's own study, as the page offers it. The time is reported, not
// judged: "make bench-full-browser" takes it on the full digits.
func TestTutorialSweep(t *testing.T) {
	p := open(t)
	p.set("preset", "tutorial")
	p.wait(`document.documentElement.dataset.run === "ready" && document.getElementById("topology").value === "ring"`)
	if *full {
		p.fullDigits()
	}
	p.text(`window.began = performance.now()`)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.waitFor(`document.documentElement.dataset.run === "done"`, time.Hour)
	t.Logf("one run of both took %s s", p.text("((performance.now() - began) / 1000).toFixed(1)"))
	p.run(chromedp.Click(chromedp.CSS("#sweep")))
	p.wait(`document.getElementById("sweep-begin")?.textContent === "Begin: 10 runs"`)
	p.text(`window.began = performance.now()`)
	p.run(chromedp.Click(chromedp.CSS("#sweep-begin")))
	p.waitFor(`document.getElementById("sweep-table")`, 2*time.Hour)
	t.Logf("the tutorial's sweep took %s s on %s workers", p.text("((performance.now() - began) / 1000).toFixed(1)"), p.text("grapevine.workers"))
	if rows := p.text(`document.querySelectorAll("#sweep-table tbody tr").length`); rows != "10" {
		t.Errorf("the table has %s rows: want 10", rows)
	}
	p.picture("done")
	p.text(`document.querySelector("#sweep-table").scrollIntoView()`)
	p.picture("table")
}
