//go:build !js

package site_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
)

// hash puts a fragment into the address, as a person does, and waits until the
// page has opened it.
func (p *page) hash(fragment, until string) {
	p.Helper()
	p.text(fmt.Sprintf(`location.hash = %q`, fragment))
	p.wait(`document.documentElement.dataset.run === "ready" && (` + until + `)`)
}

// small is a link to a run of a second or two.
const small = "v=1&train=2000&test=1000&rounds=2&epsilon=300&topology=custom&edges=0-1.1-2.2-3.4-5"

// A link opens its experiment, the address follows the controls, and Back and
// Forward go through what was chosen.
func TestLinkAndAddress(t *testing.T) {
	p := open(t)
	if got := p.text("location.hash"); got != "" {
		t.Errorf("the page opens with the fragment %q: want none", got)
	}
	p.hash(small, `document.getElementById("rounds").value === "2"`)
	for id, want := range map[string]string{"topology": "custom", "edges": "0-1.1-2.2-3.4-5", "epsilon": "300", "train": "2000", "protocol": "both"} {
		if got := p.text(fmt.Sprintf("document.getElementById(%q).value", id)); got != want {
			t.Errorf("%s is %q: want %q", id, got, want)
		}
	}
	p.set("seed", "8")
	p.wait(`location.hash.includes("seed=8") && document.documentElement.dataset.run === "ready"`)
	p.set("protocol", "gossip")
	p.wait(`location.hash.startsWith("#v=1&protocol=gossip") && document.documentElement.dataset.run === "ready"`)
	p.text("history.back()")
	p.wait(`document.getElementById("protocol").value === "both" && document.getElementById("seed").value === "8" && document.documentElement.dataset.run === "ready"`)
	p.text("history.back()")
	p.wait(`document.getElementById("seed").value === "7" && document.documentElement.dataset.run === "ready"`)
	p.text("history.forward()")
	p.wait(`document.getElementById("seed").value === "8" && document.documentElement.dataset.run === "ready"`)
}

// A finished run's link proves itself where it is opened; an altered one is
// caught, and with the trace file the place is named.
func TestLinkProvesItself(t *testing.T) {
	p := open(t)
	p.hash(small, `document.getElementById("rounds").value === "2"`)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done" && location.hash.includes("digest=")`)
	link := p.text("location.hash.slice(1)")

	p.visit(p.url + "?again#" + link)
	if got := p.text(`document.getElementById("proof").textContent`); !strings.Contains(got, "The link says: FedAvg") {
		t.Errorf("before the run the page says %q: want what the link claims", got)
	}
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.wait(`document.getElementById("proof").textContent === "Reproduced bit for bit."`)
	p.picture("reproduced")

	at := strings.Index(link, "digest=") + len("digest=")
	other := map[bool]string{true: "1", false: "0"}[link[at] == '0']
	altered := link[:at] + other + link[at+1:]
	p.hash(altered, `document.getElementById("proof").textContent.startsWith("The link says")`)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.wait(`document.getElementById("proof").textContent.startsWith("Differs: ")`)

	p.hash(strings.Replace(link, "numerics=", "numerics=9", 1), `document.getElementById("proof").textContent.startsWith("Made by another numerics version")`)
}

// drop gives the page a file by its file field, as a person chooses one.
func (p *page) drop(file string) {
	p.Helper()
	p.run(chromedp.SetUploadFiles(chromedp.CSS("#open-file"), []string{file}))
}

// save presses the button and returns the file that the browser downloads.
func (p *page) save(dir, button string) (name, content string) {
	p.Helper()
	on := true
	progress := chromedp.Events(p.ctx, browser.DownloadProgress)
	p.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: &on,
			BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		})
		return err
	}), chromedp.Click(chromedp.CSS("#"+button)))
	for e, err := range progress {
		if err != nil {
			p.Fatal(err)
		}
		if e.State != browser.DownloadProgressStateCompleted {
			continue
		}
		b, err := os.ReadFile(e.FilePath)
		if err != nil {
			p.Fatal(err)
		}
		return filepath.Base(e.FilePath), string(b)
	}
	return "", ""
}

// A saved trace opens again without training, on the stage and in the charts;
// a broken one says where, and loses nothing.
func TestTraceFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := open(t)
	p.hash(small, `document.getElementById("rounds").value === "2"`)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	digest := p.text("document.documentElement.dataset.digest")
	p.run(chromedp.Click(chromedp.CSS("#share")))
	p.wait(`document.getElementById("qr")`)
	p.picture("panel")
	p.wait(`!document.getElementById("png-stage").disabled`)
	for id, want := range map[string]string{
		"save-trace": "grapevine-" + digest[:12] + ".json", "save-csv": "grapevine-" + digest[:12] + ".csv",
		"svg-accuracy": "grapevine-chart-accuracy.svg", "png-loss": "grapevine-chart-loss.png", "png-stage": "grapevine-stage.png",
	} {
		name, content := p.save(dir, id)
		if name != want {
			t.Errorf("%s saves %s: want %s", id, name, want)
		}
		switch filepath.Ext(name) {
		case ".png":
			if !strings.HasPrefix(content, "\x89PNG") || len(content) < 3000 {
				t.Errorf("%s: %d bytes that are no picture", name, len(content))
			}
		case ".svg":
			if !strings.Contains(content, "Test accuracy") || strings.Contains(content, "var(") {
				t.Errorf("%s: %.300s", name, content)
			}
		case ".csv":
			if !strings.HasPrefix(content, "protocol,round,client,metric,value\n") {
				t.Errorf("%s: %.100s", name, content)
			}
		case ".json":
			if _, err := experiment.ReadTrace(strings.NewReader(content)); err != nil {
				t.Error(err)
			}
		}
		if *screenshots != "" {
			os.WriteFile(filepath.Join(*screenshots, name), []byte(content), 0o644)
		}
	}

	trace := filepath.Join(dir, "grapevine-"+digest[:12]+".json")
	p.visit(p.url)
	p.run(chromedp.Click(chromedp.CSS("#share")))
	p.drop(trace)
	p.wait(`document.documentElement.dataset.run === "done"`)
	if got := p.text("document.documentElement.dataset.digest"); got != digest {
		t.Errorf("the trace shows digest %s: want %s", got, digest)
	}
	if got := p.text(`document.getElementById("proof").textContent`); !strings.Contains(got, "Nothing was trained here") {
		t.Errorf("a trace file's run is called %q", got)
	}
	p.picture("replayed")

	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]string{
		"claims digest": strings.Replace(string(text), `"noise":0.0`, `"noise":0.1`, 1),
		"line 1":        string(text[:len(text)/3]),
	} {
		file := filepath.Join(dir, "broken.json")
		if err := os.WriteFile(file, []byte(broken), 0o644); err != nil {
			t.Fatal(err)
		}
		p.drop(file)
		p.wait(fmt.Sprintf(`document.querySelector(".error")?.textContent.includes(%q)`, name))
		if got := p.text("document.documentElement.dataset.digest"); got != digest {
			t.Errorf("after a broken file the page shows digest %s: want %s still", got, digest)
		}
	}

	// The same run made here, beside an altered file of it whose digests were
	// made anew: the place is named.
	tr, err := experiment.ReadTrace(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	tr.Runs[1].Rounds[2].Clients[4].Norm += 1
	tr.Seal()
	other := filepath.Join(dir, "other.json")
	f, err := os.Create(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := experiment.WriteTrace(f, tr); err != nil {
		t.Fatal(err)
	}
	f.Close()
	p.hash(experiment.Link{Experiment: tr.Experiment, Claim: experiment.ClaimOf(tr)}.String()+"&present=0", `document.getElementById("proof").textContent.startsWith("The link says")`)
	p.drop(other)
	p.run(chromedp.Click(chromedp.CSS("#play")))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.wait(`document.getElementById("proof").textContent.includes("First in gossip, round 2, client 4: update norm")`)
}

// A teacher's way with the keyboard alone: settings, a link with controls
// hidden, and a student who opens it, runs it and sees that it came out the
// same.
func TestTeacherShares(t *testing.T) {
	p := open(t)
	p.hash(small, `document.getElementById("rounds").value === "2"`)
	p.tabTo("play")
	p.run(chromedp.KeyEvent(" "))
	p.wait(`document.documentElement.dataset.run === "done"`)
	p.tabTo("share")
	p.run(chromedp.KeyEvent(" "))
	p.wait(`document.getElementById("qr")`)
	for _, box := range []string{"share-start", "share-present", "hide-data", "hide-privacy", "show-distance"} {
		p.tabTo(box)
		p.run(chromedp.KeyEvent(" "))
	}
	p.wait(`document.getElementById("link").value.includes("hide=data,privacy&charts=accuracy,loss&start=1&present=1")`)
	p.accessible("sharing")
	link := p.text(`document.getElementById("link").value`)
	if !strings.HasPrefix(link, p.url+"#v=1&") {
		t.Errorf("the link is %q: want this page's", link)
	}
	p.run(chromedp.Navigate("about:blank"))
	p.run(chromedp.Navigate(link))
	p.wait(`document.documentElement.dataset.run === "done"`) // it starts by itself
	p.wait(`document.getElementById("proof").textContent === "Reproduced bit for bit."`)
	if got := p.text("document.documentElement.dataset.large"); got != "true" {
		t.Error("the student does not see it large")
	}
	p.text(`document.getElementById("presenter").click()`)
	p.wait(`document.documentElement.dataset.large === "false"`)
	for id, want := range map[string]string{"clients": "true", "epsilon": "true", "topology": "false", "chart-distance": "true", "chart-loss": "false"} {
		if got := p.text(fmt.Sprintf(`document.getElementById(%q).offsetParent === null`, id)); got != want {
			t.Errorf("%s is hidden: %s, want %s", id, got, want)
		}
	}
	p.picture("student")
}

// Whatever stands after "#", the page opens with a valid experiment, says what
// it did not take, and puts nothing of it into the page as markup. open fails
// for anything on the console.
func TestMalformedLinks(t *testing.T) {
	t.Parallel()
	p := open(t)
	links := []string{
		"%", "&", "=", "&&&===", "v", "v=", "v=0", "v=2", "v=99999999999999999999", "v=1&v=2", "seed=-1", "seed=18446744073709551616", "seed=1e3",
		"clients=0", "clients=1e9", "clients=NaN", "clients=٣", "clients=20;DROP", "epsilon=-inf", "epsilon=nan", "epsilon=0", "lr=1e400", "lr=-0",
		"hidden=1-2-3-4-5", "hidden=0", "hidden=9999", "hidden=<b>", "data=../../etc/passwd", "data=mnist99", "topology=torus&clients=7",
		"topology=custom", "topology=custom&edges=0-0", "topology=custom&edges=0-999", "topology=custom&edges=" + strings.Repeat("0-1.", 6000),
		"participants=1000", "partition=shards&shards=20&clients=1000&train=1000", "rounds=1e99", "protocol=", "protocol=both,both",
		"<img src=x onerror=alert(1)>", "preset=<script>alert(1)</script>", "seed=<svg/onload=alert(1)>", "javascript:alert(1)",
		"%3Cimg%20src=x%20onerror=alert(1)%3E", "seed=%3Cscript%3E", "seed=%00", "seed=%FF%FE", "digest=zz&numerics=1", "digest=" + strings.Repeat("a", 64),
		"digest=" + strings.Repeat("a", 64) + "&numerics=-1", "hide=everything", "charts=none,loss", "start=2", "accuracy=2,3", "__proto__=1", "constructor=1",
		strings.Repeat("a=b&", 5000), strings.Repeat("x", 70000), "\u202e\u0000\ud7ff",
	}
	if len(links) < 50 {
		t.Fatalf("%d links: want at least 50", len(links))
	}
	for i, s := range links {
		if i%10 == 0 { // some as a fresh page, most in the page that is open
			p.visit(fmt.Sprintf("%s?%d#%s", p.url, i, s))
		} else {
			p.text(fmt.Sprintf(`(() => { window.came = false; addEventListener("popstate", () => setTimeout(() => { window.came = true; }), { once: true }); location.hash = %q; if (location.hash === window.was) window.came = true; window.was = location.hash; })()`, s))
			p.wait(`document.documentElement.dataset.run === "ready"`)
		}
	}
	p.hash("v=1&clients=5000&<b>=1", `document.querySelector(".refused")`)
	if got := p.text(`document.querySelector(".refused").textContent`); !strings.Contains(got, `clients "5000": want a whole number from 2 to 1000; 1000 is used`) {
		t.Errorf("the page says %q", got)
	}
	if got := p.text(`document.querySelectorAll(".status b, .status img, .status script").length`); got != "0" {
		t.Error("text of a link became markup")
	}
	p.picture("refused")
}
