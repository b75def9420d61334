package page

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// fragment is what the address carries after "#".
func fragment() string {
	if !app.IsClient {
		return ""
	}
	return strings.TrimPrefix(app.Window().Get("location").Get("hash").String(), "#")
}

// address is the page's own, without a fragment.
func address() string {
	if !app.IsClient {
		return ""
	}
	whole, _, _ := strings.Cut(app.Window().Get("location").Get("href").String(), "#")
	return whole
}

// showAddress makes the address bar follow the model. Another experiment is a
// step of its own for Back; what came of a run is not.
func (b *bridge) showAddress(m Model) {
	want := m.fragment()
	if want == b.fragment {
		return
	}
	call := "replaceState"
	if m.Experiment != b.at {
		call = "pushState"
	}
	target := address()
	if want != "" {
		target += "#" + want
	}
	app.Window().Get("history").Call(call, nil, "", target)
	b.fragment, b.at = want, m.Experiment
}

// listenAddress opens what Back, Forward or a person's own hand puts into the
// address bar, and the trace files that are dropped or chosen.
func (p *Page) listenAddress(ctx app.Context) {
	app.Window().Call("addEventListener", "popstate", app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(func(ctx app.Context) {
			now := fragment()
			if now == p.bridge.fragment {
				ctx.PreventUpdate()
				return
			}
			p.bridge.fragment = now
			m, effects := p.model.Update(Visit{now})
			p.model, p.bridge.at = m, m.Experiment
			p.act(effects)
			p.showState()
		})
		return nil
	}))
	app.Window().Get("grapevineFiles").Call("listen", experiment.MaxTraceBytes, app.FuncOf(func(_ app.Value, args []app.Value) any {
		text, problem := args[0].String(), args[1].String()
		ctx.Dispatch(func(ctx app.Context) {
			p.update(ctx, File{text, problem})
		})
		return nil
	}))
}
