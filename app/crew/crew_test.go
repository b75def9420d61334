package crew_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grapevine/app/crew"
)

// makers make a crew of so many hands, by kind; those of the browser come from
// ports_js_test.go.
var makers = map[string]func(t *testing.T, size int, hand func() crew.Hand) crew.Crew{
	"local": func(_ *testing.T, size int, hand func() crew.Hand) crew.Crew { return crew.NewLocal(size, hand) },
}

// every runs a test with each kind of crew.
func every(t *testing.T, size int, hand func() crew.Hand, f func(t *testing.T, c crew.Crew)) {
	for kind, make := range makers {
		t.Run(kind, func(t *testing.T) { f(t, make(t, size, hand)) })
	}
}

// hand answers a job with its head in capitals and its data, each number one more;
// "fail" fails, "wait" takes a while, "empty" brings no data.
type hand struct{ jobs *atomic.Int64 }

func (h hand) Do(j crew.Job) (crew.Result, error) {
	h.jobs.Add(1)
	switch j.Head {
	case "fail":
		return crew.Result{}, errors.New("the hand slipped")
	case "wait":
		time.Sleep(20 * time.Millisecond)
	case "empty":
		return crew.Result{Head: "EMPTY"}, nil
	}
	data := crew.Room(len(j.Data))
	for i, v := range crew.Floats(j.Data) {
		crew.Floats(data)[i] = v + 1
	}
	return crew.Result{Head: strings.ToUpper(j.Head), Data: data}, nil
}

func hands(jobs *atomic.Int64) func() crew.Hand { return func() crew.Hand { return hand{jobs} } }

// Results come in the jobs' order, whoever did them and however long it took; jobs
// may share their data; done counts up.
func TestDo(t *testing.T) {
	var count atomic.Int64
	every(t, 3, hands(&count), func(t *testing.T, c crew.Crew) {
		if c.Size() != 3 {
			t.Errorf("%d hands: want 3", c.Size())
		}
		shared, own := []float32{1, 2, 3}, []float32{7}
		for range 2 { // what a worker keeps of one Do is none of the next one's
			var jobs []crew.Job
			var want []float32
			for i := range 40 {
				j := crew.Job{Head: fmt.Sprint("job ", i), Data: crew.Bytes(shared)}
				first := shared[0]
				switch i % 5 {
				case 1:
					j.Head = "wait"
				case 2:
					j.Data, first = crew.Bytes([]float32{float32(i), 5}), float32(i)
				case 3:
					j.Data, first = crew.Bytes(shared[:2]), shared[0]
				case 4:
					j.Head, j.Data, first = "empty", nil, -1
				}
				jobs, want = append(jobs, j), append(want, first+1)
			}
			jobs[7].Data, want[7] = crew.Bytes(own), own[0]+1
			jobs[7].Into = jobs[7].Data
			var told []int
			results, err := c.Do(context.Background(), jobs, func(n int) { told = append(told, n) })
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				got := float32(0)
				if f := crew.Floats(r.Data); len(f) > 0 {
					got = f[0]
				}
				if r.Head != strings.ToUpper(jobs[i].Head) || len(r.Data) != len(jobs[i].Data) || got != want[i] {
					t.Errorf("job %d %q: %q, %d bytes, %v; want %v", i, jobs[i].Head, r.Head, len(r.Data), got, want[i])
				}
			}
			if own[0] != want[7] {
				t.Errorf("the result's room holds %v: want %v", own[0], want[7])
			}
			if len(told) != 1+len(jobs) || !slices.IsSorted(told) || told[0] != 0 || told[len(told)-1] != len(jobs) {
				t.Errorf("done was told %v", told)
			}
			shared[0]++ // in place, between two calls: the next must see it
		}
	})
}

func TestAll(t *testing.T) {
	var count atomic.Int64
	every(t, 4, hands(&count), func(t *testing.T, c crew.Crew) {
		count.Store(0)
		if err := c.All(context.Background(), crew.Job{Head: "ready"}); err != nil {
			t.Fatal(err)
		}
		if n := count.Load(); n != 4 {
			t.Errorf("%d hands had the job: want 4", n)
		}
		if err := c.All(context.Background(), crew.Job{Head: "fail"}); err == nil {
			t.Error("no error")
		}
	})
}

func TestFailure(t *testing.T) {
	var count atomic.Int64
	every(t, 2, hands(&count), func(t *testing.T, c crew.Crew) {
		_, err := c.Do(context.Background(), []crew.Job{{Head: "wait"}, {Head: "fail"}, {Head: "wait"}, {Head: "wait"}}, nil)
		if err == nil || !strings.Contains(err.Error(), "the hand slipped") {
			t.Fatalf("%v: want what the hand said", err)
		}
		// What was at work is dropped, and the crew is as good as before.
		results, err := c.Do(context.Background(), []crew.Job{{Head: "a"}, {Head: "b"}, {Head: "c"}}, nil)
		if err != nil || results[0].Head != "A" || results[1].Head != "B" || results[2].Head != "C" {
			t.Errorf("after a failure: %v, %v", results, err)
		}
	})
}

func TestEnd(t *testing.T) {
	var count atomic.Int64
	every(t, 2, hands(&count), func(t *testing.T, c crew.Crew) {
		ctx, end := context.WithCancel(context.Background())
		jobs := slices.Repeat([]crew.Job{{Head: "wait"}}, 50)
		_, err := c.Do(ctx, jobs, func(n int) {
			if n == 2 {
				end()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v: want the context's error", err)
		}
		if _, err := c.Do(context.Background(), []crew.Job{{Head: "x"}}, nil); err != nil {
			t.Errorf("after an end: %v", err)
		}
	})
}
