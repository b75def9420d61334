package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/wire"
)

// mediaDark and mediaReduced are what the system may ask for.
const (
	mediaDark    = "(prefers-color-scheme: dark)"
	mediaReduced = "(prefers-reduced-motion: reduce)"
)

// systemTheme is the theme as the system asks for it, except for the look
// chosen by a person.
func (b *bridge) systemTheme(t wire.Theme) wire.Theme {
	matches := func(query string) bool { return app.Window().Call("matchMedia", query).Get("matches").Bool() }
	t.Reduced = matches(mediaReduced)
	if b.chosen {
		t.Dark = root().Get("dataset").Get("theme").String() == "dark"
	} else {
		t.Dark = matches(mediaDark)
	}
	return t
}

// listenTheme follows the system when it changes what it asks for.
func (p *Page) listenTheme(ctx app.Context) {
	change := app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(func(ctx app.Context) { p.update(ctx, Look{p.bridge.systemTheme(p.model.Theme)}) })
		return nil
	})
	for _, query := range [...]string{mediaDark, mediaReduced} {
		app.Window().Call("matchMedia", query).Call("addEventListener", "change", change)
	}
}

// themeKey is the one early.js reads.
const themeKey = "grapevine-theme"

// keepTheme keeps the chosen look, for the next visit too where storage is
// allowed.
func (b *bridge) keepTheme(t wire.Theme) {
	b.chosen = true
	value := "light"
	if t.Dark {
		value = "dark"
	}
	defer func() { _ = recover() }() // storage may be forbidden, and then throws
	app.Window().Get("localStorage").Call("setItem", themeKey, value)
}
