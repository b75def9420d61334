//go:build !js

package site_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// times are by the clock and at work, milliseconds. Between the two lies when
// other programs had the processor, and when the thread waited for another.
type times struct{ wall, cpu float64 }

func (t *times) plus(more times) {
	t.wall += more.wall
	t.cpu += more.cpu
}

// took is how long an event of the trace took.
func (e traced) took() times { return times{e.Dur / 1e3, e.TDur / 1e3} }

// task is one turn of the page's thread, which its frame, the stage, shares.
type task struct {
	at float64 // microseconds of the trace
	times
	page, stage times  // what their programs took
	commit      times  // handing the page's picture on
	what        string // its longest parts by the clock
}

// traced is an event of the browser's trace.
type traced struct {
	Name, Ph string
	Cat      string
	Pid, Tid int
	Ts, Dur  float64 // microseconds
	TTS      float64
	TDur     float64
	Args     struct {
		Data struct {
			Frame string
			Type  string
		}
	}
}

// traces carries out what is given and returns the events of the browser's
// trace on the page's thread meanwhile.
func (p *page) traces(categories []string, do func()) []traced {
	p.Helper()
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	var all []traced
	complete := make(chan *tracing.EventTracingComplete, 1)
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *tracing.EventDataCollected:
			for _, v := range e.Value {
				var t traced
				if json.Unmarshal(v, &t) == nil {
					all = append(all, t)
				}
			}
		case *tracing.EventTracingComplete:
			complete <- e
		}
	})
	if err != nil {
		p.Fatal(err)
	}
	p.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{
			RecordMode: tracing.TraceConfigRecordModeRecordAsMuchAsPossible, IncludedCategories: append(categories, "blink.user_timing"), ExcludedCategories: []string{"*"},
		}})
		return err
	}))
	mark := fmt.Sprintf("measured %p", &ctx)
	p.text(fmt.Sprintf("performance.mark(%q)", mark))
	do()
	p.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, tracing.End, cdp.Empty{})
		return err
	}))
	if e := <-complete; e.DataLossOccurred {
		p.Fatal("the browser's trace is not whole")
	}
	at := slices.IndexFunc(all, func(t traced) bool { return t.Name == mark })
	if at < 0 {
		p.Fatalf("the browser's trace of %d events lacks the mark %q", len(all), mark)
	}
	pid, tid, from := all[at].Pid, all[at].Tid, all[at].Ts
	all = slices.DeleteFunc(all, func(t traced) bool { return t.Pid != pid || t.Tid != tid || t.Ts < from })
	slices.SortStableFunc(all, func(a, b traced) int { return cmp.Compare(a.Ts, b.Ts) })
	return all
}

// tasks carries out what is given and returns the tasks of the page's thread
// meanwhile, by what the browser's trace says of them: in a task's time by the
// clock is what other programs of the machine did, in its time at work is not.
func (p *page) tasks(do func()) []task {
	p.Helper()
	tree, err := chromedp.Run(p.ctx, chromedp.Action[cdppage.GetFrameTreeResult](func(ctx context.Context, t *chromedp.Target) (cdppage.GetFrameTreeResult, error) {
		return cdp.Call(ctx, t, cdppage.GetFrameTree, cdp.Empty{})
	}))
	if err != nil || len(tree.FrameTree.ChildFrames) != 1 {
		p.Fatal("want one frame in the page, the stage's: ", err)
	}
	stage := string(tree.FrameTree.ChildFrames[0].Frame.ID)
	var all []task
	var taskEnds, scriptEnds float64
	parts := map[string]float64{}
	finish := func() {
		if len(all) > 0 {
			all[len(all)-1].what = longest(parts)
		}
		clear(parts)
	}
	for _, e := range p.traces([]string{"devtools.timeline", "disabled-by-default-devtools.timeline", "v8"}, do) {
		if e.Ph != "X" {
			continue
		}
		if e.Name == "RunTask" && e.Ts >= taskEnds {
			finish()
			taskEnds = e.Ts + e.Dur
			all = append(all, task{at: e.Ts, times: e.took()})
			continue
		}
		if e.Ts >= taskEnds || e.Name == "RunTask" {
			continue
		}
		t := &all[len(all)-1]
		parts[e.Name] += e.Dur / 1e3
		switch {
		case e.Name == "Commit":
			t.commit.plus(e.took())
		case e.Name == "FunctionCall" && e.Ts >= scriptEnds: // not one within another
			scriptEnds = e.Ts + e.Dur
			if e.Args.Data.Frame == stage {
				t.stage.plus(e.took())
			} else {
				t.page.plus(e.took())
			}
		}
	}
	finish()
	return all
}

// longest names the parts of a task that took the most.
func longest(parts map[string]float64) string {
	names := slices.SortedFunc(maps.Keys(parts), func(a, b string) int { return cmp.Compare(parts[b], parts[a]) })
	var out []string
	for _, name := range names[:min(len(names), 4)] {
		out = append(out, fmt.Sprintf("%s %.0f", name, parts[name]))
	}
	return strings.Join(out, ", ")
}
