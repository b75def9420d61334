//go:build !js

package site_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"grapevine/app/experiment"
	"grapevine/app/site"
	"grapevine/assets/mnist"
)

var screenshots = flag.String("screenshots", "", "write pictures of the page to this `folder`")

// shared is the site under test, built once, and its browser.
var shared struct {
	once    sync.Once
	err     error
	dir     string
	options site.Options
	browser context.Context
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if shared.browser != nil {
		chromedp.Cancel(shared.browser)
	}
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// chromium finds the browser. It is part of what "make test" sets up; a test
// that needs it fails without.
func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium in the path: install it (Debian: apt-get install chromium)")
}

func setUp() error {
	path, err := chromium()
	if err != nil {
		return err
	}
	if shared.dir, err = os.MkdirTemp("", "grapevine-site-"); err != nil {
		return err
	}
	if shared.options, err = site.Opened(mnist.Load); err != nil {
		return err
	}
	shared.options.Digits = func(dir string) error {
		train, test, err := mnist.Build(experiment.DataMNIST28)
		if err != nil {
			return err
		}
		_, err = mnist.Write(filepath.Join(dir, experiment.DataMNIST28), append(train, test...))
		return err
	}
	if err := site.Build(context.Background(), filepath.Join("..", ".."), filepath.Join(shared.dir, "site"), shared.options); err != nil {
		return err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.WindowSize(1280, 800))
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	shared.browser, _ = chromedp.NewContext(allocator)
	return chromedp.Do(shared.browser)
}

// page is a tab of its own with the site open, and what it complained of.
type page struct {
	*testing.T
	ctx        context.Context
	url        string
	opened     bool
	mu         sync.Mutex
	complaints []string
	console    []string // what it wrote, for a failure's report
}

// ready builds the site and starts the browser, once.
func ready(t *testing.T) {
	t.Helper()
	shared.once.Do(func() { shared.err = setUp() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
}

// open serves the site in a subfolder and opens it in a fresh tab, whose
// storage is its own. It waits until the page is ready. Tests that measure no
// time and press no keys may go on beside each other, after all others.
func open(t *testing.T, actions ...chromedp.Action[chromedp.Void]) *page {
	t.Helper()
	ready(t)
	server := httptest.NewServer(site.Handler(shared.dir))
	t.Cleanup(server.Close)
	ctx, cancel := chromedp.NewContext(shared.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &page{T: t, ctx: ctx, url: server.URL + "/site/index.html"}
	p.run() // opens the tab
	err := chromedp.Listen(ctx, func(event any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			text := e.ExceptionDetails.Text
			if x := e.ExceptionDetails.Exception; x != nil {
				text += " " + x.Description
			}
			p.complaints = append(p.complaints, text)
		case *runtime.EventConsoleAPICalled:
			for _, a := range e.Args {
				p.console = append(p.console, string(a.Value)+a.Description)
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == "error" {
				p.complaints = append(p.complaints, e.Entry.Text+" "+e.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	p.run(actions...)
	p.run(chromedp.Navigate(p.url))
	p.wait(`["ready", "failed"].includes(document.documentElement.dataset.run)`)
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, c := range p.complaints {
			t.Errorf("the page complained: %s", c)
		}
	})
	return p
}

// run runs browser actions, for at most 90 seconds. The first of a page opens
// its tab, which ends with the context it is given: that has no limit.
func (p *page) run(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx := p.ctx
	if p.opened {
		limited, cancel := context.WithTimeout(ctx, 90*time.Second)
		defer cancel()
		ctx = limited
	}
	p.opened = true
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// wait waits until the JavaScript condition holds, for at most 90 seconds.
func (p *page) wait(condition string) {
	p.Helper()
	p.waitFor(condition, 90*time.Second)
}

// waitFor is wait with a limit of its own.
func (p *page) waitFor(condition string, limit time.Duration) {
	p.Helper()
	until := time.Now().Add(limit)
	ask := func() error {
		_, err := chromedp.Run(p.ctx, chromedp.Poll[bool]("!!("+condition+")", chromedp.WithPollingTimeout(time.Until(until)), chromedp.WithPollingInterval(50*time.Millisecond)))
		return err
	}
	err := ask()
	for err != nil && strings.Contains(err.Error(), "Cannot find context") && time.Now().Before(until) {
		err = ask() // whom it asked has just made way for another page
	}
	if err != nil {
		p.picture("failed")
		run, messages := p.text(`document.documentElement.dataset.run`), p.text(`document.body.innerText.slice(0, 1500)`)
		p.mu.Lock() // not before: the browser's answers come after its events, which want it too
		defer p.mu.Unlock()
		p.Fatalf("waiting for %s: %v; run is %q, messages: %q, complaints: %q, console:\n%s", condition, err,
			run, messages, p.complaints, strings.Join(p.console, "\n"))
	}
}

// text evaluates a JavaScript expression as text.
func (p *page) text(expression string) string {
	s, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		return err.Error()
	}
	return s
}

// picture writes a screenshot, where the flag asks for it.
func (p *page) picture(name string) {
	if *screenshots == "" {
		return
	}
	b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Log(err)
		return
	}
	file := filepath.Join(*screenshots, strings.ReplaceAll(p.Name(), "/", "-")+"-"+name+".png")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		p.Log(err)
	}
}

// set types a value into a setting, as a person does.
func (p *page) set(key, value string) {
	p.Helper()
	p.text(fmt.Sprintf(`(() => {
		const field = document.getElementById(%q);
		field.value = %q;
		field.dispatchEvent(new Event("change", { bubbles: true }));
	})()`, key, value))
}
