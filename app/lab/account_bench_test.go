package lab_test

import (
	"slices"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/app/wire"
)

// BenchmarkAccount is what one question of the panel costs, target and budget
// included.
func BenchmarkAccount(b *testing.B) {
	for _, key := range []string{"tutorial", "privacy-works"} {
		p, _ := experiment.FindPreset(key)
		e := p.Experiment()
		if !e.Noisy() {
			e.Epsilon = 1
		}
		q := &wire.Account{Experiment: e, Sizes: slices.Repeat([]int{e.Train / e.Clients}, e.Clients), Protocol: e.Protocols()[0], Client: wire.None, Target: 8, Budget: 8}
		b.Run(key, func(b *testing.B) {
			for b.Loop() {
				if a := lab.Account(q); a.Problem != "" {
					b.Fatal(a.Problem)
				}
			}
		})
	}
	b.Run("leak", func(b *testing.B) {
		e := experiment.Default()
		e.Epsilon = 1
		for b.Loop() {
			lab.Leak(&wire.Leak{Experiment: e})
		}
	})
}
