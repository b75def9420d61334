package page

import (
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Every step can be carried out: its experiments are valid, its explanation
// answers with one of its choices, whatever comes out.
func TestGuideSteps(t *testing.T) {
	at := func(fedavg, gossip float64) GuideResult {
		return GuideResult{&experiment.Evaluation{TestAccuracy: fedavg}, &experiment.Evaluation{TestAccuracy: gossip}}
	}
	for i, s := range guideSteps {
		if n := len(s.Choices); n < 2 || n > 3 || s.Target == "" || len(s.Runs) == 0 {
			t.Errorf("step %d: %d choices, target %q, %d runs", i+1, n, s.Target, len(s.Runs))
		}
		for _, r := range s.Runs {
			if err := r.experiment().Check(); err != nil {
				t.Error(err)
			}
		}
		for _, words := range append([]string{s.Title, s.Says, s.Question, guideEnd}, s.Choices...) {
			if strings.ContainsAny(words, "!") || strings.Contains(words, "node") || strings.Contains(words, "peer") {
				t.Errorf("step %d says %q", i+1, words)
			}
		}
		came := map[int]bool{}
		for _, a := range []float64{0.1, 0.3, 0.5, 0.9} {
			for _, b := range []float64{0.1, 0.3, 0.5, 0.9} {
				choice, text := s.Find([]GuideResult{at(a, b), at(b, a)})
				if choice < 1 || choice > len(s.Choices) || text == "" {
					t.Fatalf("step %d: choice %d, %q", i+1, choice, text)
				}
				came[choice] = true
			}
		}
		if len(came) != len(s.Choices) {
			t.Errorf("step %d: only %v of its choices can come out", i+1, came)
		}
	}
}

func TestGuidePredictsRunsExplains(t *testing.T) {
	d := sit(t).facts()
	d.do(GoTo{3}, Predict{3, 9}, Predict{3, 1})
	if d.Guide.Picks[3] != 1 {
		t.Fatalf("picks %v", d.Guide.Picks)
	}
	if _, ok := d.Guide.explained(3); ok {
		t.Error("it explains what has not been run")
	}
	d.expect(&wire.Describe{}) // as the page opens: the guide alters no run
}

// Try sets the settings and presses Play; the run's own numbers are what the
// prediction is compared with.
func TestGuideRuns(t *testing.T) {
	d := sit(t).facts().do(GoTo{4}, Predict{4, 2})
	d.sent = nil
	for run, accuracy := range []float64{0.4, 0.8} {
		d.do(Try{4, run})
		if want := guideSteps[3].Runs[run].experiment(); d.Experiment != want {
			t.Fatalf("run %d sets %+v: want %+v", run, d.Experiment, want)
		}
		d.facts() // and Play was pressed meanwhile
		d.phase(Running)
		d.facts().do(&wire.Started{}).round(0).do(&wire.Paused{})
		for _, protocol := range d.Experiment.Protocols() {
			v := &experiment.Evaluation{TestAccuracy: accuracy, Models: []experiment.ModelEvaluation{{}}}
			d.do(&wire.Round{Protocol: protocol, Round: experiment.Round{Round: 1, Evaluation: v}})
		}
		if _, ok := d.Guide.explained(4); ok {
			t.Error("it explains before both runs have ended")
		}
		d.finished()
	}
	text, ok := d.Guide.explained(4)
	if !ok || !strings.Contains(text, "The ring ended at 40.0 %, the complete graph at 80.0 %: 40.0 points apart") || !strings.HasSuffix(text, "You predicted it.") {
		t.Errorf("it explains %q", text)
	}
	d.do(Predict{4, 1})
	if text, _ := d.Guide.explained(4); !strings.HasSuffix(text, "You predicted: Higher by more than 2 points. What came out: Lower by more than 2 points.") {
		t.Errorf("another prediction: %q", text)
	}
	if html := d.draw(); !strings.Contains(html, "40.0 points apart") {
		t.Error("the card does not explain")
	}
	if _, there := d.Guide.Outcomes[firstLook.experiment()]; !there {
		t.Error("the complete graph's run is not known as the first look's")
	}
}

func TestGuideInTheLink(t *testing.T) {
	m, _ := New(wire.Theme{}, "v=1&guide=2")
	d := &desk{T: t, Model: m}
	if d.View.Guide != 2 || !strings.Contains(d.element("guide"), `data-step="2"`) {
		t.Errorf("the link opens the guide at %d: %s", d.View.Guide, d.element("guide"))
	}
	d.facts().do(GoTo{3})
	if got := d.Link().String(); !strings.HasSuffix(got, "guide=3") {
		t.Errorf("the address says %q", got)
	}
	d.do(GoTo{0})
	if got := d.Link().String(); strings.Contains(got, "guide") || d.Guide.Last != 3 {
		t.Errorf("closed, the address says %q; it was closed at %d", got, d.Guide.Last)
	}
}
