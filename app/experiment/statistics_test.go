package experiment

import (
	"bytes"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestSummarise(t *testing.T) {
	// The sum of squares about the mean 5 is 32, of 8 numbers.
	s := Summarise([]float64{2, 4, 4, 4, 5, 5, 7, 9})
	if want := (Summary{8, 5, math.Sqrt(32.0 / 7), 2, 9}); s != want {
		t.Errorf("%+v: want %+v", s, want)
	}
	if s := Summarise([]float64{3}); s != (Summary{1, 3, 0, 3, 3}) {
		t.Errorf("of one number: %+v", s)
	}
	band := Band([][]float64{{1, 2}, {3, 6}})
	if len(band) != 2 || band[0].Mean != 2 || band[1].Mean != 4 || band[1].Max != 6 {
		t.Errorf("%+v", band)
	}
}

func TestRoundsTo(t *testing.T) {
	rounds := []int{0, 5, 10}
	for _, c := range []struct {
		values []float64
		want   int
	}{{[]float64{1, 0.2, 0.9}, 10}, {[]float64{0, 0.9, 0.1}, 5}, {[]float64{0.9, 0.1, 0.1}, Never}} {
		if got := RoundsTo(rounds, c.values, 0.9); got != c.want {
			t.Errorf("%v: %d: want %d", c.values, got, c.want)
		}
	}
	for _, c := range []struct {
		rounds []int
		want   float64
		ok     bool
	}{{[]int{3, 1, 2}, 2, true}, {[]int{4, 1}, 2.5, true}, {[]int{Never, 1, 2}, 2, true}, {[]int{1, Never}, 0, false}, {[]int{Never}, 0, false}} {
		if got, ok := MedianRounds(c.rounds); got != c.want || ok != c.ok {
			t.Errorf("%v: %v, %v: want %v, %v", c.rounds, got, ok, c.want, c.ok)
		}
	}
}

// Gosset's own example: ten patients' extra hours of sleep with one drug over
// another (Student 1908, The probable error of a mean, table p. 20): mean
// 1.58, and the 95 % interval that R's t.test(paired) gives on its copy of the
// data, 0.7001 to 2.4599.
func TestPaired(t *testing.T) {
	i := Paired([]float64{1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4})
	for name, c := range map[string][2]float64{"mean": {i.Mean, 1.58}, "low": {i.Low, 0.7001142}, "high": {i.High, 2.4598858}} {
		if math.Abs(c[0]-c[1]) > 1e-6 { // the quantiles have six decimals
			t.Errorf("%s %v: want %v", name, c[0], c[1])
		}
	}
	for n, q := range studentT {
		if want := (distuv.StudentsT{Sigma: 1, Nu: float64(n + 1)}).Quantile(0.975); math.Abs(q-want) > 1e-6 {
			t.Errorf("%d degrees of freedom: %v: want %v", n+1, q, want)
		}
	}
}

// resultsOf makes results whose accuracies at rounds 0, 1 and 2 the function
// gives.
func resultsOf(t *testing.T, s Sweep, accuracy func(e Experiment) [3]float64) []Result {
	t.Helper()
	runs, _, err := s.Runs()
	if err != nil {
		t.Fatal(err)
	}
	var results []Result
	for _, e := range runs {
		r := Result{Experiment: e, Rounds: map[string][]Metrics{}}
		for _, p := range e.Protocols() {
			for i, a := range accuracy(e) {
				r.Rounds[p] = append(r.Rounds[p], Metrics{Round: i, TestAccuracy: a})
			}
		}
		results = append(results, r)
	}
	return results
}

func TestOutcomes(t *testing.T) {
	base := Default()
	base.Rounds = 2
	s := Sweep{base, []Axis{{"epsilon", []string{"8", "inf"}}}, 2}
	results := resultsOf(t, s, func(e Experiment) [3]float64 {
		switch {
		case e.Epsilon == 8 && e.Seed == 7:
			return [3]float64{0.9, 0.1, 0.2}
		case e.Epsilon == 8:
			return [3]float64{0, 0.1, 0.46}
		}
		return [3]float64{0, 0.45, 0.5}
	})
	outcomes, err := s.Outcomes(results)
	if err != nil || len(outcomes) != 4 {
		t.Fatalf("%d outcomes, %v: want two ε of two protocols", len(outcomes), err)
	}
	noisy, free := outcomes[1], outcomes[2]
	if noisy.Protocol != Gossip || noisy.Values[0] != "8" || noisy.Reached[0] != Never || noisy.Reached[1] != 2 || noisy.Final().Mean != 0.33 {
		t.Errorf("%+v", noisy)
	}
	if free.Protocol != FedAvg || free.Reached[0] != 1 {
		t.Errorf("%+v", free)
	}
	if v, ok := s.Value(noisy, "epsilon"); v != "8" || !ok {
		t.Errorf("ε is %s, %v", v, ok)
	}
	if _, err := s.Outcomes(results[1:]); err == nil {
		t.Error("too few results are taken")
	}
	results[0], results[1] = results[1], results[0]
	if _, err := s.Outcomes(results); err == nil {
		t.Error("results out of order are taken")
	}
	s.Base.Epsilon, s.Vary = 8, nil
	outcomes, err = s.Outcomes(resultsOf(t, s, func(Experiment) [3]float64 { return [3]float64{} }))
	if err != nil || outcomes[0].Reached != nil {
		t.Errorf("without ε = ∞: %+v, %v", outcomes[0], err)
	}
}

func FuzzReadResult(f *testing.F) {
	var b bytes.Buffer
	if err := ResultOf(made(f)).Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ReadResult(bytes.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := r.Write(&again); err != nil || !bytes.Equal(again.Bytes(), text) {
			t.Fatalf("what is read is written otherwise, %v", err)
		}
	})
}

// A result file is read back whole, and from no other text.
func TestResultFile(t *testing.T) {
	var b bytes.Buffer
	if err := ResultOf(made(t)).Write(&b); err != nil {
		t.Fatal(err)
	}
	r, err := ReadResult(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if d := r.Divergence[FedAvg]; d != (Divergence{1, 3}) {
		t.Errorf("FedAvg diverged at %+v: want round 1, client 3", d)
	}
	for i := range b.Len() {
		altered := bytes.Clone(b.Bytes())
		altered[i] ^= 1
		if _, err := ReadResult(bytes.NewReader(altered)); err == nil {
			t.Errorf("byte %d altered: the file is taken", i)
		}
	}
}
