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

// do gives the crew the jobs and takes their results, in the jobs' order.
func do(ctx context.Context, c crew.Crew, jobs []crew.Job) ([]crew.Result, error) {
	first := c.Give(jobs, len(jobs) > 9)
	results := make([]crew.Result, len(jobs))
	seen := map[int]bool{}
	for range jobs {
		number, r, err := c.Take(ctx)
		if err != nil {
			return nil, err
		}
		i := number - first
		if i < 0 || i >= len(jobs) || seen[i] {
			return nil, fmt.Errorf("took job %d, of %d jobs from %d on", number, len(jobs), first)
		}
		seen[i] = true
		results[i] = r
	}
	return results, nil
}

// Every job is taken once, whoever did it and however long it took; jobs may share
// their data.
func TestGiveAndTake(t *testing.T) {
	var count atomic.Int64
	every(t, 3, hands(&count), func(t *testing.T, c crew.Crew) {
		if c.Size() != 3 {
			t.Errorf("%d hands: want 3", c.Size())
		}
		shared, own := []float32{1, 2, 3}, []float32{7}
		for range 2 { // what a worker keeps of one Give is none of the next one's
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
			results, err := do(context.Background(), c, jobs)
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
			shared[0]++ // in place, between two calls: the next must see it
		}
	})
}

// Jobs that are given while others are at work come after them, and may change what
// lies where a job's data lay that was taken.
func TestGiveWhileAtWork(t *testing.T) {
	var count atomic.Int64
	every(t, 2, hands(&count), func(t *testing.T, c crew.Crew) {
		cells := make([][]float32, 7)
		of := map[int]int{} // the cell of each job
		step := func(cell int) {
			data := crew.Bytes(cells[cell])
			head := "step"
			if cell == 3 {
				head = "wait"
			}
			of[c.Give([]crew.Job{{Head: head, Data: data, Into: data}}, false)] = cell
		}
		for cell := range cells {
			cells[cell] = make([]float32, 100+cell)
			step(cell)
		}
		const steps = 30
		for left := steps * len(cells); left > 0; left-- {
			number, r, err := c.Take(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			cell, ok := of[number]
			if delete(of, number); !ok || len(r.Data) != 4*len(cells[cell]) {
				t.Fatalf("job %d with %d bytes: want one of %v", number, len(r.Data), of)
			}
			if cells[cell][0] < steps {
				step(cell)
			}
		}
		for i, cell := range cells {
			for _, v := range cell {
				if v != steps {
					t.Fatalf("cell %d holds %v: want %d everywhere", i, v, steps)
				}
			}
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
		_, err := do(context.Background(), c, []crew.Job{{Head: "wait"}, {Head: "fail"}, {Head: "wait"}, {Head: "wait"}})
		if err == nil || !strings.Contains(err.Error(), "the hand slipped") {
			t.Fatalf("%v: want what the hand said", err)
		}
		// What was at work is dropped, and the crew is as good as before.
		results, err := do(context.Background(), c, []crew.Job{{Head: "a"}, {Head: "b"}, {Head: "c"}})
		if err != nil || results[0].Head != "A" || results[1].Head != "B" || results[2].Head != "C" {
			t.Errorf("after a failure: %v, %v", results, err)
		}
	})
}

func TestEnd(t *testing.T) {
	var count atomic.Int64
	every(t, 2, hands(&count), func(t *testing.T, c crew.Crew) {
		ctx, end := context.WithCancel(context.Background())
		c.Give(slices.Repeat([]crew.Job{{Head: "wait"}}, 50), true)
		_, _, err := c.Take(ctx)
		if err != nil {
			t.Fatal(err)
		}
		end()
		_, _, err = c.Take(ctx)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v: want the context's error", err)
		}
		if _, err := do(context.Background(), c, []crew.Job{{Head: "x"}}); err != nil {
			t.Errorf("after an end: %v", err)
		}
		// Nor does anybody hear of jobs that All drops.
		c.Give(slices.Repeat([]crew.Job{{Head: "wait"}}, 5), false)
		if err := c.All(context.Background(), crew.Job{Head: "ready"}); err != nil {
			t.Error(err)
		}
		results, err := do(context.Background(), c, []crew.Job{{Head: "a"}, {Head: "b"}})
		if err != nil || results[0].Head != "A" || results[1].Head != "B" {
			t.Errorf("after All: %v, %v", results, err)
		}
	})
}
