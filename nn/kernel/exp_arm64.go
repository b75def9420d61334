//go:build goexperiment.simd && go1.27 && arm64

package kernel

func exps([]float32) int { return 0 }
