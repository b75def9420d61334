//go:build !js

package site_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// media has the page drawn for the screen, "", or for paper, "print".
func media(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
		return err
	})
}

// A study from end to end: two runs, a sweep of privacy and method, a
// comparison, exports; after a reload everything is there again.
func TestStudy(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.hash("v=1&train=1000&test=1000&rounds=3&hidden=16", `document.getElementById("rounds").value === "3"`)
	first := p.finish()
	p.set("topology", "complete")
	p.wait(`document.documentElement.dataset.run === "ready"`)
	second := p.finish()

	p.run(chromedp.Click(chromedp.CSS("#sweep")))
	p.wait(`document.getElementById("sweep-1")?.value === "epsilon"`)
	p.set("sweep-1-values", "inf, 300, 1")
	p.set("sweep-2", "protocol")
	p.set("sweep-2-values", "fedavg, gossip")
	p.set("sweep-seeds", "2")
	p.wait(`document.getElementById("sweep-begin")?.textContent === "Begin: 12 runs"`)
	p.run(chromedp.Click(chromedp.CSS("#sweep-begin")))
	p.wait(`document.getElementById("sweep-table")`)
	const charts = `[...document.querySelectorAll(".sweep-charts figure")].map((f) => f.id).join()`
	if got, want := p.text(charts), "chart-sweep-fedavg,chart-sweep-gossip,chart-sweep-final,chart-sweep-rounds"; got != want {
		t.Errorf("the figures are %s: want %s", got, want)
	}
	if got := p.text(`document.querySelector("#chart-sweep-rounds svg.plot").textContent`); !strings.Contains(got, "never") || !strings.Contains(got, "∞") {
		t.Errorf("the axes of rounds to 90 %% have %q: want never and ∞ among it", got)
	}
	if got := p.text(`document.querySelectorAll("#findings h3").length`); got != "5" {
		t.Errorf("%s conclusions are tested: want five, the third for each method", got)
	}
	p.text(`document.querySelector(".sweep-charts").scrollIntoView()`)
	p.picture("figures")

	p.text(`document.getElementById("shelf").open = true`)
	compare := func() {
		p.unfold("2")
		p.press("compare-" + first)
		p.press("compare-" + second)
		p.wait(`document.querySelector("#comparison")`)
	}
	compare()
	colour := `document.querySelector("#colour-` + first + ` path").getAttribute("class")`
	was := p.text(colour)
	p.press("colour-" + first)
	p.wait(colour + ` !== "` + was + `"`)
	recoloured := p.text(colour)
	comparison := p.text(`document.getElementById("comparison").innerText`)
	dir := t.TempDir()
	_, rows := p.save(dir, "sweep-csv")

	table, findings := p.text(`document.getElementById("sweep-table").innerText`), p.text(`document.getElementById("findings").innerText`)
	link := p.text("location.hash")
	p.run(media("print"))
	p.picture("paper")
	p.run(media(""))
	p.visit(p.url + "?again" + link)
	p.wait(`document.getElementById("sweep-table")`)
	if got := p.text(`document.getElementById("sweep-table").innerText`); got != table {
		t.Errorf("after a reload the table says %q: want %q", got, table)
	}
	if got := p.text(`document.getElementById("findings").innerText`); got != findings {
		t.Errorf("after a reload the findings are %q: want %q", got, findings)
	}
	if _, again := p.save(dir, "sweep-csv"); again != rows {
		t.Error("after a reload the CSV is another one")
	}
	compare()
	if got := p.text(`document.getElementById("comparison").innerText`); got != comparison {
		t.Errorf("after a reload the comparison says %q: want %q", got, comparison)
	}
	if got := p.text(colour); got != recoloured {
		t.Errorf("after a reload the run is drawn as %q: want %q", got, recoloured)
	}
}
