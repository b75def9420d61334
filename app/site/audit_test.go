//go:build !js

package site_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Attacks in the page: each begun by its button, in a worker of its own while
// the page stays usable; one is cancelled; what they find is shown.
func TestAttacks(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.hash("v=1&train=1000&test=1000&rounds=2&hidden=16&epsilon=1", `document.getElementById("rounds").value === "2" && document.documentElement.dataset.run === "ready"`)
	p.text(`document.querySelector("#audits > summary").click()`)
	p.wait(`document.getElementById("attack-unit")`)
	p.run(chromedp.Click(chromedp.CSS("#attack-members")))
	p.run(chromedp.Click(chromedp.CSS("#cancel-attack")))
	p.wait(`!document.getElementById("cancel-attack") && !document.getElementById("attack-unit")?.disabled`)
	for _, kind := range []string{"unit", "canaries", "members"} {
		p.text(`window.began = performance.now()`)
		p.run(chromedp.Click(chromedp.CSS("#attack-" + kind)))
		p.wait(`document.querySelector("#attack-` + kind + `-found .proof.good")`)
		t.Logf("%s took %s s", kind, p.text("((performance.now() - began) / 1000).toFixed(1)"))
	}
	if state := p.text(`document.documentElement.dataset.run`); state != "ready" {
		t.Errorf("the run is %s: want it left alone", state)
	}
	if n := p.text(`document.querySelectorAll("#audit-roc .line").length`); n != "2" {
		t.Errorf("%s curves: want one a method", n)
	}
	p.set("audit-client", "7")
	p.wait(`document.querySelector("#audit-roc svg")?.getAttribute("aria-label").startsWith("Client 7:")`)
	p.accessible("attacks")
	p.text(`document.getElementById("audits").scrollIntoView()`)
	p.picture("light")
	p.run(chromedp.Click(chromedp.CSS("#theme")))
	p.wait(`document.documentElement.dataset.theme === "dark"`)
	p.accessible("attacks in the dark")
	p.text(`document.getElementById("audits").scrollIntoView()`)
	p.picture("dark")
	p.run(chromedp.EmulateViewport(390, 844))
	if wide := p.text(`document.documentElement.scrollWidth - innerWidth`); wide != "0" {
		t.Errorf("at phone width the page is %s pixels too wide", wide)
	}
	p.text(`document.getElementById("audits").scrollIntoView()`)
	p.picture("phone")
	p.text(`document.getElementById("audit-roc").scrollIntoView()`)
	p.picture("phone-curve")
}
