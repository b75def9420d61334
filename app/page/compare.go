package page

import (
	"fmt"

	"grapevine/app/experiment"
)

// Compared is a run of the shelf that is drawn beside the run at hand.
type Compared struct {
	Name   string
	Stroke Stroke
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
		out = append(out, Compared{r.Name, keptStroke(r.Colour), t})
	}
	return out
}

const (
	ownColours  = 2 // are the protocols'
	keptStrokes = (colours - ownColours) * dashes
)

// keptStroke is how the run with the index is drawn: keptStrokes of them, none
// a protocol's own, of which neighbours differ in colour and dashes.
func keptStroke(index int) Stroke {
	const rest = colours - ownColours
	index = max(0, index)
	return Stroke{ownColours + index%rest, (index + index/rest) % dashes}
}

// overlay adds the curves of the compared runs to the charts and returns where
// their x axis ends. The run at hand has its own curves already.
func (m Model) overlay(accuracy, loss, distance *Chart) (length float64) {
	for _, c := range m.compared() {
		if c.Trace.Digest == m.Trace.Digest {
			continue
		}
		for i := range c.Trace.Runs {
			run := &c.Trace.Runs[i]
			curve := Curve{Stroke: c.Stroke, Name: c.Name + " · " + protocolNames[run.Protocol]}
			if run.Protocol == experiment.FedAvg && len(c.Trace.Runs) > 1 {
				curve.Stroke.Dash = (curve.Stroke.Dash + 1) % dashes
			}
			var sent []float64
			if m.Charts.Axis != Rounds {
				sent = spent(run, m.Charts.Axis)
			}
			a, l, d := curve, curve, curve
			for i, r := range run.Rounds {
				v := r.Evaluation
				if v == nil {
					continue
				}
				a.Rounds = append(a.Rounds, i)
				if sent != nil {
					a.X = append(a.X, sent[i])
				}
				a.Value = append(a.Value, v.TestAccuracy)
				l.Value = append(l.Value, float64(v.TestLoss))
				d.Value = append(d.Value, float64(v.ConsensusDistance))
			}
			l.Rounds, d.Rounds, l.X, d.X = a.Rounds, a.Rounds, a.X, a.X
			accuracy.Curves = append(accuracy.Curves, a)
			loss.Curves = append(loss.Curves, l)
			if run.Protocol == experiment.Gossip {
				distance.Curves = append(distance.Curves, d)
			}
			length = max(length, a.x(len(a.Rounds)-1))
		}
	}
	return length
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
