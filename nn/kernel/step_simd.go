//go:build goexperiment.simd && go1.27 && (amd64 || arm64)

package kernel

import "simd"

// What every step of training does beside its products, where bounds checks cost
// little; step_wasm.go does it where they cost much.

func addBias(c, bias []float32, relu bool) {
	zero := simd.BroadcastFloat32s(0)
	n, v := len(bias), zero.Len()
	if n < v {
		addBiasGeneric(c, bias, relu)
		return
	}
	for ; len(c) > 0; c = c[n:] {
		row := c[:n]
		j := 0
		for ; j+v <= n; j += v {
			y := simd.LoadFloat32s(row[j:]).Add(simd.LoadFloat32s(bias[j:]))
			if relu {
				y = zero.IfElse(y.LessEqual(zero), y)
			}
			y.Store(row[j:])
		}
		if j < n {
			addBiasGeneric(row[j:], bias[j:], relu)
		}
	}
}

func reluGrad(dx, y []float32) {
	zero := simd.BroadcastFloat32s(0)
	v, i := zero.Len(), 0
	for ; i+v <= len(dx); i += v {
		zero.IfElse(simd.LoadFloat32s(y[i:]).LessEqual(zero), simd.LoadFloat32s(dx[i:])).Store(dx[i:])
	}
	reluGradGeneric(dx[i:], y[i:])
}

func descend(w, v, g []float32, lr, momentum, decay float32) {
	rate, keep, shrink := simd.BroadcastFloat32s(lr), simd.BroadcastFloat32s(momentum), simd.BroadcastFloat32s(decay)
	n, i := rate.Len(), wideDescend(w, v, g, lr, momentum, decay)
	for ; i+n <= len(w); i += n {
		x, d := simd.LoadFloat32s(w[i:]), simd.LoadFloat32s(g[i:])
		if decay != 0 {
			d = d.Add(shrink.Mul(x))
		}
		u := keep.Mul(simd.LoadFloat32s(v[i:])).Add(d)
		u.Store(v[i:])
		x.Sub(rate.Mul(u)).Store(w[i:])
	}
	descendGeneric(w[i:], v[i:], g[i:], lr, momentum, decay)
}

func add(dst, x []float32) {
	n, i := simd.BroadcastFloat32s(0).Len(), wideAdd(dst, x)
	for ; i+n <= len(dst); i += n {
		simd.LoadFloat32s(dst[i:]).Add(simd.LoadFloat32s(x[i:])).Store(dst[i:])
	}
	addGeneric(dst[i:], x[i:])
}

func addAll(dst []float32, xs [][]float32, from int) { addAllGeneric(dst, xs, from) }

func sumRows(dst, x []float32, m, n int) { sumRowsGeneric(dst, x, m, n) }

func mean(a, b []float32) {
	half := simd.BroadcastFloat32s(0.5)
	n, i := half.Len(), 0
	for ; i+n <= len(a); i += n {
		m := simd.LoadFloat32s(a[i:]).Add(simd.LoadFloat32s(b[i:])).Mul(half)
		m.Store(a[i:])
		m.Store(b[i:])
	}
	meanGeneric(a[i:], b[i:])
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

// squaredDifferences goes as squares does. To hand that the differences, a block
// at a time, took three times as long.
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
