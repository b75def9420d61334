package site

import (
	"fmt"
	"strings"

	"grapevine/app/wire"
)

// FirstPaint draws an experiment's graph, each client with the digits it
// holds, as the SVG that stands on the page before its program runs.
func FirstPaint(f *wire.Facts) string {
	const size, radius = 480.0, 19.0
	at := func(client int) (x, y float64) {
		p := f.Positions[client]
		reach := size/2 - radius - 4
		return size/2 + reach*p[0], size/2 + reach*p[1]
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" role="img" aria-label="%d clients and the digits each holds">`, size, size, len(f.Positions))
	b.WriteString(`<g stroke="#8a979e" stroke-opacity="0.25">`)
	for _, e := range f.Edges {
		x1, y1 := at(e[0])
		x2, y2 := at(e[1])
		fmt.Fprintf(&b, `<path d="M%.1f %.1fL%.1f %.1f"/>`, x1, y1, x2, y2)
	}
	b.WriteString(`</g><g text-anchor="middle" font-family="system-ui, sans-serif" font-size="13" fill="#fff">`)
	for c := range f.Positions {
		x, y := at(c)
		held := strings.Trim(fmt.Sprint(f.Held(c)), "[]")
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%g" fill="#440154"/><text x="%.1f" y="%.1f">%s</text>`, x, y, radius, x, y+4.5, held)
	}
	b.WriteString("</g></svg>")
	return b.String()
}
