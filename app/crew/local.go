package crew

import (
	"context"
	"time"
)

// Local is a crew of goroutines.
type Local struct {
	hands  []Hand
	idle   chan int
	waited time.Duration
}

// NewLocal makes a crew of hands, each with a goroutine while it works.
func NewLocal(size int, hand func() Hand) *Local {
	l := &Local{idle: make(chan int, size)}
	for i := range size {
		l.hands = append(l.hands, hand())
		l.idle <- i
	}
	return l
}

// Waited keeps the contract of Crew.
func (l *Local) Waited() time.Duration { return l.waited }

// Size is the number of hands.
func (l *Local) Size() int { return len(l.hands) }

type finished struct {
	job    int
	result Result
	err    error
}

// Do keeps the contract of Crew.
func (l *Local) Do(ctx context.Context, jobs []Job, done func(int)) ([]Result, error) {
	results := make([]Result, len(jobs))
	back := make(chan finished, len(jobs)) // never blocks a hand, even when Do is gone
	next, count := 0, 0
	for count < len(jobs) {
		idle := l.idle
		if next == len(jobs) {
			idle = nil
		}
		began := time.Now()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case i := <-idle:
			l.waited += time.Since(began)
			go func(job int) {
				r, err := l.hands[i].Do(jobs[job])
				if len(r.Data) > 0 && len(jobs[job].Into) == len(r.Data) {
					copy(jobs[job].Into, r.Data)
					r.Data = jobs[job].Into
				}
				back <- finished{job, r, err}
				l.idle <- i
			}(next)
			if next++; next == 1 && done != nil {
				done(0)
			}
		case f := <-back:
			l.waited += time.Since(began)
			if f.err != nil {
				return nil, f.err
			}
			results[f.job] = f.result
			count++
			if done != nil {
				done(count)
			}
		}
	}
	return results, ctx.Err()
}

// All keeps the contract of Crew: it takes every hand aside before the first
// gets the job, so that none gets it twice.
func (l *Local) All(ctx context.Context, job Job) error {
	taken := make([]int, 0, len(l.hands))
	for range l.hands {
		select {
		case i := <-l.idle:
			taken = append(taken, i)
		case <-ctx.Done():
			for _, i := range taken {
				l.idle <- i
			}
			return ctx.Err()
		}
	}
	errs := make(chan error, len(taken))
	for _, i := range taken {
		go func() {
			_, err := l.hands[i].Do(job)
			l.idle <- i
			errs <- err
		}()
	}
	var first error
	for range taken {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}
