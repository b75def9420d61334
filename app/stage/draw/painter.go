//go:build js

package draw

import (
	"fmt"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"grapevine/app/experiment"
	"grapevine/app/stage"
	"grapevine/app/wire"
)

// painter draws frames of one scene. What stands still is drawn once.
type painter struct {
	batch   *batch
	letters *letters
	still   *ebiten.Image
	drawn   stillKey // what still shows
	labels  []string
}

// stillKey is everything the still part depends on.
type stillKey struct {
	layout     *stage.Layout
	theme      wire.Theme
	selected   int
	generation int
	scale      string
}

func newPainter() (*painter, error) {
	b, err := newBatch()
	if err != nil {
		return nil, err
	}
	return &painter{batch: b, letters: newLetters()}, nil
}

// paint draws the frame onto the screen. When the letters ran out of room on
// the way and started anew, it starts anew as well.
func (p *painter) paint(screen *ebiten.Image, scene *stage.Scene, layout *stage.Layout, frame *stage.Frame) {
	palette := stage.PaletteFor(scene.Theme().Dark)
	for range 2 {
		generation := p.letters.generation
		p.batch.clear()
		p.keepStill(screen, scene, layout, palette)
		for i := range layout.Panels {
			pen := pen{p.batch, p.letters, layout, &layout.Panels[i], &frame.Panels[i], palette, scene}
			pen.head()
			pen.glows()
			pen.packets()
			pen.nodes(p.labels)
		}
		if generation == p.letters.generation {
			break
		}
	}
	screen.DrawImage(p.still, nil)
	p.batch.flush(screen, p.letters.image)
}

// keepStill redraws the still part if it is out of date.
func (p *painter) keepStill(screen *ebiten.Image, scene *stage.Scene, layout *stage.Layout, palette stage.Palette) {
	key := stillKey{layout, scene.Theme(), scene.Selected(), p.letters.generation, scene.Scale()}
	if p.still != nil && p.still.Bounds() == screen.Bounds() && p.drawn == key {
		return
	}
	if p.still == nil || p.still.Bounds() != screen.Bounds() {
		if p.still != nil {
			p.still.Deallocate()
		}
		p.still = ebiten.NewImage(screen.Bounds().Dx(), screen.Bounds().Dy())
	}
	p.still.Clear()
	facts := scene.Facts()
	if p.drawn.layout != layout {
		p.labels = p.labels[:0]
		for c := range facts.Experiment.Clients {
			p.labels = append(p.labels, stage.Held(facts, c))
		}
	}
	for i := range layout.Panels {
		pen := pen{p.batch, p.letters, layout, &layout.Panels[i], nil, palette, scene}
		pen.edges(p.still, facts)
	}
	p.legend(layout, palette, scene.Scale())
	p.batch.flush(p.still, p.letters.image)
	p.drawn = key
}

// legend draws the colour scale with its ends and its name.
func (p *painter) legend(l *stage.Layout, palette stage.Palette, scale string) {
	const steps = 20
	r := l.Legend
	for i := range steps {
		a, b := float64(i)/steps, float64(i+1)/steps
		p.batch.bar(stage.Rect{X: r.X + a*r.W, Y: r.Y, W: r.W / steps, H: r.H},
			inkOf(stage.Accuracy(a), 1), inkOf(stage.Accuracy(b), 1))
	}
	size := stage.LegendSize * l.Unit
	muted := inkOf(palette.Muted, 1)
	middle := r.Y + r.H/2
	low := p.letters.word(scale+"  0 %", size, false)
	p.batch.sprite(low, r.X-low.w-6*l.Unit, middle-low.h/2, muted)
	high := p.letters.word("100 %", size, false)
	p.batch.sprite(high, r.X+r.W+6*l.Unit, middle-high.h/2, muted)
}

// pen draws one panel.
type pen struct {
	*batch
	letters *letters
	layout  *stage.Layout
	panel   *stage.Panel
	view    *stage.View
	palette stage.Palette
	scene   *stage.Scene
}

// accent is the protocol's colour.
func (p *pen) accent() stage.Colour {
	if p.panel.Protocol == experiment.FedAvg {
		return p.palette.FedAvg
	}
	return p.palette.Gossip
}

// place is where a client, or the server, stands.
func (p *pen) place(client int) stage.Point {
	if client == experiment.Server {
		return p.panel.Server
	}
	return p.panel.Clients[client]
}

// mostEdges bounds the edges drawn; in a denser graph every so many-th is,
// which looks the same.
const mostEdges = 30000

// edges draws the idle edges, thin and pale, paler the more there are.
func (p *pen) edges(onto *ebiten.Image, facts *wire.Facts) {
	unit := p.layout.Unit
	edges := facts.Edges
	if p.panel.Protocol == experiment.FedAvg {
		edges = make([][2]int, facts.Experiment.Clients)
		for c := range edges {
			edges[c] = [2]int{experiment.Server, c}
		}
	}
	idle := inkOf(p.palette.Edge, p.thin(0.6, 1.25*unit, len(edges), func(i int) (a, b int) { return edges[i][0], edges[i][1] }))
	near := inkOf(p.palette.Text, 0.7)
	step := 1 + len(edges)/mostEdges
	selected := p.scene.Selected()
	for i, e := range edges {
		a, b := p.place(e[0]), p.place(e[1])
		switch {
		case selected != wire.None && (e[0] == selected || e[1] == selected):
			p.line(a.X, a.Y, b.X, b.Y, 1.5*unit, near, near)
		case i%step == 0:
			p.line(a.X, a.Y, b.X, b.Y, 1.25*unit, idle, idle)
		}
		if len(p.vertices) > 40000 {
			p.flush(onto, p.letters.image)
		}
	}
}

// head writes the title, the accuracy and the phases.
func (p *pen) head() {
	unit := p.layout.Unit
	title := "Gossip"
	if p.panel.Protocol == experiment.FedAvg {
		title = "Server (FedAvg)"
	}
	at := p.panel.Title
	w := p.letters.word(title, stage.TitleSize*unit, true)
	p.sprite(w, at.X, at.Y-w.h/2, inkOf(p.palette.Text, 1))
	if a := p.view.Accuracy; a == a {
		n := p.letters.word(fmt.Sprintf("%.0f %%", 100*a), stage.TitleSize*unit, true)
		p.sprite(n, at.X+w.w+10*unit, at.Y-n.h/2, inkOf(p.accent(), 1))
	}

	x, y := p.panel.Phases.X, p.panel.Phases.Y
	for i, name := range stage.Stages {
		if i == 0 && p.panel.Protocol != experiment.FedAvg || name == "noise" && !p.scene.Noisy() {
			continue
		}
		w := p.letters.word(name, stage.PhaseSize*unit, false)
		lit := float64(p.view.Lit[i])
		p.sprite(w, x, y-w.h/2, inkOf(stage.Mix(p.palette.Muted, p.palette.Text, lit), 1))
		if lit > 0 {
			p.bar(stage.Rect{X: math.Round(x), Y: math.Round(y + w.h/2), W: w.w, H: math.Round(2 * unit)},
				inkOf(p.accent(), lit), inkOf(p.accent(), lit))
		}
		x += w.w + 9*unit
	}
}

// thin lowers an opacity where lines would cover the plot: they count twice
// as much once they cover a quarter of it, and so on.
func (p *pen) thin(alpha, width float64, lines int, ends func(i int) (a, b int)) float64 {
	length := 0.0
	for i := range lines {
		a, b := ends(i)
		from, to := p.place(a), p.place(b)
		length += math.Hypot(to.X-from.X, to.Y-from.Y)
	}
	if p.panel.Protocol == experiment.FedAvg {
		length *= 3 // all meet in one place
	}
	covered := length * width / (p.panel.Plot.W * p.panel.Plot.H)
	return alpha * min(1, max(0.06, 0.25/covered))
}

// glows draws the edges in use.
func (p *pen) glows() {
	unit, glows := p.layout.Unit, p.view.Glows
	width := max(unit, min(4*unit, 0.3*p.panel.Radius))
	alpha := p.thin(0.8, width, len(glows), func(i int) (a, b int) { return glows[i].A, glows[i].B })
	for _, g := range glows {
		a, b := p.place(g.A), p.place(g.B)
		k := inkOf(p.accent(), alpha*float64(g.Alpha))
		p.line(a.X, a.Y, b.X, b.Y, width, k, k)
	}
}

// packets draws what is on its way. Those that cross keep to their right, in
// a bow that takes them clear of near clients.
func (p *pen) packets() {
	for i := range p.view.Packets {
		k := &p.view.Packets[i]
		from, to := p.place(k.From), p.place(k.To)
		dx, dy := to.X-from.X, to.Y-from.Y
		d := math.Hypot(dx, dy)
		if d == 0 {
			continue
		}
		radius := p.packetRadius(k.Bytes)
		bow := max(0.8*radius, 1.3*p.panel.Radius-0.15*d) / d
		at := func(way float64) (x, y float64) {
			side := 4 * way * (1 - way) * bow
			return from.X + dx*way - dy*side, from.Y + dy*way + dx*side
		}
		fill, alpha := k.Fill, float64(k.Alpha)
		const pieces = 4
		tail := min(k.Way, 5*radius/d)
		for j := range pieces {
			a, b := float64(j)/pieces, float64(j+1)/pieces
			x0, y0 := at(k.Way - tail*(1-a))
			x1, y1 := at(k.Way - tail*(1-b))
			p.line(x0, y0, x1, y1, 1.2*radius, inkOf(p.accent(), 0.6*alpha*a), inkOf(p.accent(), 0.6*alpha*b))
		}
		x, y := at(k.Way)
		p.disc(x, y, radius+1.2*p.layout.Unit, inkOf(p.accent(), alpha))
		if k.Grain > 0 {
			p.disc(x, y, radius, inkOf(stage.On(fill), alpha))
			p.grainy(x, y, radius, inkOf(fill, alpha))
		} else {
			p.disc(x, y, radius, inkOf(fill, alpha))
		}
	}
}

// packetRadius grows with the fourth root of the bytes: from a linear model
// to a large one is a factor of a thousand, and both must be seen.
func (p *pen) packetRadius(bytes int) float64 {
	share := math.Sqrt(math.Sqrt(float64(bytes) / (1 << 20)))
	return max(1.5*p.layout.Unit, p.panel.Radius*max(0.25, min(0.75, 0.85*share)))
}

// nodes draws clients and server, their rims, pulses, labels and marks.
func (p *pen) nodes(labels []string) {
	unit := p.layout.Unit
	selected := p.scene.Selected()
	for i := range p.view.Nodes {
		node := &p.view.Nodes[i]
		server := i == len(p.panel.Clients)
		at, radius := p.panel.Server, p.panel.ServerRadius
		if !server {
			at, radius = p.panel.Clients[i], p.panel.Radius
		}
		if node.Pulse > 0 {
			t := float64(node.Pulse)
			p.halo(at.X, at.Y, radius*(1.4+0.9*t), inkOf(p.accent(), 0.9*(1-t)))
			p.ring(at.X, at.Y, radius*(1.15+0.6*t), max(unit, 0.3*radius*(1-t)), inkOf(p.accent(), 1-t))
			radius *= 1 + 0.15*math.Sin(math.Pi*t)
		}
		if node.Touched > 0 {
			p.ring(at.X, at.Y, 1.2*radius, max(unit, 0.2*radius), inkOf(p.accent(), float64(node.Touched)))
		}
		if p.panel.Dots {
			// Too small for a rim: the dot breathes in and out once.
			radius *= 1 - 0.4*float64(node.RimAlpha)*math.Sin(math.Pi*float64(node.Rim))
		} else if node.Rim > 0 {
			width := max(unit, 0.21*radius) * float64(node.RimWidth)
			p.arc(at.X, at.Y, 1.06*radius+width/2, width, float64(node.Rim), float64(node.Grain), inkOf(p.accent(), float64(node.RimAlpha)))
		}
		p.body(at, radius, node, server)
		switch {
		case server:
			p.label("S", 1.1*radius, at, stage.On(node.Fill))
		case p.panel.Label > 0:
			size := p.panel.Label
			switch {
			case labels[i] == stage.AllDigits:
				size *= 0.85
			case len(labels[i]) > 3:
				size *= 0.72
			}
			p.label(labels[i], size, at, stage.On(node.Fill))
		}
		if node.Diverged {
			p.badge(at.X+0.75*radius, at.Y-0.75*radius, max(3*unit, 0.42*radius))
		}
	}
	if selected != wire.None {
		at, radius := p.panel.Clients[selected], p.panel.Radius
		p.ring(at.X, at.Y, radius+max(4*unit, 0.4*radius), max(2.5*unit, 0.14*radius), inkOf(p.palette.Text, 1))
	}
}

// body draws a node's fill within its outline; a server is square.
func (p *pen) body(at stage.Point, radius float64, node *stage.Node, server bool) {
	shape := p.disc
	if server {
		shape = p.square
	}
	if line := min(1, radius/(9*p.layout.Unit)) * p.layout.Unit; !p.panel.Dots {
		shape(at.X, at.Y, radius, inkOf(p.palette.Outline, 1))
		radius -= line
	}
	shape(at.X, at.Y, radius, inkOf(node.Fill, 1))
}

func (p *pen) label(text string, size float64, at stage.Point, colour stage.Colour) {
	w := p.letters.word(text, size, true)
	p.sprite(w, at.X-w.w/2, at.Y-w.h/2, inkOf(colour, 1))
}

// badge marks what has diverged: a cross on a disc.
func (p *pen) badge(x, y, radius float64) {
	p.disc(x, y, radius+p.layout.Unit, inkOf(p.palette.Back, 1))
	p.disc(x, y, radius, inkOf(p.palette.Alarm, 1))
	arm, k := 0.45*radius, inkOf(p.palette.Back, 1)
	p.line(x-arm, y-arm, x+arm, y+arm, 0.3*radius, k, k)
	p.line(x-arm, y+arm, x+arm, y-arm, 0.3*radius, k, k)
}
