package experiment

import (
	"math"
	"slices"
)

// Summary describes some numbers.
type Summary struct {
	Count     int
	Mean      float64
	Deviation float64 // sample standard deviation (n − 1); 0 of one number
	Min, Max  float64
}

// Summarise describes at least one number. Sums run in the order given, and
// each product is rounded, so that all machines agree.
func Summarise(x []float64) Summary {
	s := Summary{Count: len(x), Min: x[0], Max: x[0]}
	sum := 0.0
	for _, v := range x {
		sum += v
		s.Min, s.Max = min(s.Min, v), max(s.Max, v)
	}
	s.Mean = sum / float64(len(x))
	if len(x) > 1 {
		squares := 0.0
		for _, v := range x {
			squares += float64((v - s.Mean) * (v - s.Mean))
		}
		s.Deviation = math.Sqrt(squares / float64(len(x)-1))
	}
	return s
}

// Band describes curves of one length point by point.
func Band(curves [][]float64) []Summary {
	band := make([]Summary, len(curves[0]))
	column := make([]float64, len(curves))
	for i := range band {
		for j, c := range curves {
			column[j] = c[i]
		}
		band[i] = Summarise(column)
	}
	return band
}

// Never stands for the round of a run that did not come so far.
const Never = math.MaxInt

// RoundsTo is the first round, round 0 aside, whose value is at least the
// threshold; [Never] when there is none.
func RoundsTo(rounds []int, values []float64, threshold float64) int {
	for i, r := range rounds {
		if r > 0 && values[i] >= threshold {
			return r
		}
	}
	return Never
}

// MedianRounds is the median of rounds, of which Never is the greatest: of an
// even number the mean of the middle two. ok is false when it is Never.
func MedianRounds(rounds []int) (median float64, ok bool) {
	sorted := slices.Sorted(slices.Values(rounds))
	n := len(sorted)
	low, high := sorted[(n-1)/2], sorted[n/2]
	if high == Never {
		return 0, false
	}
	return float64(low+high) / 2, true
}

// Interval is a mean with its 95 % confidence interval.
type Interval struct{ Mean, Low, High float64 }

// Paired is the mean of differences between paired runs, with Student's t
// interval: mean ± t(0.975, n−1)·s/√n. It wants 2 to [MaxSeeds] of them.
func Paired(differences []float64) Interval {
	s := Summarise(differences)
	half := studentT[s.Count-2] * s.Deviation / math.Sqrt(float64(s.Count))
	return Interval{s.Mean, s.Mean - half, s.Mean + half}
}

// studentT holds the 0.975 quantiles of Student's t distribution with 1, 2, …
// degrees of freedom, as gonum's distuv.StudentsT gives them; a test compares.
var studentT = [MaxSeeds - 1]float64{
	12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004,
	2.262157, 2.228139, 2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905,
	2.109816, 2.100922, 2.093024, 2.085963, 2.079614, 2.073873, 2.068658, 2.063899,
	2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272, 2.039513, 2.036933,
	2.034515, 2.032245, 2.030108, 2.028094, 2.026192, 2.024394, 2.022691, 2.021075,
	2.019541, 2.018082, 2.016692, 2.015368, 2.014103, 2.012896, 2.011741, 2.010635,
	2.009575,
}
