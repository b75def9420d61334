package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// ran is a page with a run of both protocols over ten rounds: gossip sends
// twice as much as FedAvg, and its distance shrinks by half a round.
func ran(t *testing.T) *desk {
	d := sit(t).do(Change{"rounds", "10"}).facts()
	d.do(Play{}).facts().do(&wire.Started{Numerics: 1})
	d.Facts.SpectralGap = 0.19
	for digit := range d.Facts.TestDigits {
		d.Facts.TestDigits[digit] = 100
	}
	for n := range 11 {
		for _, protocol := range d.Experiment.Protocols() {
			r := experiment.Round{Round: n, Evaluation: &experiment.Evaluation{TestLoss: 2, TestAccuracy: 0.05 * float64(n), MaxAccuracy: 1}}
			exchanges, models := 1, 1
			if protocol == experiment.Gossip {
				exchanges, models = 2, d.Experiment.Clients
				r.Evaluation.ConsensusDistance = experiment.Float(8 * math.Pow(0.5, float64(n-1)))
			}
			if n == 0 {
				exchanges, r.Evaluation.ConsensusDistance = 0, 0
			}
			for range exchanges {
				r.Exchanges = append(r.Exchanges, experiment.Exchange{A: 0, B: 1, Bytes: 1000})
			}
			for i := range models {
				m := experiment.ModelEvaluation{Accuracy: 0.05 * float64(n), PerDigit: slices.Repeat([]int{10 * (n % 11)}, 10)}
				m.PerDigit[3] = i
				r.Evaluation.Models = append(r.Evaluation.Models, m)
			}
			d.do(&wire.Round{Protocol: protocol, Round: r})
		}
	}
	return d.finished()
}

func (d *desk) chart(id string) Chart {
	d.Helper()
	c, ok := d.chartNamed(id)
	if !ok {
		d.Fatalf("there is no chart %s", id)
	}
	return c
}

func TestZoom(t *testing.T) {
	d := ran(t)
	c := d.chart("accuracy")
	if f := c.frame(); f.from != 0 || f.to != 10 || f.hi != 1 {
		t.Errorf("the whole run is %+v", f)
	}
	// A drag chooses whole rounds; a click, or a drag of a few pixels, none.
	f := c.frame()
	if got, want := c.chosen(Drag{"accuracy", 6.2, 2.9}), (Zoom{3, 6}); got != want {
		t.Errorf("the drag chooses %v: want %v", got, want)
	}
	if got := c.chosen(Drag{"accuracy", f.at(100), f.at(103)}); got != (Drag{}) {
		t.Errorf("a click chooses %v", got)
	}
	d.do(Zoom{3, 6})
	for _, id := range []string{"accuracy", "loss", "distance"} {
		if f := d.chart(id).frame(); f.from != 3 || f.to != 6 {
			t.Errorf("%s shows %g to %g: want 3 to 6", id, f.from, f.to)
		}
	}
	// The y axis fits what is seen: 15 to 30 %.
	if f := d.chart("accuracy").frame(); f.lo > 0.15+1e-9 || f.lo < 0.1 || f.hi < 0.3-1e-9 || f.hi > 0.35 {
		t.Errorf("the y axis goes from %g to %g", f.lo, f.hi)
	}
	// A reading beside the part moves it along.
	if d.do(Read{8}); d.Charts.From != 5 || d.Charts.To != 8 {
		t.Errorf("reading round 8 shows %g to %g: want 5 to 8", d.Charts.From, d.Charts.To)
	}
	d.do(Zoom{})
	if d.Charts.zoomed() || d.Charts.Reading != wire.None {
		t.Errorf("the whole run is not shown: %+v", d.Charts)
	}
	for _, bad := range []Zoom{{3, 3}, {5, 4}, {math.NaN(), 4}, {0, math.Inf(1)}} {
		if d.do(bad); d.Charts.zoomed() {
			t.Errorf("%v is drawn as a part", bad)
		}
	}
	d.do(Zoom{3, 6}, Change{"seed", "9"})
	if d.Charts.zoomed() {
		t.Error("another run is drawn in part")
	}
}

func TestZoomByKeys(t *testing.T) {
	d := ran(t).do(Read{4})
	press := func(key string) {
		t.Helper()
		event := d.chartKey(d.chart("accuracy"), key)
		if event == nil {
			t.Fatalf("the key %s does nothing", key)
		}
		d.do(event)
	}
	press("+")
	if z := (Zoom{d.Charts.From, d.Charts.To}); z.To-z.From != 5 || z.From > 4 || z.To < 4 {
		t.Errorf("plus at round 4 of 10 shows %v: want five rounds about it", z)
	}
	for range 8 {
		press("+")
	}
	if z := (Zoom{d.Charts.From, d.Charts.To}); z.To-z.From != 1 {
		t.Errorf("many pluses show %v: want one round", z)
	}
	for range 8 {
		press("-")
	}
	if d.Charts.zoomed() {
		t.Errorf("many minuses show %g to %g", d.Charts.From, d.Charts.To)
	}
	press("+")
	press("0")
	if d.Charts.zoomed() {
		t.Error("0 does not show the whole run")
	}
	for _, w := range []struct {
		key  string
		want float64
	}{{"Home", 0}, {"End", 10}, {"ArrowRight", 10}, {"ArrowLeft", 9}} {
		if press(w.key); d.Charts.Reading != w.want {
			t.Errorf("%s reads %g: want %g", w.key, d.Charts.Reading, w.want)
		}
	}
	if press("Escape"); d.Charts.Reading != wire.None {
		t.Error("Escape goes on reading")
	}
	if d.chartKey(d.chart("accuracy"), "x") != nil {
		t.Error("any key does something")
	}
}

// Against messages or bytes each curve stands where its run had sent so much.
func TestXAxis(t *testing.T) {
	d := ran(t)
	for _, w := range []struct {
		axis           Axis
		fedavg, gossip float64 // after ten rounds
		words          string
	}{{Messages, 20, 40, "at 20 messages"}, {Bytes, 10000, 20000, "at 10 kB"}} {
		d.do(Count{w.axis})
		c := d.chart("accuracy")
		for i, want := range []float64{w.fedavg, w.gossip} {
			if got := c.Curves[i].x(10); got != want {
				t.Errorf("%s: %s ends at %g, want %g", w.axis, c.Curves[i].Name, got, want)
			}
		}
		if c.Length != w.gossip {
			t.Errorf("%s: the axis ends at %g: want %g", w.axis, c.Length, w.gossip)
		}
		// At what FedAvg has sent in the end, gossip is at half its rounds.
		if d.do(Read{w.fedavg}); !strings.Contains(d.draw(), w.words) {
			t.Errorf("%s: the page does not say %q", w.axis, w.words)
		}
		if v, _ := d.read(c.Curves[1]); !near(v, 0.25) {
			t.Errorf("%s: gossip has %g there: want 0.25", w.axis, v)
		}
		if got := c.nearest(w.fedavg * 1.01); got != w.fedavg {
			t.Errorf("%s: the nearest place is %g: want %g", w.axis, got, w.fedavg)
		}
	}
	d.do(Zoom{1000, 2000}, Count{Rounds})
	if d.Charts.zoomed() {
		t.Error("another axis is drawn in part")
	}
}

func TestHiddenCurves(t *testing.T) {
	d := ran(t).do(Select{7})
	if c := d.chart("accuracy"); len(c.Curves) != 3 || !c.legend() {
		t.Fatalf("with a client selected there are %d curves", len(c.Curves))
	}
	before := d.Model
	d.do(Toggle{"Gossip"})
	if c, _ := d.do(Select{wire.None}).chartNamed("accuracy"); !c.legend() {
		t.Error("without a client there is no way to show the hidden curve again")
	}
	d.do(Select{7})
	if c := d.chart("accuracy"); c.hidden(0) || !c.hidden(1) || c.hidden(2) {
		t.Errorf("hidden are %v: want gossip alone", c.Hidden)
	}
	if before.Charts.Off["Gossip"] {
		t.Error("a model that was handed out has changed")
	}
	d.do(Numbers{true})
	if html := d.draw(); strings.Contains(html, "Test accuracy, Gossip") || !strings.Contains(html, "Test accuracy, Client 7") {
		t.Error("the table has other curves than the chart")
	}
	if d.do(Toggle{"Gossip"}); d.chart("accuracy").hidden(1) {
		t.Error("the curve does not come back")
	}
	html := d.draw()
	for _, head := range []string{"Test accuracy, Gossip, lowest", "Test accuracy, Gossip, highest", "Distance between clients, Predicted without training"} {
		if !strings.Contains(html, head) {
			t.Errorf("the table has no %q", head)
		}
	}
	if d.do(Logarithmic{"loss"}); !d.chart("loss").Log || d.chart("distance").Log {
		t.Error("the log axis is not the loss's alone")
	}
	if d.do(Logarithmic{"accuracy"}); d.chart("accuracy").Log {
		t.Error("accuracy is drawn on a log axis")
	}
}

// The prediction begins at round 1's distance and shrinks by √λ₂ a round.
func TestAveraging(t *testing.T) {
	d := ran(t)
	c := d.chart("distance")
	if len(c.Curves) != 2 || c.Hint == "" {
		t.Fatalf("%d curves, hint %q", len(c.Curves), c.Hint)
	}
	p := c.Curves[1]
	for i, v := range p.Value {
		if want := 8 * math.Pow(0.9, float64(i)); !near(v, want) || p.Rounds[i] != i+1 {
			t.Errorf("after round %d: %g, want %g", p.Rounds[i], v, want)
		}
	}
	d.Facts.SpectralGap = 0
	if c := d.chart("distance"); len(c.Curves) != 1 {
		t.Error("without a spectral gap there is a prediction")
	}
}

func TestHeatMap(t *testing.T) {
	d := ran(t).do(Heat{true}, Newest{})
	h, ok := d.heat()
	if !ok || h.Round != 10 || len(h.Rows) != d.Experiment.Clients+1 {
		t.Fatalf("the map is of round %d, with %d rows", h.Round, len(h.Rows))
	}
	if r := h.Rows[7]; r.Client != 7 || !near(r.Share[3], 0.07) || !near(r.Share[4], 1) {
		t.Errorf("client 7 is %+v", r)
	}
	if r := h.Rows[len(h.Rows)-1]; r.Client != experiment.Server || r.Name != "Server" {
		t.Errorf("the last row is %+v: want the server", r)
	}
	d.do(Cell{7, 3})
	if html := d.draw(); !strings.Contains(html, "Client 7, digit 3: 7.0 % of 100") {
		t.Error("the map does not say what it shows")
	}
	for _, w := range []struct {
		key  string
		want any
	}{{"ArrowUp", Cell{6, 3}}, {"ArrowRight", Cell{7, 4}}, {"End", Cell{len(h.Rows) - 1, 3}}, {"Enter", Select{7}}, {"Escape", noCell}, {"x", nil}} {
		if got := d.heatKey(h, w.key); got != w.want {
			t.Errorf("%s: %v, want %v", w.key, got, w.want)
		}
	}
	if got := h.choose(Cell{len(h.Rows) - 1, 0}); got != (Select{wire.None}) {
		t.Errorf("the server's row: %v", got)
	}
	width, height := h.cell()
	if c, ok := h.at(heatLeft+3.5*width, heatTop+7.5*height); !ok || c != (Cell{7, 3}) {
		t.Errorf("the pixel is of cell %v", c)
	}
	if _, ok := h.at(heatLeft-1, heatTop+1); ok {
		t.Error("a pixel beside the map is of a cell")
	}
	if d.do(HeatRows{true}); strings.Count(d.draw(), "<tr") != len(h.Rows)+1 {
		t.Errorf("the table has %d rows", strings.Count(d.draw(), "<tr"))
	}
	// An earlier round has its own.
	if h, _ := d.do(Seek{4}).heat(); h.Round != 4 || !near(h.Rows[0].Share[5], 0.4) {
		t.Errorf("at round 4 the map is of round %d: %v", h.Round, h.Rows[0].Share)
	}
	for share, want := range map[float64]string{0: "#440154", 1: "#fde725", 0.5: "#21918c", -1: "#440154", 7: "#fde725"} {
		if got := shade(share); got != want {
			t.Errorf("shade of %g is %s: want %s", share, got, want)
		}
	}
}

// A map of many clients stays a drawing of few elements.
func TestLargeHeatMap(t *testing.T) {
	h := heatMap{Rows: make([]heatRow, 1000)}
	for i := range h.Rows {
		h.Rows[i].Share[i%10] = float64(i) / 1000
	}
	cells := 0
	for _, d := range h.paths() {
		cells += strings.Count(d, "M")
	}
	if cells != 10000 {
		t.Errorf("%d cells: want 10000", cells)
	}
	if _, height := h.cell(); height*1000 > 1600 {
		t.Errorf("the map is %g high", height*1000)
	}
}

// Of many clients the newest evaluation alone keeps its counts by digit, and a
// model that was handed out keeps what it had.
func TestManyClientsForgetDigits(t *testing.T) {
	d := sit(t).do(Change{"clients", "60"}, Change{"rounds", "3"}).facts().do(Play{}).facts().do(&wire.Started{Numerics: 1})
	var before Model
	for n := range 4 {
		for _, protocol := range d.Experiment.Protocols() {
			e := &experiment.Evaluation{}
			for range map[string]int{experiment.FedAvg: 1, experiment.Gossip: 60}[protocol] {
				e.Models = append(e.Models, experiment.ModelEvaluation{PerDigit: make([]int, 10)})
			}
			d.do(&wire.Round{Protocol: protocol, Round: experiment.Round{Round: n, Evaluation: e}})
		}
		if n == 1 {
			before = d.Model
		}
	}
	kept := func(m Model) string {
		s := ""
		for _, run := range m.Trace.Runs {
			for _, r := range run.Rounds {
				s += fmt.Sprint(len(r.Evaluation.Models[0].PerDigit)/10, " ")
			}
		}
		return s
	}
	if got, want := kept(d.Model), "0 0 0 1 0 0 0 1 "; got != want {
		t.Errorf("kept are %s: want %s", got, want)
	}
	if got, want := kept(before), "0 1 0 1 "; got != want {
		t.Errorf("an earlier model has %s: want %s still", got, want)
	}
}
