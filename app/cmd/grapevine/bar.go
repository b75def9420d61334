package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"grapevine/app/lab"
	"grapevine/nn/data"
)

// bar is a progress bar, on a terminal alone.
type bar struct {
	out    io.Writer // nil: none
	rounds int
	began  time.Time
	last   time.Time
	width  int // of what was drawn last, in characters
}

func newBar(out io.Writer, rounds int) *bar {
	b := &bar{rounds: rounds, began: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			b.out = out
		}
	}
	return b
}

// show draws the bar of a run.
func (b *bar) show(round, done, total int) {
	part := (float64(round-1) + float64(done)/float64(total)) / float64(b.rounds)
	b.draw(part, fmt.Sprintf("round %d of %d", round, b.rounds))
}

// left says how long the rest takes if it goes on as it did.
func (b *bar) left(part float64) string {
	gone := time.Since(b.began)
	if part < 0.01 || gone < time.Second {
		return "?"
	}
	return (time.Duration(float64(gone) * (1 - part) / part)).Round(time.Second).String()
}

// draw draws the bar, at most twenty times a second.
func (b *bar) draw(part float64, text string) {
	if b.out == nil || time.Since(b.last) < 50*time.Millisecond {
		return
	}
	b.last = time.Now()
	const width = 40
	full := int(part * width)
	line := fmt.Sprintf("[%s%s] %s ", strings.Repeat("█", full), strings.Repeat(" ", width-full), text)
	n := utf8.RuneCountInString(line)
	fmt.Fprintf(b.out, "\r%s%s", line, strings.Repeat(" ", max(0, b.width-n)))
	b.width = n
}

// clear takes the bar away.
func (b *bar) clear() {
	if b.out != nil && b.width > 0 {
		fmt.Fprintf(b.out, "\r%s\r", strings.Repeat(" ", b.width))
		b.width = 0
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
