package crew

import (
	"context"
	"sync"
	"time"
)

// Local is a crew of goroutines: each lives while there is a job for it.
type Local struct {
	size   int
	ready  chan struct{} // holds something when a hand has finished a job or is idle again
	waited time.Duration

	mu       sync.Mutex
	idle     []Hand
	queue    []Job // the last ones that were given
	given    int   // jobs so far
	first    int   // jobs below it were dropped
	finished []finished
}

// finished is a job that is done or failed.
type finished struct {
	number int
	result Result
	err    error
}

// NewLocal makes a crew of hands, each with a goroutine while it works.
func NewLocal(size int, hand func() Hand) *Local {
	l := &Local{size: size, ready: make(chan struct{}, 1)}
	for range size {
		l.idle = append(l.idle, hand())
	}
	return l
}

// Waited keeps the contract of Crew.
func (l *Local) Waited() time.Duration { return l.waited }

// Size is the number of hands.
func (l *Local) Size() int { return l.size }

// Give keeps the contract of Crew.
func (l *Local) Give(jobs []Job, _ bool) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.given
	l.queue = append(l.queue, jobs...)
	l.given += len(jobs)
	for range min(len(l.idle), len(l.queue)) {
		last := len(l.idle) - 1
		go l.work(l.idle[last])
		l.idle = l.idle[:last]
	}
	return first
}

// work lets the hand do jobs until there is none.
func (l *Local) work(h Hand) {
	l.mu.Lock()
	for len(l.queue) > 0 {
		number, job := l.given-len(l.queue), l.queue[0]
		l.queue = l.queue[1:]
		l.mu.Unlock()
		r, err := h.Do(job)
		if len(r.Data) > 0 && len(job.Into) == len(r.Data) {
			copy(job.Into, r.Data)
			r.Data = job.Into
		}
		l.mu.Lock()
		if number >= l.first {
			l.finished = append(l.finished, finished{number, r, err})
		}
		l.tell()
	}
	l.idle = append(l.idle, h)
	l.tell()
	l.mu.Unlock()
}

// tell lets whoever waits look again.
func (l *Local) tell() {
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

// Take keeps the contract of Crew.
func (l *Local) Take(ctx context.Context) (int, Result, error) {
	for {
		if err := ctx.Err(); err != nil {
			l.drop()
			return 0, Result{}, err
		}
		l.mu.Lock()
		if len(l.finished) > 0 {
			f := l.finished[0]
			l.finished = l.finished[1:]
			l.mu.Unlock()
			if f.err != nil {
				l.drop()
			}
			return f.number, f.result, f.err
		}
		l.mu.Unlock()
		began := time.Now()
		l.wait(ctx)
		l.waited += time.Since(began)
	}
}

// wait returns when there may be something new, or the context has ended.
func (l *Local) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-l.ready:
	}
}

// drop forgets all that was given.
func (l *Local) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue, l.finished, l.first = nil, nil, l.given
}

// All keeps the contract of Crew. It waits for every hand before the first gets
// the job.
func (l *Local) All(ctx context.Context, job Job) error {
	l.drop()
	for {
		l.mu.Lock()
		hands := l.idle
		l.mu.Unlock()
		if len(hands) == l.size {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		l.wait(ctx)
	}
	errs := make(chan error, l.size)
	for _, h := range l.idle {
		go func() {
			_, err := h.Do(job)
			errs <- err
		}()
	}
	var first error
	for range l.size {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}
