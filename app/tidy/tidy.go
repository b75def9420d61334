// Package tidy collects a page's garbage between its tasks.
//
// A program in a browser has one thread, the page's own, and Go's collector works
// in the middle of whichever task allocates the last byte. By the browser's profile
// that was 60 % of the longest task of a run, a drawing of 33 ms at work where the
// limit is 50, and three quarters of the stage's longest frame. So the page and the
// stage let the collector come late, and call it themselves in a task of its own,
// before it would come: that one is now the longest, of 20 to 30 ms, and a drawing
// takes 7 to 10.
package tidy

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

const (
	// percent is how much garbage there may be for what is in use before the
	// collector comes by itself; a task alone makes less.
	percent = 300
	// pause lies between work and the collection that follows: the drawing that the
	// work asks for is done then.
	pause = 50 * time.Millisecond
)

// Begin is called first in a program.
func Begin() { debug.SetGCPercent(percent) }

var due atomic.Bool

// Soon is called by a task that allocates. It lets the garbage be collected, in
// another, if there is as much as what is in use: where Go's collector would.
func Soon() {
	if due.CompareAndSwap(false, true) {
		time.AfterFunc(pause, collect)
	}
}

func collect() {
	due.Store(false)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.HeapAlloc > memory.NextGC/2 {
		runtime.GC()
	}
}
