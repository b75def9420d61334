package page

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// draw is the page's HTML for the model.
func (d *desk) draw() string { return app.HTMLString((&Page{model: d.Model, drawn: true}).Render()) }

// element is the opening tag of the element with the id.
func (d *desk) element(id string) string {
	d.Helper()
	html := d.draw()
	mark := fmt.Sprintf(` id="%s"`, id)
	if n := strings.Count(html, mark); n != 1 {
		d.Fatalf("%d elements have the id %s: want 1", n, id)
	}
	at := strings.Index(html, mark)
	return html[strings.LastIndex(html[:at], "<") : at+strings.Index(html[at:], ">")+1]
}

func (d *desk) disabled(id string) bool {
	d.Helper()
	tag := d.element(id)
	return strings.Contains(tag, " disabled") && !strings.Contains(tag, `disabled="false"`)
}

func TestEverySettingHasItsControl(t *testing.T) {
	d := sit(t).facts()
	html := d.draw()
	for _, p := range experiment.Table {
		d.element(p.Key)
		d.element(p.Key + "-hint")
		if !strings.Contains(html, fmt.Sprintf(`for="%s"`, p.Key)) {
			t.Errorf("%s has no label", p.Key)
		}
		if d.disabled(p.Key) == p.Relevant(d.Experiment) {
			t.Errorf("%s: disabled is %v, relevant %v", p.Key, d.disabled(p.Key), p.Relevant(d.Experiment))
		}
	}
	for _, id := range []string{"play", "pause", "step", "reset", "preset", "stage", "seek", "speed", "client", "round-counter", "restarts"} {
		d.element(id)
	}
}

func TestButtonsFollowTheRun(t *testing.T) {
	check := func(d *desk, play, pause, step bool) {
		t.Helper()
		for id, want := range map[string]bool{"play": play, "pause": pause, "step": step, "reset": true} {
			if d.disabled(id) == want {
				t.Errorf("run %q: %s can be pressed is %v", d.Phase, id, !want)
			}
		}
	}
	d := sit(t)
	check(d, true, false, false) // Play is remembered
	check(d.facts(), true, false, true)
	check(d.do(Play{}), false, true, false)
	check(d.started().round(1).do(Pause{}, &wire.Paused{Round: 1}), true, false, true)
	check(d.do(Play{}).finished(), true, false, false)
}

func TestErrorsStandAtTheirField(t *testing.T) {
	d := sit(t).facts().do(Change{"clients", "1"})
	if tag := d.element("clients"); !strings.Contains(tag, `value="1"`) || !strings.Contains(tag, "aria-invalid") || strings.Contains(tag, `aria-invalid="false"`) {
		t.Errorf("the field is %s: want what was typed, marked", tag)
	}
	if html := d.draw(); !strings.Contains(html, "from 2 to 1000") {
		t.Error("the page does not say what is allowed")
	}
}

// What comes from outside is text, never markup.
func TestNothingBecomesMarkup(t *testing.T) {
	d := sit(t).facts().do(&wire.Failed{Message: "<script>alert(1)</script>"}, &wire.Unavailable{Reason: "<b>no</b>"})
	for _, bad := range []string{"<script", "<b>"} {
		if strings.Contains(d.draw(), bad) {
			t.Errorf("the page has %s in it", bad)
		}
	}
}

func TestSaysWhatRestarts(t *testing.T) {
	d := sit(t).facts()
	const note = "A change restarts the run"
	if strings.Contains(d.draw(), note) {
		t.Error("it speaks of a run that is not there")
	}
	d.do(Play{}).started()
	clients, _ := experiment.Find("clients")
	rounds, _ := experiment.Find("rounds")
	if !strings.Contains(d.draw(), note) || !strings.Contains(help(d.Model, clients), "restarts") || strings.Contains(help(d.Model, rounds), "restarts") {
		t.Error("it does not say which settings restart the run")
	}
}

// A value that is no step is offered first, and only then; the steps stay
// where they are.
func TestSteppedLists(t *testing.T) {
	epsilon, _ := experiment.Find("epsilon")
	places := func(value string) (where int, n int) {
		e, _, err := experiment.Default().With("epsilon", value)
		if err != nil {
			t.Fatal(err)
		}
		where = -1
		options := choices(e, epsilon)
		for i, o := range options {
			if html := app.HTMLString(o); strings.Contains(html, " selected") && !strings.Contains(html, `selected="false"`) {
				if where >= 0 {
					t.Errorf("ε = %s: options %d and %d are both selected", value, where, i)
				}
				where = i
			}
		}
		return where, len(options)
	}
	steps := len(epsilon.Steps)
	for value, want := range map[string]int{"1": 1, "1000": steps, "inf": steps + 1, "5": 0, "0.25": 0} {
		if where, n := places(value); where != want || n != steps+2 {
			t.Errorf("ε = %s is option %d of %d: want %d of %d", value, where, n, want, steps+2)
		}
	}
}

func TestResultInWords(t *testing.T) {
	d := sit(t).facts().do(Change{"rounds", "1"}).facts().do(Play{}).started()
	d.do(&wire.Round{Protocol: experiment.FedAvg, Round: experiment.Round{Round: 1, Evaluation: &experiment.Evaluation{
		TestLoss: experiment.Float(math.NaN()), TestAccuracy: 0.1, Models: []experiment.ModelEvaluation{{Accuracy: 0.1, Diverged: true}}}}})
	d.do(&wire.Round{Protocol: experiment.Gossip, Round: experiment.Round{Round: 1, Evaluation: &experiment.Evaluation{
		TestAccuracy: 0.31, MinAccuracy: 0.1, MaxAccuracy: 0.55, Models: []experiment.ModelEvaluation{{Accuracy: 0.31}}}}})
	d.finished()
	if got, want := d.accuracies(), "Test accuracy at the end: FedAvg 10.0 %, Gossip 31.0 % on average (10.0 % to 55.0 %)."; got != want {
		t.Errorf("%q: want %q", got, want)
	}
	html := d.draw()
	for _, want := range []string{"FedAvg diverged in round 1, in the server&#39;s model", ">×<", "FedAvg diverged", "digest abc"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestWithoutStageThereIsATable(t *testing.T) {
	d := sit(t).facts().do(&wire.Unavailable{Reason: "This browser has no WebGL 2."})
	html := d.draw()
	for _, want := range []string{"This browser has no WebGL 2.", "3 and 8"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	d.element("stage") // keeps its place
}

func TestClientPanel(t *testing.T) {
	d := sit(t).facts().do(Play{}).started().round(1).do(Select{7}, Newest{})
	for _, want := range []string{"holds 3 and 8 · 600 examples · accuracy 10.0 %", "examples by digit: 0: 0 1: 0 2: 0 3: 300"} {
		if !strings.Contains(d.draw(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := list([]int{1, 3, 4}); got != "1, 3 and 4" {
		t.Errorf("a list is written %q", got)
	}
}

func TestTableOfNumbers(t *testing.T) {
	d := sit(t).facts().do(Change{"rounds", "250"}).facts().do(Play{}).started()
	for n := 1; n <= 250; n++ {
		d.round(n)
	}
	if rows := strings.Count(d.draw(), "<tr"); rows != 0 {
		t.Errorf("a folded table has %d rows", rows)
	}
	d.do(Numbers{true})
	if rows := strings.Count(d.draw(), "<tr"); rows < 50 || rows > maxRows+2 {
		t.Errorf("%d rows for 250 rounds", rows)
	}
}

// The stage's program is asked for when the trainer has what it needs, or when
// it will not come; while digits come the page counts them.
func TestWhatComesFirst(t *testing.T) {
	d := sit(t)
	if tag := d.element("stage"); strings.Contains(tag, "stage.html") {
		t.Errorf("the stage is asked for at once: %s", tag)
	}
	d.do(&wire.Loading{Done: 3, Total: 70})
	if html := d.draw(); !strings.Contains(html, "fetching digits: 3,000 of 70,000") {
		t.Error("the page does not say how many digits have come")
	}
	d.facts()
	if tag := d.element("stage"); !strings.Contains(tag, "stage.html") {
		t.Errorf("the stage is not asked for with the facts: %s", tag)
	}
	f := sit(t).do(&wire.Failed{Message: "no trainer"})
	if tag := f.element("stage"); !strings.Contains(tag, "stage.html") {
		t.Errorf("the stage is not asked for without a trainer: %s", tag)
	}
}

// The sentence at the top is true of other settings.
func TestLead(t *testing.T) {
	e := experiment.Default()
	e.Clients, e.Partition = 1000, experiment.PartitionIID
	if got, want := lead(e), "1000 clients, each with its own share of the digits."; !strings.HasPrefix(got, want) {
		t.Errorf("%q: want %q", got, want)
	}
}
