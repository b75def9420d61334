//go:build !js

package site_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// drag moves the pointer across a drawing, pressed, from one part of its width
// to another.
func (p *page) drag(selector string, from, to float64) {
	p.Helper()
	at := func(part float64) (x, y float64) {
		box := fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect()`, selector)
		if _, err := fmt.Sscan(p.text(fmt.Sprintf(`%s.left + %g * %s.width`, box, part, box)), &x); err != nil {
			p.Fatal(err)
		}
		if _, err := fmt.Sscan(p.text(fmt.Sprintf(`(%s.top + %s.bottom) / 2`, box, box)), &y); err != nil {
			p.Fatal(err)
		}
		return x, y
	}
	p.text(fmt.Sprintf(`document.querySelector(%q).scrollIntoView({ block: "nearest" })`, selector))
	x, y := at(from)
	end, _ := at(to)
	p.run(
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, (x+end)/2, y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, end, y, chromedp.ButtonLeft),
	)
	p.wait(fmt.Sprintf(`+document.querySelector(%q).querySelector(".range").getAttribute("width") > 0`, selector))
	p.picture("drag")
	p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, end, y, chromedp.ButtonLeft))
}

// Someone zooms into a chart, hides a curve, counts messages instead of
// rounds, reads a logarithmic axis and the map of clients and digits, and
// takes a chart along.
func TestCharts(t *testing.T) {
	p := open(t)
	p.hash("v=1&rounds=12", `document.getElementById("rounds").value === "12"`)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.picture("whole")

	ticks := `[...document.querySelectorAll("#chart-accuracy .tick")].map((t) => t.textContent).join("|")`
	whole := p.text(ticks)
	p.drag("#chart-accuracy .plot", 0.3, 0.6)
	p.wait(`!document.getElementById("whole-run").hidden`)
	if got := p.text(ticks); got == whole || strings.Contains(got, "12 rounds") {
		t.Errorf("after a drag the axes are %s", got)
	}
	p.picture("zoomed")
	p.run(chromedp.Click(chromedp.CSS("#whole-run")))
	p.wait(`document.getElementById("whole-run").hidden && ` + ticks + ` === ` + fmt.Sprintf("%q", whole))

	// By keyboard.
	p.text(`document.querySelector("#chart-loss .plot").focus()`)
	p.run(chromedp.KeyEvent("+"))
	p.wait(`!document.getElementById("whole-run").hidden`)
	p.run(chromedp.KeyEvent("0"))
	p.wait(`document.getElementById("whole-run").hidden`)

	// With a client there are three curves, and a legend.
	p.set("client", "3")
	legend := `document.querySelectorAll("#chart-accuracy .legend button")`
	p.wait(legend + `.length === 3`)
	p.text(legend + `[1].click()`)
	p.wait(legend + `[1].getAttribute("aria-pressed") === "false" && document.querySelectorAll("#chart-accuracy .plot .line").length === 2`)
	p.text(legend + `[2].click()`)
	p.wait(`document.querySelectorAll("#chart-accuracy .plot .line").length === 1`)
	p.text(legend + `[1].click()`)
	p.wait(legend + `[1].getAttribute("aria-pressed") === "true" && ` + legend + `[2].getAttribute("aria-pressed") === "false"`)
	p.text(legend + `[2].click()`)

	// Against messages.
	p.set("x-axis", "messages")
	p.wait(`document.querySelector("#chart-distance .plot").textContent.includes("messages")`)
	p.text(`document.querySelector("#chart-accuracy .plot").focus()`)
	p.run(chromedp.KeyEvent(kb.ArrowLeft))
	p.wait(`document.querySelector("#chart-accuracy .place").textContent.includes(" messages")`)
	p.text(`document.getElementById("log-distance").click()`)
	p.wait(`document.getElementById("log-distance").getAttribute("aria-pressed") === "true"`)
	p.picture("messages")
	p.set("x-axis", "bytes")
	p.wait(`/ [kM]B/.test(document.querySelector("#chart-distance .plot").textContent)`)
	p.picture("bytes")
	p.set("x-axis", "rounds")

	// The map: a click on a row selects its client.
	p.text(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`)
	p.wait(`document.querySelector("#chart-heat .plot")`)
	p.text(`document.querySelectorAll(".heat details").forEach((d) => { d.open = true; })`)
	p.wait(`document.querySelector(".heat table")`)
	p.text(`document.querySelector("#chart-heat .plot").focus()`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.text(`document.getElementById("heat").scrollIntoView()`)
	p.run(chromedp.Click(chromedp.CSS("#chart-heat .plot"))) // in the middle: client 10 of 20 and a server
	p.wait(`["9", "10"].includes(document.getElementById("client").value)`)
	p.wait(`/^Client (9|10), digit \d: .* of \d/.test(document.querySelector("#chart-heat .readout").textContent)`)
	p.picture("map")

	// On a phone, in the other light, nothing overflows and axe has nothing
	// to say.
	for _, look := range []string{"one", "other"} {
		p.run(chromedp.EmulateViewport(1280, 800))
		p.text(`scrollTo(0, 0)`)
		p.picture("wide-" + look)
		p.text(`document.getElementById("heat").scrollIntoView()`)
		p.picture("wide-map-" + look)
		p.run(chromedp.EmulateViewport(390, 844))
		if got := p.text(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); got != "0" {
			t.Errorf("on a phone the page is %s px too wide", got)
		}
		p.accessible("on a phone, " + look)
		p.text(`document.querySelector(".charts").scrollIntoView()`)
		p.picture("phone-" + look)
		p.text(`document.getElementById("heat").scrollIntoView()`)
		p.picture("phone-map-" + look)
		p.text(`document.getElementById("theme").click()`)
	}

	// Saved without names beside the curves, as it is where there is no room,
	// the chart has its legend.
	dir := t.TempDir()
	p.text(`scrollTo(0, 0)`)
	p.run(chromedp.Click(chromedp.CSS("#share")))
	p.wait(`document.getElementById("svg-accuracy")`)
	if _, svg := p.save(dir, "svg-accuracy"); strings.Count(svg, ">Gossip<") != 1 || !strings.Contains(svg, "stroke-dasharray=\"7px, 4px\"") {
		t.Errorf("the saved chart does not name its curves once, or has lost their dashes: %.600s", svg)
	}
	p.text(`document.querySelectorAll("#chart-accuracy .name").forEach((name) => { name.setAttribute("class", ""); name.textContent = ""; })`)
	if _, svg := p.save(dir, "svg-accuracy"); strings.Count(svg, ">Gossip<") != 1 || strings.Count(svg, ">FedAvg<") != 1 {
		t.Errorf("the saved chart has no legend: %.600s", svg)
	}
	if _, svg := p.save(dir, "svg-heat"); !strings.Contains(svg, "#fde725") && !strings.Contains(svg, "rgb(253, 231, 37)") {
		t.Errorf("the saved map has no colours: %.600s", svg)
	}
}
