package stage

import (
	"math"
	"slices"
	"sort"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Point is a place on the stage in device pixels, y downwards.
type Point struct{ X, Y float64 }

// Rect is an upright rectangle in device pixels.
type Rect struct{ X, Y, W, H float64 }

// Layout says where everything stands. It depends on the facts, the size and
// the theme alone, never on the playhead.
type Layout struct {
	W, H   float64 // device pixels
	Unit   float64 // device pixels of one CSS pixel of text: half as much again in the presenter's view
	Panels []Panel
	Legend Rect // of the colour scale's bar
}

// Panel is where one protocol is shown.
type Panel struct {
	Protocol string
	Title    Point // left end of the title's middle line
	Phases   Point // left end of the phases' middle line
	Plot     Rect
	Clients  []Point
	Server   Point // FedAvg's alone
	Radius   float64
	// ServerRadius is half the server's side.
	ServerRadius float64
	Dots         bool // clients are too many for rims and outlines
	// Label is the size of the labels within clients, 0 where there is no room.
	Label float64
}

// Sizes in CSS pixels of text.
const (
	TitleSize  = 18.0
	PhaseSize  = 13.0
	LegendSize = 12.0
	margin     = 12.0
	headHeight = 60.0
	headWidth  = 300.0
	footHeight = 36.0

	legendBefore = 128.0 // room for the legend's text on the bar's left
	legendAfter  = 52.0  // and on its right

	largestRadius  = 28.0
	smallestRadius = 2.0
	smallestLabel  = 8.0
)

// Arrange lays out the facts' protocols on width×height device pixels, scale
// of them to one CSS pixel. Two protocols stand side by side or one above the
// other, whichever leaves more room to each. Gossip stands first. Text is half
// as large again in the presenter's view, as far as there is room.
func Arrange(facts *wire.Facts, width, height, scale float64, large bool) *Layout {
	var protocols []string
	for _, p := range []string{experiment.Gossip, experiment.FedAvg} {
		if facts.Experiment.Runs(p) {
			protocols = append(protocols, p)
		}
	}
	n := float64(len(protocols))
	beside := grid{columns: n, rows: 1}
	above := grid{columns: 1, rows: n}
	chosen := beside
	if above.side(width, height, scale, large) > beside.side(width, height, scale, large) {
		chosen = above
	}
	unit := chosen.unit(width, scale, large)
	l := &Layout{W: width, H: height, Unit: unit}
	foot := footHeight * unit
	bar := max(20*unit, min(180*unit, width-(legendBefore+legendAfter)*unit))
	left := (width - bar - (legendBefore+legendAfter)*unit) / 2
	l.Legend = Rect{left + legendBefore*unit, height - foot/2 - 5*unit, bar, 10 * unit}
	w, h := width/chosen.columns, (height-foot)/chosen.rows
	for i, p := range protocols {
		box := Rect{0, h * float64(i), w, h}
		if chosen == beside {
			box = Rect{w * float64(i), 0, w, h}
		}
		l.Panels = append(l.Panels, arrangePanel(facts, p, box, scale, unit))
	}
	return l
}

// grid is a number of columns and rows of panels.
type grid struct{ columns, rows float64 }

// unit is what the widest head leaves of a CSS pixel of text.
func (g grid) unit(width, scale float64, large bool) float64 {
	most := 1.0
	if large {
		most = 1.5
	}
	return scale * max(0.7, min(most, width/g.columns/scale/headWidth))
}

// side is the room for a square plot in each panel.
func (g grid) side(width, height, scale float64, large bool) float64 {
	unit := g.unit(width, scale, large)
	return min(width/g.columns, (height-footHeight*unit)/g.rows-headHeight*unit)
}

func arrangePanel(facts *wire.Facts, protocol string, box Rect, scale, unit float64) Panel {
	p := Panel{Protocol: protocol, Dots: facts.Experiment.Clients > crowd}
	pad, head := margin*unit, headHeight*unit
	p.Title = Point{box.X + pad, box.Y + 0.35*head}
	p.Phases = Point{box.X + pad, box.Y + 0.75*head}
	p.Plot = Rect{box.X + pad, box.Y + head, max(1, box.W-2*pad), max(1, box.H-head)}

	n := facts.Experiment.Clients
	places := facts.Positions
	if protocol == experiment.FedAvg {
		places = around(n, facts.Positions)
		p.Server = Point{p.Plot.X + p.Plot.W/2, p.Plot.Y + p.Plot.H/2}
	}
	places = oval(places, p.Plot.H/p.Plot.W)
	// The margin around the outermost clients depends on their radius, and
	// their radius on how near they stand: a few passes settle both.
	typical := math.Sqrt(p.Plot.W * p.Plot.H / float64(n))
	p.Radius = min(largestRadius*unit, 0.2*typical)
	for range 5 {
		room := 1.45 * p.Radius
		p.Clients = fit(places, p.Plot, room)
		if p.Dots {
			p.Radius = 0.25 * typical
		} else {
			if protocol == experiment.Gossip {
				spread(p.Clients, p.Plot, room)
			}
			near := neighbourDistances(p.Clients, p.Server, protocol == experiment.FedAvg)
			p.Radius = 0.35 * slices.Min(near)
		}
		p.Radius = max(min(p.Radius, largestRadius*unit), smallestRadius*scale)
	}
	p.ServerRadius = max(1.25*p.Radius, 9*scale)
	if label := 0.98 * p.Radius; label >= smallestLabel*scale {
		p.Label = min(label, 20*unit)
	}
	return p
}

// crowd is the number of clients from which they are dots that may touch.
const crowd = 250

// mostStretch is how much longer than wide an oval may be.
const mostStretch = 1.6

// oval turns a circle of clients into an ellipse of about the plot's height to
// width, and keeps neighbours equally far apart along it: in a plot that is
// not square they stand further apart and can be drawn larger. Other places
// stay as they are.
func oval(places [][2]float64, aspect float64) [][2]float64 {
	if !onCircle(places) {
		return places
	}
	a, b := 1.0, clampTo(aspect, 1/mostStretch, mostStretch) // half axes across and down
	const steps = 720
	var along [steps + 1]float64 // length of the ellipse from the top to step i
	at := func(turn float64) (x, y float64) {
		return a * math.Sin(2*math.Pi*turn), -b * math.Cos(2*math.Pi*turn)
	}
	for i := range steps {
		x0, y0 := at(float64(i) / steps)
		x1, y1 := at(float64(i+1) / steps)
		along[i+1] = along[i] + math.Hypot(x1-x0, y1-y0)
	}
	stretched := make([][2]float64, len(places))
	for c, q := range places {
		turn := math.Atan2(q[0], -q[1]) / (2 * math.Pi) // clockwise from the top
		turn -= math.Floor(turn)
		want := turn * along[steps]
		i := min(sort.SearchFloat64s(along[1:], want), steps-1)
		part := (want - along[i]) / (along[i+1] - along[i])
		x, y := at((float64(i) + part) / steps)
		stretched[c] = [2]float64{x, y}
	}
	return stretched
}

// fit maps places from their bounding square into the middle of the plot,
// leaving room around. One scale for both directions: a circle stays one.
func fit(places [][2]float64, plot Rect, room float64) []Point {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, q := range places {
		for k := range q {
			lo[k], hi[k] = min(lo[k], q[k]), max(hi[k], q[k])
		}
	}
	w, h := max(1, plot.W-2*room), max(1, plot.H-2*room)
	scale := min(w/max(hi[0]-lo[0], 1e-9), h/max(hi[1]-lo[1], 1e-9))
	points := make([]Point, len(places))
	for i, q := range places {
		points[i] = Point{
			plot.X + plot.W/2 + (q[0]-(lo[0]+hi[0])/2)*scale,
			plot.Y + plot.H/2 + (q[1]-(lo[1]+hi[1])/2)*scale,
		}
	}
	return points
}

// spread pushes clients apart that stand much nearer than the others do, so
// that two close ones don't make all clients small. It stays within the plot
// but for the room, and leaves regular layouts as they are.
func spread(points []Point, plot Rect, room float64) {
	near := neighbourDistances(points, Point{}, false)
	slices.Sort(near)
	want := 1.25 * near[len(near)/2]
	if math.IsInf(want, 1) || near[0] > 0.5*want {
		return
	}
	want = max(want, 0.55*math.Sqrt(plot.W*plot.H/float64(len(points))))
	for range 80 {
		moved := false
		for i := range points {
			for j := range i {
				dx, dy := points[i].X-points[j].X, points[i].Y-points[j].Y
				d := math.Hypot(dx, dy)
				if d >= 0.98*want {
					continue
				}
				if d < 1e-6 { // on one spot: any direction, but the same each time
					dx, dy, d = math.Cos(float64(i)), math.Sin(float64(i)), 1
				}
				push := 0.25 * (want - d) / d
				points[i].X, points[i].Y = points[i].X+dx*push, points[i].Y+dy*push
				points[j].X, points[j].Y = points[j].X-dx*push, points[j].Y-dy*push
				moved = true
			}
		}
		if !moved {
			return
		}
		for i := range points {
			points[i].X = clampTo(points[i].X, plot.X+room, plot.X+plot.W-room)
			points[i].Y = clampTo(points[i].Y, plot.Y+room, plot.Y+plot.H-room)
		}
	}
}

// neighbourDistances are the distances from every point to the nearest other
// one, the server among them if there is one; infinite for a lone point.
func neighbourDistances(points []Point, server Point, served bool) []float64 {
	near := make([]float64, len(points))
	for i, p := range points {
		near[i] = math.Inf(1)
		for j, q := range points {
			if i != j {
				near[i] = min(near[i], math.Hypot(p.X-q.X, p.Y-q.Y))
			}
		}
		if served { // which is larger than a client
			near[i] = min(near[i], 0.8*math.Hypot(p.X-server.X, p.Y-server.Y))
		}
	}
	return near
}

// around places n clients on circles about the server at the origin, the
// outermost of radius 1. Where gossip's clients stand on one circle and there
// is room, they stand in the same places here, so that the eye finds them.
func around(n int, positions [][2]float64) [][2]float64 {
	rings := ringsFor(n)
	if rings == 1 && onCircle(positions) {
		return positions
	}
	total := 0.0
	radius := func(k int) float64 {
		if rings == 1 {
			return 1
		}
		return innermost + (1-innermost)*float64(k)/float64(rings-1)
	}
	for k := range rings {
		total += radius(k)
	}
	places := make([][2]float64, 0, n)
	before, cumulated := 0, 0.0
	for k := range rings {
		cumulated += radius(k)
		upTo := int(math.Round(float64(n) * cumulated / total))
		for i := before; i < upTo; i++ {
			angle := 2*math.Pi*(float64(i-before)+0.5*float64(k%2))/float64(upTo-before) - math.Pi/2
			places = append(places, [2]float64{radius(k) * math.Cos(angle), radius(k) * math.Sin(angle)})
		}
		before = upTo
	}
	return places
}

// innermost is the radius of the smallest of several rings.
const innermost = 0.32

// ringsFor is the number of rings that keeps n clients furthest apart.
func ringsFor(n int) int {
	best, widest := 1, 2*math.Pi/float64(n)
	for rings := 2; rings <= 40; rings++ {
		along := 2 * math.Pi * float64(rings) * (1 + innermost) / 2 / float64(n)
		if gap := min(along, (1-innermost)/float64(rings-1)); gap > widest {
			best, widest = rings, gap
		}
	}
	if n <= 30 {
		return 1 // a plain ring reads best as long as labels fit
	}
	return best
}

func onCircle(positions [][2]float64) bool {
	if len(positions) < 3 {
		return false
	}
	for _, q := range positions {
		if math.Abs(math.Hypot(q[0], q[1])-1) > 0.02 {
			return false
		}
	}
	return true
}

// Pick is the client at a place on the stage, [wire.None] where there is none.
// Small clients are easier to hit than they look.
func (l *Layout) Pick(x, y float64) int {
	best, client := math.Inf(1), wire.None
	for i := range l.Panels {
		p := &l.Panels[i]
		reach := max(1.2*p.Radius, 10*l.Unit)
		for c, q := range p.Clients {
			if d := math.Hypot(q.X-x, q.Y-y); d <= reach && d < best {
				best, client = d, c
			}
		}
	}
	return client
}
