package page

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// part is a piece of the page that is drawn again only when what it shows has
// changed: while a run goes the page is drawn four times a second.
type part struct {
	app.Compo
	Of   any // all that the drawing depends on, as of the last one
	draw func() app.UI
}

// part makes one. draw reads the model when it is called: go-app keeps the
// first.
func (p *Page) part(of any, draw func() app.UI) app.UI { return &part{Of: of, draw: draw} }

// Render draws it.
func (p *part) Render() app.UI { return p.draw() }
