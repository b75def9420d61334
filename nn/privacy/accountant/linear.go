package accountant

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Everything linear and Gaussian is one routine. An observer sees Y = A·G + B·Z
// with Z ~ N(0, I); neighbours move G by some h. Then Y is as private as the
// Gaussian mechanism with
//
//	μ² = max over h of ‖B⁺·A·h‖²,
//
// B⁺ the pseudoinverse, and not at all, μ² = ∞, where A·h leaves the column
// space of B: some combination of what is seen is then free of noise. (The
// Mahalanobis distance of two normals of one covariance; Dong, Roth and Su
// 2019, arXiv 1905.02383, section 2.3.)

// LinearMu2 is μ² over the changes listed: a is r×k, each column one A·h; b is
// r×n, the noise's mixing matrix, both with one row for each number seen.
func LinearMu2(a, b mat.Matrix) (float64, error) {
	x, err := whiten(a, b)
	if err != nil || x == nil {
		return math.Inf(1), err
	}
	worst := 0.0
	_, k := x.Dims()
	for j := range k {
		worst = math.Max(worst, squared(x.ColView(j)))
	}
	return worst, nil
}

// LinearMu2Ball is μ² over all h of L2 norm at most 1: a is r×k, and μ² the
// square of the largest singular value of B⁺A.
func LinearMu2Ball(a, b mat.Matrix) (float64, error) {
	x, err := whiten(a, b)
	if err != nil || x == nil {
		return math.Inf(1), err
	}
	var svd mat.SVD
	if !svd.Factorize(x, mat.SVDNone) {
		return 0, errors.New("singular values of B⁺A do not converge: want finite numbers")
	}
	largest := svd.Values(nil)[0]
	return largest * largest, nil
}

// whiten is B⁺A up to a rotation, nil where a column of A leaves B's column
// space by more than rounding.
func whiten(a, b mat.Matrix) (*mat.Dense, error) {
	rows, k := a.Dims()
	if r, n := b.Dims(); r != rows || n == 0 || k == 0 {
		return nil, fmt.Errorf("matrix A is %d×%d, B %d×%d: want as many rows in both, and columns", rows, k, r, n)
	}
	var svd mat.SVD
	if !svd.Factorize(b, mat.SVDThin) {
		return nil, errors.New("singular values of B do not converge: want finite numbers")
	}
	var u mat.Dense
	svd.UTo(&u)
	values := svd.Values(nil)
	const tolerance = 1e-10 // relative; rounding in r rows stays far below
	rank := 0
	for rank < len(values) && values[rank] > tolerance*values[0] {
		rank++
	}
	outside := mat.DenseCopyOf(a)
	x := mat.NewDense(max(rank, 1), k, nil)
	for i := range rank {
		for j := range k {
			dot := mat.Dot(u.ColView(i), outside.ColView(j))
			x.Set(i, j, dot/values[i])
			for r := range rows {
				outside.Set(r, j, outside.At(r, j)-dot*u.At(r, i))
			}
		}
	}
	for j := range k {
		column := mat.NewVecDense(rows, nil)
		for r := range rows {
			column.SetVec(r, a.At(r, j))
		}
		if squared(outside.ColView(j)) > tolerance*squared(column) {
			return nil, nil
		}
	}
	return x, nil
}

func squared(v mat.Vector) float64 { return mat.Dot(v, v) }

// CorrelatedNoise is the effective noise multiplier of noise that partly
// cancels between neighbours (DECOR, Allouah et al. 2024, arXiv 2405.01031,
// Theorem 1): client u hands out x_u + v_u + Σ_j v_uj with v_u ~ N(0, (zC)²)
// and, on each edge, v_uj = −v_ju ~ N(0, (z_c·C)²). An observer of all messages
// sees client u with
//
//	1/z_eff² = max over u of [(z²·I + z_c²·L)⁻¹]_uu,
//
// L the graph Laplacian, so that r(α) = α·s²/(2·z_eff²) a round. The edges are
// those between honest clients: colluders know the noise on theirs. It assumes
// secrets between pairs and that nobody drops out. z must be positive, pairwise
// (z_c) not negative, edges between two of the clients 0 … clients−1.
func CorrelatedNoise(z, pairwise float64, clients int, edges [][2]int) (float64, error) {
	if !(z > 0) || math.IsInf(z, 1) {
		return 0, fmt.Errorf("noise multiplier %v: want a positive number", z)
	}
	if !(pairwise >= 0) || math.IsInf(pairwise, 1) {
		return 0, fmt.Errorf("pairwise noise multiplier %v: want at least 0", pairwise)
	}
	if clients < 1 {
		return 0, fmt.Errorf("clients %d: want at least 1", clients)
	}
	covariance := mat.NewSymDense(clients, nil)
	for i := range clients {
		covariance.SetSym(i, i, z*z)
	}
	c2 := pairwise * pairwise
	for _, e := range edges {
		i, j := e[0], e[1]
		if i < 0 || j < 0 || i >= clients || j >= clients || i == j {
			return 0, fmt.Errorf("edge %d–%d: want two clients of 0 to %d", i, j, clients-1)
		}
		covariance.SetSym(i, i, covariance.At(i, i)+c2)
		covariance.SetSym(j, j, covariance.At(j, j)+c2)
		covariance.SetSym(i, j, covariance.At(i, j)-c2)
	}
	var factor mat.Cholesky
	if !factor.Factorize(covariance) {
		return 0, fmt.Errorf("noise multipliers %v and %v: want the first not so far below the second", z, pairwise)
	}
	var inverse mat.SymDense
	if err := factor.InverseTo(&inverse); err != nil {
		return 0, fmt.Errorf("noise multipliers %v and %v: %w", z, pairwise, err)
	}
	worst := 0.0
	for i := range clients {
		worst = math.Max(worst, inverse.At(i, i))
	}
	return 1 / math.Sqrt(worst), nil
}
