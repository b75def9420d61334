package accountant

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Averaging is what each client learns about each other when gossip only
// averages: every round each client adds one noisy input to its value, then
// pairs exchange their values and take the mean. All values are linear in the
// noisy inputs, so the loss is that of a linear Gaussian view, exactly: for a
// client v that heard the rows M (its own inputs' columns left out, since it
// knows them), with Π the projection onto the space of M's rows,
//
//	μ²_{u→v} = (Δ²/σ²)·h'Πh
//
// for a change h of u's inputs. With training in between, clients' inputs
// depend on what they heard; the figure is then an [Estimate], "linear leakage
// estimate, other clients' updates held fixed", and the local figure, T·Δ²/σ²,
// the guarantee.
//
// Inputs are counted round by round: input (s, u) is column s·clients + u.
type Averaging struct {
	clients, rounds int
	begun           int           // rounds begun so far
	values          [][]float64   // of each client, by input
	heard           [][][]float64 // by each client, in order
}

// NewAveraging starts with values of 0.
func NewAveraging(clients, rounds int) (*Averaging, error) {
	if clients < 2 || rounds < 1 {
		return nil, fmt.Errorf("clients %d, rounds %d: want at least 2 and 1", clients, rounds)
	}
	a := &Averaging{clients: clients, rounds: rounds, values: make([][]float64, clients), heard: make([][][]float64, clients)}
	for u := range a.values {
		a.values[u] = make([]float64, clients*rounds)
	}
	return a, nil
}

// Begin starts the next round: every client adds its noisy input of the round.
func (a *Averaging) Begin() error {
	if a.begun == a.rounds {
		return fmt.Errorf("round %d: want at most %d", a.begun+1, a.rounds)
	}
	for u, v := range a.values {
		v[a.begun*a.clients+u]++
	}
	a.begun++
	return nil
}

// Exchange lets two clients hear each other's value and take the mean.
func (a *Averaging) Exchange(u, v int) error {
	if u < 0 || v < 0 || u >= a.clients || v >= a.clients || u == v {
		return fmt.Errorf("exchange %d–%d: want two clients of 0 to %d", u, v, a.clients-1)
	}
	x, y := a.values[u], a.values[v]
	a.heard[v] = append(a.heard[v], append([]float64(nil), x...))
	a.heard[u] = append(a.heard[u], append([]float64(nil), y...))
	for i := range x {
		mean := (x[i] + y[i]) / 2
		x[i], y[i] = mean, mean
	}
	return nil
}

// Learnt is, for each client u, the bound on μ²_{u→v} in units of Δ²/σ² where u
// changes each of its inputs by up to Δ in any directions:
//
//	min(Σ_{ss'} |Π_{ss'}|, T·λ_max(Π))
//
// with Π's block of u's inputs, T×T. One round's is exact. The entry of v
// itself is 0. The local figure, which no entry exceeds, is the number of
// rounds begun.
func (a *Averaging) Learnt(v int) ([]float64, error) {
	if v < 0 || v >= a.clients {
		return nil, fmt.Errorf("client %d: want 0 to %d", v, a.clients-1)
	}
	basis := a.basis(v)
	learnt := make([]float64, a.clients)
	for u := range learnt {
		if u == v || len(basis) == 0 || a.begun == 0 {
			continue
		}
		block := mat.NewSymDense(a.begun, nil)
		sum := 0.0
		for s := range a.begun {
			for t := s; t < a.begun; t++ {
				p := 0.0
				for _, b := range basis {
					p += b[s*a.clients+u] * b[t*a.clients+u]
				}
				block.SetSym(s, t, p)
				sum += math.Abs(p)
				if s != t {
					sum += math.Abs(p)
				}
			}
		}
		var eigen mat.EigenSym
		if !eigen.Factorize(block, false) {
			return nil, fmt.Errorf("eigenvalues of client %d's block do not converge", u)
		}
		values := eigen.Values(nil)
		learnt[u] = math.Min(sum, float64(a.begun)*values[len(values)-1])
	}
	return learnt, nil
}

// basis orthonormalises what v heard, its own inputs left out, by Gram and
// Schmidt, twice for their digits.
func (a *Averaging) basis(v int) (basis [][]float64) {
	for _, row := range a.heard[v] {
		x := append([]float64(nil), row...)
		for s := range a.rounds {
			x[s*a.clients+v] = 0
		}
		before := norm(x)
		for range 2 {
			for _, b := range basis {
				dot := 0.0
				for i := range x {
					dot += x[i] * b[i]
				}
				for i := range x {
					x[i] -= dot * b[i]
				}
			}
		}
		after := norm(x)
		if !(after > 1e-9*before) { // it says nothing new
			continue
		}
		for i := range x {
			x[i] /= after
		}
		basis = append(basis, x)
	}
	return basis
}

func norm(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}
