//go:build !(goexperiment.simd && go1.27 && (amd64 || arm64 || wasm))

package random

func addNormals(dst []float32, bits []uint32, sigma float32) { addNormalsGeneric(dst, bits, sigma) }
