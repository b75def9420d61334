package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"grapevine/app/lab"
	"grapevine/nn/data"
)

// bar is a progress bar, on a terminal alone.
type bar struct {
	out    io.Writer // nil: none
	rounds int
	last   time.Time
}

func newBar(out io.Writer, rounds int) *bar {
	b := &bar{rounds: rounds}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			b.out = out
		}
	}
	return b
}

// show draws the bar, at most twenty times a second.
func (b *bar) show(round, done, total int) {
	if b.out == nil || time.Since(b.last) < 50*time.Millisecond {
		return
	}
	b.last = time.Now()
	const width = 40
	part := (float64(round-1) + float64(done)/float64(total)) / float64(b.rounds)
	full := int(part * width)
	fmt.Fprintf(b.out, "\r[%s%s] round %d of %d ", strings.Repeat("█", full), strings.Repeat(" ", width-full), round, b.rounds)
}

// clear takes the bar away.
func (b *bar) clear() {
	if b.out != nil {
		fmt.Fprintf(b.out, "\r%s\r", strings.Repeat(" ", 72))
	}
}

// once makes a loader that loads each set once and shares it.
func once(load lab.Loader) lab.Loader {
	type key struct {
		name        string
		train, test int
	}
	var mu sync.Mutex
	sets := map[key]*data.Dataset{}
	return func(ctx context.Context, name string, train, test int, progress func(int, int)) (*data.Dataset, error) {
		mu.Lock()
		defer mu.Unlock()
		k := key{name, train, test}
		if sets[k] == nil {
			set, err := load(ctx, name, train, test, progress)
			if err != nil {
				return nil, err
			}
			sets[k] = set
		}
		return sets[k], nil
	}
}
