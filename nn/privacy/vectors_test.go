package privacy_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
	"grapevine/nn/privacy/audit"
)

// vector is one published value; see testdata/README.
type vector struct {
	ID, Source, Mechanism string
	Params                map[string]any
	Quantity              string
	Value                 any     // a number; null, "None" or "inf" where there is no finite one
	Tolerance             float64 // absolute
	Note                  string
	read                  map[string]bool // the parameters that were asked for
}

func TestVectors(t *testing.T) {
	path := os.Getenv("PRIVACY_VECTORS")
	if path == "" {
		path = "testdata/privacy.json"
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(source, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if len(file.Vectors) == 0 {
		t.Fatalf("%s holds no vectors", path)
	}
	for _, v := range file.Vectors {
		t.Run(v.ID+"/"+v.Mechanism, func(t *testing.T) {
			v.read = map[string]bool{}
			got, err := v.compute()
			if err != nil {
				t.Fatalf("%v: %v (%s)", v.Params, err, v.Source)
			}
			for name := range v.Params {
				if !v.read[name] {
					t.Errorf("parameter %s = %v was not looked at", name, v.Params[name])
				}
			}
			want := math.Inf(1)
			switch value := v.Value.(type) {
			case float64:
				want = value
			case nil:
			case string:
				if value != "None" && value != "inf" {
					t.Fatalf("value %q: want a number or none", value)
				}
			default:
				t.Fatalf("value %v: want a number or none", value)
			}
			if got != want && !(math.Abs(got-want) <= v.Tolerance) {
				t.Errorf("%s of %v is %.12g, want %.12g ± %.3g (%s; %s)", v.Quantity, v.Params, got, want, v.Tolerance, v.Source, v.Note)
			}
			// An upper bound with a known surplus is not below the truth, of
			// which ours exceeds 1e-3 nowhere.
			if strings.HasSuffix(v.Mechanism, "_upper") && got > want+1e-3 {
				t.Errorf("%s of %v is %.12g, above the published upper bound %.12g", v.Quantity, v.Params, got, want)
			}
		})
	}
}

func TestVectorsRefuseTheUnknown(t *testing.T) {
	for _, v := range []vector{
		{Mechanism: "laplace", Quantity: "epsilon"},
		{Mechanism: "gaussian_composed", Quantity: "rho", Params: map[string]any{"T": 1.0, "z": 1.0}},
		{Mechanism: "gaussian_composed", Quantity: "delta", Params: map[string]any{"T": 1.0, "z": 1.0}},
		{Mechanism: "poisson_gaussian_composed", Quantity: "delta", Params: map[string]any{"T": 1.0, "z": 1.0, "q": 0.1, "epsilon": 1.0, "adjacency": "EDGE"}},
	} {
		v.read = map[string]bool{}
		if got, err := v.compute(); err == nil {
			t.Errorf("%s, %s of %v: %v, want an error", v.Mechanism, v.Quantity, v.Params, got)
		}
	}
}

// missing is thrown by number and text, and caught by compute.
type missing struct{ error }

func (v vector) number(name string) float64 {
	v.read[name] = true
	x, ok := v.Params[name].(float64)
	if v.Params[name] == "inf" {
		x, ok = math.Inf(1), true
	}
	if !ok {
		panic(missing{fmt.Errorf("parameter %s is %v: want a number", name, v.Params[name])})
	}
	return x
}

func (v vector) text(name string) string {
	v.read[name] = true
	x, ok := v.Params[name].(string)
	if !ok {
		panic(missing{fmt.Errorf("parameter %s is %v: want a text", name, v.Params[name])})
	}
	return x
}

func (v vector) has(name string) bool { _, ok := v.Params[name]; return ok }

func (v vector) rounds() int { return int(v.number("T")) }

func (v vector) compute() (value float64, err error) {
	defer func() {
		if m, ok := recover().(missing); ok {
			err = m.error
		}
	}()
	switch v.Mechanism {
	case "gaussian_poisson_one_step":
		return v.oneStep(v.number("sigma") / v.number("clip_C"))
	case "gaussian_poisson_one_step_calibrate":
		lo, hi := 1e-6, 1e6 // of σ/C; hi holds
		for hi-lo > 1e-12*hi {
			mid := math.Sqrt(lo * hi)
			switch d, err := v.oneStep(mid); {
			case err != nil:
				return 0, err
			case d <= v.number("delta"):
				hi = mid
			default:
				lo = mid
			}
		}
		return v.only("sigma", hi*v.number("clip_C"))
	case "gaussian_composed":
		e := event(v.rounds(), v.number("z"))
		return v.profile(accountant.Gaussian{}, e)
	case "poisson_gaussian_composed", "poisson_gaussian_composed_prv_upper":
		return v.poisson()
	case "gaussian_calibrate":
		sensitivity := v.number("sensitivity") * math.Sqrt(float64(v.rounds()))
		return v.only("sigma", accountant.AnalyticSigma(sensitivity, v.number("epsilon"), v.number("delta")))
	case "poisson_gaussian_calibrate":
		z, err := accountant.NoiseMultiplier(accountant.PLD{}, poisson(v.rounds(), 1, v.number("q")), v.number("epsilon"), v.number("delta"))
		if err != nil {
			return 0, err
		}
		return v.only("sigma", z*v.number("sensitivity"))
	case "optimal_advanced_composition_KOV":
		return v.only("epsilon_total", accountant.OptimalComposition(v.number("epsilon"), v.number("delta"), v.rounds(), v.number("total_delta")))
	case "rdp_gaussian":
		return v.only("rdp", float64(v.rounds())*accountant.GaussianRDP(v.number("z"), v.number("alpha")))
	case "rdp_poisson_gaussian":
		return v.only("rdp", float64(v.rounds())*accountant.PoissonRDP(v.number("q"), v.number("z"), v.number("alpha")))
	case "rdp_to_dp":
		orders, err := orders(v.text("orders"))
		if err != nil {
			return 0, err
		}
		if !v.has("rdp_constant") {
			return v.profile(accountant.RDP{Orders: orders}, event(v.rounds(), v.number("z")))
		}
		p := accountant.RDPProfile{Orders: orders}
		for range orders {
			p.Divergence = append(p.Divergence, v.number("rdp_constant"))
		}
		return v.of(p)
	case "rdp_to_dp_poisson":
		orders, err := orders(v.text("orders"))
		if err != nil {
			return 0, err
		}
		return v.profile(accountant.RDP{Orders: orders}, poisson(v.rounds(), v.number("z"), v.number("q")))
	case "gdp_clt_poisson":
		return v.profile(accountant.CLT{}, poisson(v.rounds(), v.number("z"), v.number("q")))
	case "noise_multiplier_rdp":
		orders, err := orders(v.text("orders"))
		if err != nil {
			return 0, err
		}
		return v.multiplier(accountant.RDP{Orders: orders})
	case "noise_multiplier_pld":
		return v.multiplier(accountant.PLD{})
	case "audit_one_run_steinke", "audit_one_run_fdp_mahloujifar":
		return v.oneRun()
	}
	return 0, fmt.Errorf("mechanism %q is not known", v.Mechanism)
}

// only refuses another quantity than the one computed.
func (v vector) only(quantity string, value float64) (float64, error) {
	if v.Quantity != quantity {
		return 0, fmt.Errorf("quantity %q: want %q", v.Quantity, quantity)
	}
	return value, nil
}

func (v vector) of(p accountant.Profile) (float64, error) {
	switch v.Quantity {
	case "epsilon":
		return p.Epsilon(v.number("delta")), nil
	case "delta":
		return p.Delta(v.number("epsilon")), nil
	case "tpr":
		if g, ok := p.(accountant.GaussianProfile); ok {
			return g.TruePositiveRate(v.number("fpr")), nil
		}
		return accountant.TruePositiveRate(p, v.number("fpr")), nil
	}
	return 0, fmt.Errorf("quantity %q: want epsilon, delta or tpr", v.Quantity)
}

func (v vector) profile(a accountant.Accountant, e privacy.Event) (float64, error) {
	p, err := a.Compose([]privacy.Event{e})
	if err != nil {
		return 0, err
	}
	return v.of(p)
}

func (v vector) multiplier(a accountant.Accountant) (float64, error) {
	z, err := accountant.NoiseMultiplier(a, poisson(v.rounds(), 1, v.number("q")), v.number("epsilon"), v.number("delta"))
	if err != nil {
		return 0, err
	}
	return v.only("z", z)
}

// direction of one pair, by the sources' names.
func (v vector) direction() (accountant.Direction, error) {
	switch name := v.text("adjacency"); name {
	case "REM", "REMOVE", "REMOVE_1":
		return accountant.Remove, nil
	case "ADD", "ADD_1":
		return accountant.Add, nil
	case "REP", "REPLACE", "REPLACE_1", "SUBSTITUTE", "SUBSTITUTE_1":
		return accountant.Replace, nil
	default:
		return 0, fmt.Errorf("adjacency %q is not known", name)
	}
}

func (v vector) oneStep(z float64) (float64, error) {
	d, err := v.direction()
	if err != nil {
		return 0, err
	}
	p, err := accountant.PoissonPair(d, v.number("q"), z)
	if err != nil {
		return 0, err
	}
	if v.Mechanism == "gaussian_poisson_one_step" && v.Quantity != "delta" {
		return 0, fmt.Errorf("quantity %q: want delta", v.Quantity)
	}
	return p.Delta(v.number("epsilon")), nil
}

func (v vector) poisson() (float64, error) {
	switch v.text("adjacency") {
	case "ADD_OR_REMOVE", "ADD_OR_REMOVE_ONE", "ADD_REMOVE":
		return v.profile(accountant.PLD{}, poisson(v.rounds(), v.number("z"), v.number("q")))
	}
	d, err := v.direction()
	if err != nil {
		return 0, err
	}
	pair, err := accountant.PoissonPair(d, v.number("q"), v.number("z"))
	if err != nil {
		return 0, err
	}
	p, err := accountant.PLD{}.ComposePair(pair, v.rounds())
	if err != nil {
		return 0, err
	}
	return v.of(p)
}

func (v vector) oneRun() (float64, error) {
	// The scores' and the strategy's words name one thing each: "as above"
	// repeats the vector before.
	if s := v.text("scores"); s != "as above" && s != "in = shift + ppf((i+1/2)/n), out = ppf((i+1/2)/n)" {
		return 0, fmt.Errorf("scores %q are not known", s)
	}
	if s := v.text("threshold_strategy"); s != "Bonferroni over Pareto-frontier thresholds" {
		return 0, fmt.Errorf("threshold strategy %q is not known", s)
	}
	quantiles := func(n int, shift float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = shift + mathext.NormalQuantile((float64(i)+0.5)/float64(n))
		}
		return x
	}
	s := audit.Scores{In: quantiles(int(v.number("n_in")), v.number("shift")), Out: quantiles(int(v.number("n_out")), 0)}
	bound := s.OneRun
	if v.Mechanism == "audit_one_run_fdp_mahloujifar" {
		bound = s.OneRunFDP
	}
	epsilon, err := bound(v.number("delta"), v.number("significance"))
	if err != nil {
		return 0, err
	}
	return v.only("epsilon_lower_bound", epsilon)
}

// event is a plain one of sensitivity C; poisson samples with probability q.
func event(rounds int, z float64) privacy.Event {
	return privacy.Event{
		Mechanism: privacy.Gaussian, NoiseMultiplier: z, Clip: 1,
		Sampling: privacy.Sampling{Kind: privacy.EveryRound}, Rounds: rounds,
		Unit: privacy.Client, Adjacency: privacy.AddRemove, Observer: privacy.Aggregate,
	}
}

func poisson(rounds int, z, q float64) privacy.Event {
	e := event(rounds, z)
	e.Sampling = privacy.Sampling{Kind: privacy.Poisson, Q: q}
	return e
}

// orders reads "1.25,2..10, 1.1..10.9 step 0.1": single orders and ranges, both
// ends included, in steps of 1 unless they say otherwise.
func orders(list string) (all []float64, err error) {
	number := func(s string) float64 {
		x, e := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if e != nil && err == nil {
			err = fmt.Errorf("orders %q: %w", list, e)
		}
		return x
	}
	for _, part := range strings.Split(list, ",") {
		ends, stepText, stepped := strings.Cut(part, "step")
		step := 1.0
		if stepped {
			step = number(stepText)
		}
		first, last, isRange := strings.Cut(ends, "..")
		if !isRange {
			all = append(all, number(first))
			continue
		}
		a, b := number(first), number(last)
		if err != nil || !(step > 0) || b < a {
			return nil, fmt.Errorf("orders %q: want ranges a..b step c, got %q", list, part)
		}
		for i := 0; i <= int((b-a)/step+0.5); i++ {
			all = append(all, math.Round((a+float64(i)*step)*1e9)/1e9)
		}
	}
	return all, err
}
