package site

import (
	"fmt"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/stage"
	"grapevine/app/wire"
)

// Picture draws what the stage shows of an experiment before a run, as SVG: it
// stands in the stage's place until that draws. It is laid out as on a screen of
// 1280×800. page.css colours it, light or dark.
func Picture(f *wire.Facts) string {
	const width, height = 618, 561
	l := stage.Arrange(f, width, height, 1, false)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%d clients and the digits each holds">`, width, height, f.Experiment.Clients)
	for _, p := range l.Panels {
		title := "Gossip"
		b.WriteString(`<path class="idle" d="`)
		if p.Protocol == experiment.FedAvg {
			title = "Server (FedAvg)"
			for _, c := range p.Clients {
				fmt.Fprintf(&b, "M%.0f %.0fL%.0f %.0f", p.Server.X, p.Server.Y, c.X, c.Y)
			}
		} else {
			for _, e := range f.Edges {
				from, to := p.Clients[e[0]], p.Clients[e[1]]
				fmt.Fprintf(&b, "M%.0f %.0fL%.0f %.0f", from.X, from.Y, to.X, to.Y)
			}
		}
		fmt.Fprintf(&b, `"/><text class="name" x="%.1f" y="%.1f" font-size="%g">%s</text>`, p.Title.X, p.Title.Y+6, stage.TitleSize, title)
		fmt.Fprintf(&b, `<g font-size="%.1f">`, p.Label)
		for c, at := range p.Clients {
			label := stage.Held(f, c)
			size := ""
			if len(label) > 3 {
				size = fmt.Sprintf(` font-size="%.1f"`, 0.75*p.Label)
			}
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f"/><text x="%.1f" y="%.1f"%s>%s</text>`, at.X, at.Y, p.Radius, at.X, at.Y+0.36*p.Label, size, label)
		}
		if p.Protocol == experiment.FedAvg {
			r := p.ServerRadius
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3"/><text x="%.1f" y="%.1f">S</text>`,
				p.Server.X-r, p.Server.Y-r, 2*r, 2*r, p.Server.X, p.Server.Y+0.36*p.Label)
		}
		b.WriteString(`</g>`)
	}
	b.WriteString("</svg>")
	return b.String()
}
