package page

import (
	"encoding/json"
	"iter"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// listenShelf hears the answers of the store of finished runs.
func (p *Page) listenShelf(ctx app.Context) {
	p.bridge.stored = app.FuncOf(func(_ app.Value, args []app.Value) any {
		var answer Stored
		if err := json.Unmarshal([]byte(args[0].String()), &answer); err != nil {
			answer = Stored{Problem: err.Error()}
		}
		answer.Text = args[1].String()
		ctx.Dispatch(func(ctx app.Context) { p.update(ctx, answer) })
		return nil
	})
}

// tend passes the model's orders on to the store. A trace is long to write:
// that is done between other work.
func (p *Page) tend() {
	var orders []Order
	p.model, orders = p.model.taken()
	for _, o := range orders {
		text, err := json.Marshal(o)
		if err != nil {
			panic("page: " + err.Error()) // a record has no number that JSON lacks
		}
		var trace strings.Builder
		piece := func() ([]byte, bool) { return nil, false }
		if o.Trace != nil {
			piece, _ = iter.Pull(o.Trace.Pieces()) // to its end
		}
		p.bridge.orders.add(p.bridge.ctx, func() bool {
			if b, more := piece(); more {
				trace.Write(b)
				return true
			}
			app.Window().Call("grapevineShelf", string(text), trace.String(), p.bridge.stored)
			return false
		})
	}
}
