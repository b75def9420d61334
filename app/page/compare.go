package page

import (
	"fmt"

	"grapevine/app/experiment"
)

// Compared is a run of the shelf that is drawn beside the run at hand.
type Compared struct {
	Name   string
	Colour string // a CSS colour, by the page's look
	Dash   string // SVG's stroke-dasharray; "" for a solid line
	Class  string // gives both to what is drawn
	Trace  *experiment.Trace
}

// compared are the runs to compare whose traces are here, in the order in
// which they were chosen.
func (m Model) compared() (out []Compared) {
	for _, digest := range m.Shelf.Compared {
		r, t := m.Shelf.find(digest), m.Shelf.traces[digest]
		if r == nil || t == nil {
			continue
		}
		colour, dash, class := lookOf(r.Colour)
		out = append(out, Compared{r.Name, colour, dash, class, t})
	}
	return out
}

// dashes are the line styles of kept runs, solid first. The page's style sheet
// has them and the colours --kept-0 … --kept-5 once more, by class.
var dashes = [...]string{"", "9 3", "2 4", "9 3 2 3"}

const keptColours = 6

// lookOf is how the run with the colour index is drawn: 24 pairs of colour and
// line style, of which neighbours differ in both.
func lookOf(index int) (colour, dash, class string) {
	index = max(0, index) % (keptColours * len(dashes))
	c := index % keptColours
	d := (c + index/keptColours) % len(dashes)
	return fmt.Sprintf("var(--kept-%d)", c), dashes[d], fmt.Sprintf("kept-%d dash-%d", c, d)
}

// overlay adds the curves of the compared runs to the charts. The run at hand
// has its own already.
func (m Model) overlay(accuracy, loss, distance *Chart) {
	for _, c := range m.compared() {
		if c.Trace.Digest == m.Trace.Digest {
			continue
		}
		for _, run := range c.Trace.Runs {
			curve := Curve{Protocol: c.Class, Name: c.Name + " · " + protocolNames[run.Protocol], Kept: true}
			if run.Protocol == experiment.FedAvg {
				curve.Protocol += " thin"
			}
			a, l, d := curve, curve, curve
			for i, r := range run.Rounds {
				v := r.Evaluation
				if v == nil {
					continue
				}
				a.Rounds = append(a.Rounds, i)
				a.Value = append(a.Value, v.TestAccuracy)
				l.Value = append(l.Value, float64(v.TestLoss))
				d.Value = append(d.Value, float64(v.ConsensusDistance))
			}
			l.Rounds, d.Rounds = a.Rounds, a.Rounds
			accuracy.Curves = append(accuracy.Curves, a)
			loss.Curves = append(loss.Curves, l)
			if run.Protocol == experiment.Gossip {
				distance.Curves = append(distance.Curves, d)
			}
		}
		for _, chart := range []*Chart{accuracy, loss, distance} {
			chart.Rounds = max(chart.Rounds, c.Trace.Experiment.Rounds)
		}
	}
}

// contrast is a row of the table of what differs: a cell for every run.
type contrast struct {
	Name  string
	Cells []string
}

// contrasts are the settings in which the runs differ, then what came of them.
func contrasts(runs []Compared) (rows []contrast) {
	add := func(name string, always bool, cell func(*experiment.Trace) string) {
		row, differ := contrast{Name: name}, always
		for i, c := range runs {
			row.Cells = append(row.Cells, cell(c.Trace))
			differ = differ || row.Cells[i] != row.Cells[0]
		}
		if differ {
			rows = append(rows, row)
		}
	}
	for _, p := range experiment.Table {
		add(p.Name, false, func(t *experiment.Trace) string {
			if !p.Relevant(t.Experiment) {
				return "not used"
			}
			return p.Label(t.Experiment)
		})
	}
	add("Numerics version", false, func(t *experiment.Trace) string { return fmt.Sprint(t.Numerics) })
	for _, protocol := range [...]string{experiment.FedAvg, experiment.Gossip} {
		of := func(value func(*experiment.Run) string) func(*experiment.Trace) string {
			return func(t *experiment.Trace) string {
				for i := range t.Runs {
					if t.Runs[i].Protocol == protocol {
						return value(&t.Runs[i])
					}
				}
				return "not run"
			}
		}
		if !anyRuns(runs, protocol) {
			continue
		}
		add("Accuracy, "+protocolNames[protocol], true, of(func(r *experiment.Run) string {
			if e := r.Last(); e != nil {
				return percent(e.TestAccuracy)
			}
			return "–"
		}))
		add("Sent, "+protocolNames[protocol], true, of(func(r *experiment.Run) string { return bytesWords(bytesSent(r)) }))
	}
	add("Digest", true, func(t *experiment.Trace) string { return fmt.Sprintf("%.12s…", t.Digest) })
	return rows
}

func anyRuns(runs []Compared, protocol string) bool {
	for _, c := range runs {
		if c.Trace.Experiment.Runs(protocol) {
			return true
		}
	}
	return false
}

// bytesSent is what all exchanges of the run carried.
func bytesSent(r *experiment.Run) (n int) {
	for _, round := range r.Rounds {
		for _, x := range round.Exchanges {
			n += x.Bytes
		}
	}
	return n
}

// bytesWords writes a number of bytes in kB, MB or GB.
func bytesWords(n int) string {
	x := float64(n)
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case x < 999.5e3:
		return fmt.Sprintf("%.3g kB", x/1e3)
	case x < 999.5e6:
		return fmt.Sprintf("%.3g MB", x/1e6)
	}
	return fmt.Sprintf("%.3g GB", x/1e9)
}
