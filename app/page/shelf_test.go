package page

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// orders are what the shelf's store was asked since the last call.
func (d *desk) orders() string {
	var orders []Order
	d.Model, orders = d.taken()
	var words []string
	for _, o := range orders {
		words = append(words, strings.TrimSpace(o.Do+" "+o.Digest+" "+o.As))
	}
	return strings.Join(words, "; ")
}

// answered answers an order as a store that holds the records does.
func (d *desk) answered(o Order, records ...Record) *desk {
	return d.do(Stored{Order: o, Records: records})
}

func TestFinishedRunIsKeptOnce(t *testing.T) {
	d := sit(t).facts().do(Change{"rounds", "1"}).facts().do(Play{}).started().round(1)
	d.orders()
	d.finished()
	_, orders := d.taken()
	if len(orders) != 1 || orders[0].Do != "put" || orders[0].Trace.Digest != "abc" {
		t.Fatalf("orders %+v: want the run put on the shelf", orders)
	}
	r := *orders[0].Record
	if want := (Record{Digest: "abc", Link: r.Link, Name: "First look, rounds 1", Accuracies: []float64{0.1, 0.1}, Rounds: 1}); !reflect.DeepEqual(r, want) {
		t.Errorf("record %+v: want %+v", r, want)
	}
	if l, refused := experiment.ParseLink(r.Link); l.Experiment != d.Experiment || len(l.Claim.Accuracies) != 0 && refused == nil {
		t.Errorf("its link %q opens %+v", r.Link, l.Experiment)
	}
	d.orders()
	d.answered(Order{Do: "put"}, r).do(Play{}).facts().do(&wire.Started{}).round(0).do(&wire.Paused{}).round(1).finished()
	if got := d.orders(); got != "" {
		t.Errorf("the same run again asks the store for %q: want nothing", got)
	}
}

func TestShelfKeepsItsBounds(t *testing.T) {
	d := sit(t).facts()
	var records []Record
	for i := range 62 {
		records = append(records, Record{Digest: fmt.Sprint("d", i), Name: fmt.Sprint("run ", i), Kept: float64(i), Pinned: i == 0, Bytes: 1000})
	}
	d.orders()
	d.answered(Order{Do: "put"}, records...)
	if got, want := d.orders(), "remove d1; remove d2"; got != want {
		t.Errorf("%q: want %q, the oldest that are not pinned", got, want)
	}
	if !strings.Contains(d.Shelf.Said, "run 2") || d.Shelf.Records[0].Digest != "d61" {
		t.Errorf("it says %q, newest is %s", d.Shelf.Said, d.Shelf.Records[0].Digest)
	}
	records[61].Bytes = mostShelvedBytes
	if got := (Shelf{Records: []Record{records[61], records[5], records[0]}}).excess(); len(got) != 2 || got[0].Digest != "d5" || got[1].Digest != "d61" {
		t.Errorf("41 MB: %+v goes", got)
	}
	d.answered(Order{Do: "list"}, records[:2]...).answered(Order{Do: "remove"}, records[:2]...)
	if got := d.orders(); got != "" {
		t.Errorf("two runs: %q", got)
	}
}

func TestShelfIsTended(t *testing.T) {
	a, b := Record{Digest: "aa", Name: "A", Kept: 1, Link: "v=1&seed=8"}, Record{Digest: "bb", Name: "B", Kept: 2}
	d := sit(t).facts()
	d.orders()
	d.answered(Order{Do: "list"}, a, b)
	d.do(Rename{"aa", "  mine \n own "}, Pin{"bb"}, Rename{"zz", "x"}, Download{"aa"})
	if got, want := d.orders(), "alter aa; alter bb; save aa"; got != want {
		t.Errorf("%q: want %q", got, want)
	}
	if got := d.Shelf.find("aa").Name; got != "mine own" {
		t.Errorf("the name is %q", got)
	}
	d.do(Rename{"aa", " "})
	if got := d.Shelf.find("aa").Name; got != "Tutorial, seed 8" {
		t.Errorf("without a name it is called %q", got)
	}
	was := d.Shelf.find("bb").Colour
	for range keptStrokes {
		d.do(Recolour{"bb"})
	}
	if got := d.Shelf.find("bb").Colour; got != was {
		t.Errorf("after all colours the run has colour %d: want %d", got, was)
	}
	if d.do(Recolour{"bb"}); keptStroke(d.Shelf.find("bb").Colour) == keptStroke(was) {
		t.Error("Recolour does not recolour")
	}
	if a.Name != "A" || d.Shelf.find("bb").Pinned == b.Pinned {
		t.Error("Pin does not pin, or altered what was given")
	}
	d.orders()
	d.do(Compare{"aa"}, Delete{"aa"})
	if got, want := d.orders(), "get aa compare; remove aa"; got != want {
		t.Errorf("%q: want %q", got, want)
	}
	d.answered(Order{Do: "remove"}, b)
	if len(d.Shelf.Compared) != 0 || d.Shelf.Deleted == nil {
		t.Errorf("compared %v, deleted %v after deletion", d.Shelf.Compared, d.Shelf.Deleted)
	}
	d.do(Undelete{}, Undelete{})
	if got := d.orders(); got != "restore" {
		t.Errorf("undo: %q", got)
	}
}

func TestStorageMayBeForbidden(t *testing.T) {
	d := sit(t).facts().do(Stored{Order: Order{Do: "list"}, Problem: "SecurityError"})
	if html := d.draw(); !strings.Contains(html, "does not let the page keep runs") {
		t.Error("the page does not say that it keeps nothing")
	}
	d.do(Stored{Order: Order{Do: "put"}, Problem: "QuotaExceededError"})
	if !strings.Contains(d.Shelf.Problem, "no room") || d.Phase != Ready {
		t.Errorf("full: %q, run %s", d.Shelf.Problem, d.Phase)
	}
}

// ran is a finished, sealed trace of the experiment with the settings.
func keptTrace(t *testing.T, preset string, settings ...experiment.Setting) (*experiment.Trace, string) {
	t.Helper()
	e, _, err := experiment.Build(preset, append(settings, experiment.Setting{Key: "rounds", Value: "1"}))
	if err != nil {
		t.Fatal(err)
	}
	tr := &experiment.Trace{Experiment: e, Numerics: 1, Data: experiment.DataInfo{Name: e.Data, Train: e.Train, Test: e.Test}}
	for _, protocol := range e.Protocols() {
		models := 1
		if protocol == experiment.Gossip {
			models = e.Clients
		}
		run := experiment.Run{Protocol: protocol, Final: make([]experiment.Hash, models)}
		for n := range 2 {
			v := &experiment.Evaluation{TestAccuracy: 0.25 * float64(n+1), Models: make([]experiment.ModelEvaluation, models)}
			other := 1
			if protocol == experiment.FedAvg {
				other = experiment.Server
			}
			run.Rounds = append(run.Rounds, experiment.Round{Round: n, Evaluation: v, Exchanges: []experiment.Exchange{{A: 0, B: other, Bytes: 1500}}})
		}
		tr.Runs = append(tr.Runs, run)
	}
	tr.Seal()
	var b bytes.Buffer
	if err := experiment.WriteTrace(&b, tr); err != nil {
		t.Fatal(err)
	}
	return tr, b.String()
}

func TestComparison(t *testing.T) {
	d := sit(t).facts().do(Unfold{true})
	ring, ringText := keptTrace(t, "first-look", experiment.Setting{Key: "topology", Value: "ring"})
	alone, aloneText := keptTrace(t, "isolated")
	records := []Record{{Digest: ring.Digest, Name: "ring", Colour: 0}, {Digest: alone.Digest, Name: "alone", Colour: 1}}
	d.answered(Order{Do: "list"}, records...).do(Compare{ring.Digest}, Compare{alone.Digest})
	d.do(Stored{Order: Order{Do: "get", Digest: ring.Digest, As: "compare"}, Records: records, Text: ringText})
	d.do(Stored{Order: Order{Do: "get", Digest: alone.Digest, As: "compare"}, Records: records, Text: aloneText})
	both := d.compared()
	if len(both) != 2 || both[0].Name != "ring" || both[0].Stroke.Colour == both[1].Stroke.Colour || both[0].Stroke.Dash == both[1].Stroke.Dash {
		t.Fatalf("compared: %+v", both)
	}
	var names []string
	for _, c := range d.charts()[0].Curves {
		names = append(names, c.Name)
	}
	if want := []string{"ring · FedAvg", "ring · Gossip", "alone · Gossip"}; !slices.Equal(names, want) {
		t.Errorf("curves %q: want %q", names, want)
	}
	want := []contrast{
		{"Protocol", []string{"Gossip and FedAvg", "Gossip"}},
		{"Exchanges a round", []string{"60", "0"}},
		{"Clients asked a round", []string{"10", "not used"}},
		{"How clients are asked", []string{"A fixed number", "not used"}},
		{"First weights", []string{"Shared", "Each client's own"}},
		{"Accuracy, FedAvg", []string{"50.0 %", "not run"}},
		{"Sent, FedAvg", []string{"3 kB", "not run"}},
		{"Accuracy, Gossip", []string{"50.0 %", "50.0 %"}},
		{"Sent, Gossip", []string{"3 kB", "3 kB"}},
		{"Digest", []string{ring.Digest[:12] + "…", alone.Digest[:12] + "…"}},
	}
	if got := contrasts(both); !reflect.DeepEqual(got, want) {
		t.Errorf("the table says %q\nwant %q", got, want)
	}
	if html := d.draw(); !strings.Contains(html, "not used") || strings.Count(html, `id="comparison"`) != 1 {
		t.Error("the table is not on the page")
	}
	d.do(Compare{ring.Digest})
	if n := len(d.compared()); n != 1 {
		t.Errorf("%d compared after one was taken out", n)
	}

	// Shown, a run stands in the place of one: even its own.
	d.do(Stored{Order: Order{Do: "get", Digest: alone.Digest, As: "show"}, Records: records, Text: aloneText}).facts()
	if d.Phase != Done || !d.Replayed || d.Trace.Digest != alone.Digest {
		t.Errorf("shown: run %s, replayed %v", d.Phase, d.Replayed)
	}
	if got := len(d.charts()[0].Curves); got != 1 {
		t.Errorf("the run at hand is drawn %d times: want once", got)
	}
	d.do(Stored{Order: Order{Do: "get", Digest: ring.Digest, As: "show"}, Records: records, Text: aloneText})
	if !strings.Contains(d.Shelf.Problem, "another run") {
		t.Errorf("another run under the digest: %q", d.Shelf.Problem)
	}
}

func TestAtMostSixAreCompared(t *testing.T) {
	d := sit(t).facts()
	var records []Record
	for i := range 7 {
		records = append(records, Record{Digest: fmt.Sprint(i)})
	}
	d.answered(Order{Do: "list"}, records...)
	for i := range 7 {
		d.do(Compare{fmt.Sprint(i)})
	}
	if len(d.Shelf.Compared) != 6 || d.Shelf.Said == "" {
		t.Errorf("%v are compared; it says %q", d.Shelf.Compared, d.Shelf.Said)
	}
	looks := map[Stroke]bool{}
	for i := range 24 {
		looks[keptStroke(i)] = true
	}
	if len(looks) != 24 {
		t.Errorf("%d looks of 24 colour indexes", len(looks))
	}
}

func TestBytesInWords(t *testing.T) {
	for n, want := range map[int]string{0: "0 bytes", 999: "999 bytes", 1500: "1.5 kB", 999_600: "1 MB", 45_678_901: "45.7 MB", 2_000_000_000: "2 GB"} {
		if got := bytesWords(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
