package page

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// asker keeps the accountant's questions apart: one at a time, the newest
// only, and none before the settings have rested.
type asker struct {
	worker      app.Value
	asked, leak string // the questions that were put last
	question    *wire.Account
	leakOf      experiment.Experiment
	waits, busy bool
	id          int
}

// settling is how long settings must rest before a total is asked for.
const settling = 150 * time.Millisecond

// consult asks the accountant once what the panel wants to know has changed
// and settled.
func (p *Page) consult() {
	a := &p.bridge.accounts
	if a.waits || a.busy || p.nextQuestion() == nil {
		return
	}
	a.waits = true
	p.bridge.ctx.After(settling, func(ctx app.Context) {
		a.waits = false
		ctx.PreventUpdate()
		if q := p.nextQuestion(); q != nil && !a.busy {
			p.ask(q)
		}
	})
}

// nextQuestion is one that was not put yet, nil where there is none.
func (p *Page) nextQuestion() wire.Message {
	a := &p.bridge.accounts
	if q, ok := p.model.question(); ok && wire.Encode(q) != a.asked {
		return q
	}
	if q, ok := p.model.leakQuestion(); ok && wire.Encode(q) != a.leak {
		return q
	}
	return nil
}

// ask puts the question.
func (p *Page) ask(q wire.Message) {
	b := p.bridge
	a := &b.accounts
	text := wire.Encode(q)
	a.id++
	switch q := q.(type) {
	case *wire.Account:
		a.asked, a.question, q.ID = text, q, a.id
	case *wire.Leak:
		a.leak, a.leakOf, q.ID = text, q.Experiment, a.id
	}
	if a.worker == nil {
		a.worker = app.Window().Get("grapevine").Call("trainer", 0, app.FuncOf(func(_ app.Value, args []app.Value) any {
			said := decoded(args[0].String())
			b.ctx.Dispatch(func(ctx app.Context) { p.answered(ctx, said) })
			return nil
		}))
	}
	a.busy = true
	a.worker.Call("post", wire.Encode(q))
}

// answered takes what the accountant said. Where something else is asked by
// now, that question follows.
func (p *Page) answered(ctx app.Context, said wire.Message) {
	a := &p.bridge.accounts
	a.busy = false
	if f, ok := said.(*wire.Failed); ok {
		if a.worker != nil {
			a.worker.Call("close")
			a.worker = nil
		}
		p.update(ctx, NoAccountant{f.Message})
		return
	}
	if answer, ok := said.(*wire.Accounted); ok {
		p.update(ctx, Answered{a.question, answer})
		return
	}
	if leaked, ok := said.(*wire.Leaked); ok {
		p.update(ctx, Learnt{a.leakOf, leaked})
		return
	}
	p.update(ctx, said)
}
