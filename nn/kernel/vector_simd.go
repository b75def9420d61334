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

// squares takes four vectors at a time where that is a row of lanes, and otherwise
// goes through x once for each vector of lanes.
func squares(lane *[Lanes]float32, x []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	whole := len(x) - len(x)%Lanes
	if 4*n == Lanes {
		s0, s1 := simd.LoadFloat32s(lane[0:]), simd.LoadFloat32s(lane[n:])
		s2, s3 := simd.LoadFloat32s(lane[2*n:]), simd.LoadFloat32s(lane[3*n:])
		for i := 0; i < whole; i += Lanes {
			row := x[i : i+Lanes]
			v0, v1 := simd.LoadFloat32s(row), simd.LoadFloat32s(row[n:])
			v2, v3 := simd.LoadFloat32s(row[2*n:]), simd.LoadFloat32s(row[3*n:])
			s0, s1 = s0.Add(v0.Mul(v0)), s1.Add(v1.Mul(v1))
			s2, s3 = s2.Add(v2.Mul(v2)), s3.Add(v3.Mul(v3))
		}
		s0.Store(lane[0:])
		s1.Store(lane[n:])
		s2.Store(lane[2*n:])
		s3.Store(lane[3*n:])
	} else {
		for l := 0; l < Lanes; l += n {
			sum := simd.LoadFloat32s(lane[l:])
			for i := l; i < whole; i += Lanes {
				v := simd.LoadFloat32s(x[i:])
				sum = sum.Add(v.Mul(v))
			}
			sum.Store(lane[l:])
		}
	}
	squaresGeneric(lane, x[whole:])
}

// squaredDifferences goes as squares does.
func squaredDifferences(lane *[Lanes]float32, a, b []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	whole := len(a) - len(a)%Lanes
	if 4*n == Lanes {
		s0, s1 := simd.LoadFloat32s(lane[0:]), simd.LoadFloat32s(lane[n:])
		s2, s3 := simd.LoadFloat32s(lane[2*n:]), simd.LoadFloat32s(lane[3*n:])
		for i := 0; i < whole; i += Lanes {
			u, v := a[i:i+Lanes], b[i:i+Lanes]
			d0, d1 := simd.LoadFloat32s(u).Sub(simd.LoadFloat32s(v)), simd.LoadFloat32s(u[n:]).Sub(simd.LoadFloat32s(v[n:]))
			d2, d3 := simd.LoadFloat32s(u[2*n:]).Sub(simd.LoadFloat32s(v[2*n:])), simd.LoadFloat32s(u[3*n:]).Sub(simd.LoadFloat32s(v[3*n:]))
			s0, s1 = s0.Add(d0.Mul(d0)), s1.Add(d1.Mul(d1))
			s2, s3 = s2.Add(d2.Mul(d2)), s3.Add(d3.Mul(d3))
		}
		s0.Store(lane[0:])
		s1.Store(lane[n:])
		s2.Store(lane[2*n:])
		s3.Store(lane[3*n:])
	} else {
		for l := 0; l < Lanes; l += n {
			sum := simd.LoadFloat32s(lane[l:])
			for i := l; i < whole; i += Lanes {
				d := simd.LoadFloat32s(a[i:]).Sub(simd.LoadFloat32s(b[i:]))
				sum = sum.Add(d.Mul(d))
			}
			sum.Store(lane[l:])
		}
	}
	squaredDifferencesGeneric(lane, a[whole:], b[whole:])
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
