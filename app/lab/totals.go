package lab

import (
	"fmt"
	"math"

	"grapevine/app/experiment"
	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
)

// Total is what one protocol's whole run promises.
type Total struct {
	Protocol string
	// Total is the ε with all that it means; its Epsilon is +Inf, and the rest
	// zero, where nothing is promised.
	accountant.Total
	Assumes string // what the promise rests on
}

// String is the total in one line.
func (t Total) String() string {
	if math.IsInf(t.Epsilon, 1) {
		return fmt.Sprintf("%s: ε = ∞: no noise, no promise", t.Protocol)
	}
	return fmt.Sprintf("%s: %v; %s", t.Protocol, t.Total, t.Assumes)
}

// Totals says what the run of each protocol promises, at the experiment's δ, by
// the tightest accountant that knows it. sizes are those of the clients'
// shares: [SizesOf]. They are to be shown, and flow into no run.
func Totals(e experiment.Experiment, sizes []int) ([]Total, error) {
	var totals []Total
	for _, protocol := range e.Protocols() {
		events, err := Events(e, protocol, sizes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", protocol, err)
		}
		t := Total{Protocol: protocol, Total: accountant.Total{Epsilon: math.Inf(1)}, Assumes: trusts[e.Trust].Assumes()}
		if len(events) > 0 {
			if t.Total, err = accountant.NewTotal(accountant.Best(events), events, e.Delta); err != nil {
				return nil, fmt.Errorf("%s: %w", protocol, err)
			}
		}
		totals = append(totals, t)
	}
	return totals, nil
}

var trusts = map[string]accountant.Trust{
	experiment.TrustLocal: accountant.Local, experiment.TrustCentral: accountant.Central,
	experiment.TrustAggregation: accountant.SecureAggregation, experiment.TrustExample: accountant.ExampleLevel,
	experiment.TrustCorrelated: accountant.Correlated,
}

// ClassicWarning says where the tutorial's formula for one message is used
// beyond what is proved of it, with the analytic calibration beside it; "" where
// it is not.
func ClassicWarning(e experiment.Experiment) string {
	if e.Trust != experiment.TrustLocal || e.NoiseBy != experiment.NoiseEpsilon || !e.Epsilon.Finite() {
		return ""
	}
	epsilon := float64(e.Epsilon)
	c := accountant.CheckClassic(epsilon, e.Delta)
	if c.Proved {
		return ""
	}
	verdict := "as it happens it holds"
	if !c.Holds {
		verdict = "it fails"
	}
	return fmt.Sprintf("the classic formula is proved for ε₀ up to 1; at ε₀ = %.4g and δ = %.4g %s (exact δ %.3g) with σ = %.4g; the analytic calibration is σ = %.4g, noise multiplier %.4g",
		epsilon, e.Delta, verdict, c.Delta, privacy.ClassicSigma(e.Clip, epsilon, e.Delta),
		accountant.AnalyticSigma(e.Clip, epsilon, e.Delta), accountant.RoundUp(1/accountant.GaussianMu(epsilon, e.Delta)))
}
