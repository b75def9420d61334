//go:build goexperiment.simd && go1.27 && arm64

package kernel

func levels([]float32, []byte, float32) int { return 0 }
