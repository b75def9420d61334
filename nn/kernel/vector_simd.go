//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package kernel

import "simd"

func scale(dst []float32, s float32) {
	f := simd.BroadcastFloat32s(s)
	n, i := f.Len(), 0
	for ; i+n <= len(dst); i += n {
		simd.LoadFloat32s(dst[i:]).Mul(f).Store(dst[i:])
	}
	scaleGeneric(dst[i:], s)
}

func div(dst []float32, s float32) {
	f := simd.BroadcastFloat32s(s)
	n, i := f.Len(), 0
	for ; i+n <= len(dst); i += n {
		simd.LoadFloat32s(dst[i:]).Div(f).Store(dst[i:])
	}
	divGeneric(dst[i:], s)
}

func sub(dst, a, b []float32) {
	n, i := simd.BroadcastFloat32s(0).Len(), 0
	for ; i+n <= len(dst); i += n {
		simd.LoadFloat32s(a[i:]).Sub(simd.LoadFloat32s(b[i:])).Store(dst[i:])
	}
	subGeneric(dst[i:], a[i:], b[i:])
}

func addScaled(dst, x []float32, s float32) {
	f := simd.BroadcastFloat32s(s)
	n, i := f.Len(), 0
	for ; i+n <= len(dst); i += n {
		simd.LoadFloat32s(dst[i:]).Add(f.Mul(simd.LoadFloat32s(x[i:]))).Store(dst[i:])
	}
	addScaledGeneric(dst[i:], x[i:], s)
}

// atMost returns i, or limit where i is past it.
func atMost(i, limit int) int {
	if i > limit {
		return limit
	}
	return i
}
