package page

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/task"
)

// chores is work of the page that takes its time, one after the other and
// piece by piece: between slices the page does what it is asked.
type chores struct {
	waiting []chore
	going   bool // a slice is on its way
}

// chore does a piece of its work and reports whether there is more.
type chore func() (more bool)

// slice is how long chores keep the page's thread at a time, but for the last
// piece. Tasks over fifty milliseconds are felt, and a slower machine than
// those of today's desks takes some times as long.
const slice = 8 * time.Millisecond

// add puts a chore behind those that wait.
func (c *chores) add(ctx app.Context, next chore) {
	c.waiting = append(c.waiting, next)
	if !c.going {
		c.going = true
		c.soon(ctx)
	}
}

// soon works a slice, in a task of its own.
func (c *chores) soon(ctx app.Context) {
	work := func(ctx app.Context) {
		ctx.PreventUpdate() // a chore shows nothing itself
		for began := time.Now(); len(c.waiting) > 0 && time.Since(began) < slice; {
			if !c.waiting[0]() {
				c.waiting = c.waiting[1:]
			}
		}
		if c.going = len(c.waiting) > 0; c.going {
			c.soon(ctx)
		}
	}
	task.Later(0, func() { ctx.Dispatch(work) })
}
