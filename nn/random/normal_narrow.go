//go:build goexperiment.simd && go1.27 && (arm64 || wasm)

package random

func wideNormals([]float32, []uint32, float32) int { return 0 }
