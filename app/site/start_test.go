//go:build !js

package site_test

import (
	"flag"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/chromedp/chromedp"

	"grapevine/app/site"
)

var loads = flag.Int("loads", 1, "load the page so `many` times for each line of the start's table")

// moments of a start, in milliseconds since the page was asked for.
var moments = []struct{ name, script string }{
	{"first paint", `performance.getEntriesByName("first-contentful-paint")[0]?.startTime`},
	{"controls usable", `performance.getEntriesByName("controls")[0]?.startTime`},
	{"program answers", `performance.getEntriesByName("program")[0]?.startTime`},
	{"Play possible", `performance.getEntriesByName("playable")[0]?.startTime`},
	{"stage drawn", `performance.getEntriesByName("stage")[0]?.startTime`},
}

// TestStart loads the page cold, over a fast and a slow network, and warm,
// from what the service worker kept, and prints when it could be seen and
// used: "make bench-start" prints medians. It judges the order alone, for
// times are the machine's: the stage comes after the controls and never
// before them.
func TestStart(t *testing.T) {
	ready(t)
	var table strings.Builder
	out := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "median of %d loads, ms", *loads)
	for _, m := range moments {
		fmt.Fprintf(out, "\t%s", m.name)
	}
	fmt.Fprintln(out)
	for _, c := range []struct {
		name string
		rate float64 // bytes a second
		warm bool
	}{
		{"cold, localhost", 0, false},
		{"cold, 20 Mbit/s", 20e6 / 8, false},
		{"warm, service worker", 0, true},
	} {
		taken := make([][]float64, len(moments))
		for range *loads {
			for i, ms := range starting(t, c.rate, c.warm) {
				taken[i] = append(taken[i], ms)
			}
		}
		fmt.Fprint(out, c.name)
		for _, of := range taken {
			slices.Sort(of)
			fmt.Fprintf(out, "\t%.0f", of[len(of)/2])
		}
		fmt.Fprintln(out)
		controls, stage := taken[1], taken[4]
		if slices.Compare(stage, controls) <= 0 {
			t.Errorf("%s: the stage was there after %v ms, the controls after %v: want them first", c.name, stage, controls)
		}
	}
	out.Flush()
	fmt.Fprintf(os.Stdout, "%s", table.String())
}

// starting loads the page in a tab with a storage of its own, with warm a
// second time when the service worker has kept it, and returns the moments.
func starting(t *testing.T, rate float64, warm bool) []float64 {
	t.Helper()
	server := httptest.NewUnstartedServer(site.Handler(shared.dir))
	if rate > 0 {
		server.Listener = &slow{Listener: server.Listener, rate: rate}
	}
	server.Start()
	defer server.Close()
	ctx, cancel := chromedp.NewContext(shared.browser, chromedp.WithNewBrowserContext())
	defer cancel()
	p := &page{T: t, ctx: ctx}
	p.run() // opens the tab
	address := server.URL + "/site/"
	rest := func() { time.Sleep(time.Second) } // the browser is done with other tabs, and with this one's last page
	rest()
	p.run(chromedp.Navigate(address))
	p.started()
	if warm {
		p.text(`navigator.serviceWorker.ready.then(() => { window.kept = true; })`)
		p.wait("window.kept === true")
		p.run(chromedp.Navigate("about:blank"))
		rest()
		p.run(chromedp.Navigate(address))
		p.started()
		if p.text(`navigator.serviceWorker.controller !== null`) != "true" {
			t.Error("the second load did not come from the service worker")
		}
	}
	at := make([]float64, len(moments))
	for i, m := range moments {
		if _, err := fmt.Sscan(p.text(m.script), &at[i]); err != nil {
			t.Fatalf("%s: %q, %v", m.name, p.text(m.script), err)
		}
	}
	return at
}

// started waits until everything is there.
func (p *page) started() {
	p.Helper()
	var all []string
	for _, m := range moments {
		all = append(all, fmt.Sprintf("(%s) > 0", m.script))
	}
	p.wait(strings.Join(all, " && "))
}

// slow is a listener whose connections share one network: together they send
// no more than rate bytes a second. The browser's own throttling leaves out
// its workers.
type slow struct {
	net.Listener
	rate float64
	mu   sync.Mutex
	free time.Time // when the network has sent what it was given
}

func (s *slow) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	return &slowConn{c, s}, err
}

type slowConn struct {
	net.Conn
	network *slow
}

// Write sends in parts of 16 kB, so that connections take turns.
func (c *slowConn) Write(b []byte) (n int, err error) {
	const part = 16 << 10
	for len(b) > 0 && err == nil {
		now := b[:min(part, len(b))]
		c.network.wait(len(now))
		var m int
		m, err = c.Conn.Write(now)
		n, b = n+m, b[m:]
	}
	return n, err
}

// wait takes the network's next turn, for so many bytes, and waits for its end.
func (s *slow) wait(bytes int) {
	s.mu.Lock()
	now := time.Now()
	if s.free.Before(now) {
		s.free = now
	}
	s.free = s.free.Add(time.Duration(float64(bytes) / s.rate * 1e9))
	until := s.free
	s.mu.Unlock()
	time.Sleep(time.Until(until))
}
