//go:build goexperiment.simd && go1.27 && arm64

package kernel

// wideMul is for processors with vectors of 16 lanes.
func wideMul(c, a, b []float32, m, n, k, row, col int, then finish) bool { return false }

func wideTranspose(_, _ []float32, _, _ int) int { return 0 }

func halfMul(c, a, b []float32, m, n, k, row, col int) bool { return false }
