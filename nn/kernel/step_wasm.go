//go:build goexperiment.simd && go1.27 && wasm

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// What every step of training does beside its products. It goes by pointers and by
// whole strips of columns: with slices a vector's few operations cost less than the
// bounds checks and the turn of the loop around them.

func addBias(c, bias []float32, relu bool) {
	n := len(bias)
	if n < 4 {
		addBiasGeneric(c, bias, relu)
		return
	}
	var zero vector
	for ; len(c) > 0; c = c[n:] {
		y, x := address(&c[0]), address(&bias[0])
		left := n
		for ; left >= strip; left -= strip {
			y0, y1 := load(y, 0).Add(load(x, 0)), load(y, 4).Add(load(x, 4))
			y2, y3 := load(y, 8).Add(load(x, 8)), load(y, 12).Add(load(x, 12))
			if relu {
				y0, y1 = zero.IfElse(y0.LessEqual(zero), y0), zero.IfElse(y1.LessEqual(zero), y1)
				y2, y3 = zero.IfElse(y2.LessEqual(zero), y2), zero.IfElse(y3.LessEqual(zero), y3)
			}
			save(y, 0, y0)
			save(y, 4, y1)
			save(y, 8, y2)
			save(y, 12, y3)
			y, x = unsafe.Add(y, strip*word), unsafe.Add(x, strip*word)
		}
		for ; left >= 4; left -= 4 {
			y0 := load(y, 0).Add(load(x, 0))
			if relu {
				y0 = zero.IfElse(y0.LessEqual(zero), y0)
			}
			save(y, 0, y0)
			y, x = unsafe.Add(y, 4*word), unsafe.Add(x, 4*word)
		}
		if left > 0 {
			addBiasGeneric(c[n-left:n], bias[n-left:], relu)
		}
	}
}

func reluGrad(dx, y []float32) {
	i := 0
	if len(dx) >= strip {
		var zero vector
		d, u := address(&dx[0]), address(&y[0])
		for ; i+strip <= len(dx); i += strip {
			save(d, 0, zero.IfElse(load(u, 0).LessEqual(zero), load(d, 0)))
			save(d, 4, zero.IfElse(load(u, 4).LessEqual(zero), load(d, 4)))
			save(d, 8, zero.IfElse(load(u, 8).LessEqual(zero), load(d, 8)))
			save(d, 12, zero.IfElse(load(u, 12).LessEqual(zero), load(d, 12)))
			d, u = unsafe.Add(d, strip*word), unsafe.Add(u, strip*word)
		}
	}
	reluGradGeneric(dx[i:], y[i:])
}

func descend(w, v, g []float32, lr, momentum, decay float32) {
	i := 0
	if len(w) >= strip {
		rate, keep, shrink := archsimd.BroadcastFloat32x4(lr), archsimd.BroadcastFloat32x4(momentum), archsimd.BroadcastFloat32x4(decay)
		x, u, d := address(&w[0]), address(&v[0]), address(&g[0])
		for ; i+strip <= len(w); i += strip {
			if decay == 0 {
				u0, u1 := keep.Mul(load(u, 0)).Add(load(d, 0)), keep.Mul(load(u, 4)).Add(load(d, 4))
				u2, u3 := keep.Mul(load(u, 8)).Add(load(d, 8)), keep.Mul(load(u, 12)).Add(load(d, 12))
				save(u, 0, u0)
				save(u, 4, u1)
				save(u, 8, u2)
				save(u, 12, u3)
				save(x, 0, load(x, 0).Sub(rate.Mul(u0)))
				save(x, 4, load(x, 4).Sub(rate.Mul(u1)))
				save(x, 8, load(x, 8).Sub(rate.Mul(u2)))
				save(x, 12, load(x, 12).Sub(rate.Mul(u3)))
			} else {
				for j := uintptr(0); j < strip; j += 4 {
					x0 := load(x, j)
					u0 := keep.Mul(load(u, j)).Add(load(d, j).Add(shrink.Mul(x0)))
					save(u, j, u0)
					save(x, j, x0.Sub(rate.Mul(u0)))
				}
			}
			x, u, d = unsafe.Add(x, strip*word), unsafe.Add(u, strip*word), unsafe.Add(d, strip*word)
		}
	}
	descendGeneric(w[i:], v[i:], g[i:], lr, momentum, decay)
}

func add(dst, x []float32) {
	i := 0
	if len(dst) >= strip {
		d, u := address(&dst[0]), address(&x[0])
		for ; i+strip <= len(dst); i += strip {
			save(d, 0, load(d, 0).Add(load(u, 0)))
			save(d, 4, load(d, 4).Add(load(u, 4)))
			save(d, 8, load(d, 8).Add(load(u, 8)))
			save(d, 12, load(d, 12).Add(load(u, 12)))
			d, u = unsafe.Add(d, strip*word), unsafe.Add(u, strip*word)
		}
	}
	addGeneric(dst[i:], x[i:])
}

// addAll takes four vectors at a time, the sums in registers. That and going by
// pieces saved a third of the time for the mean and distances of 20 networks.
func addAll(dst []float32, xs [][]float32, from int) {
	whole := len(dst) - len(dst)%strip
	if whole > 0 {
		for ; len(xs) >= 4; xs = xs[4:] {
			y := address(&dst[0])
			p, q, r, s := address(&xs[0][from]), address(&xs[1][from]), address(&xs[2][from]), address(&xs[3][from])
			for range whole / strip {
				y0, y1 := load(y, 0).Add(load(p, 0)), load(y, 4).Add(load(p, 4))
				y2, y3 := load(y, 8).Add(load(p, 8)), load(y, 12).Add(load(p, 12))
				y0, y1 = y0.Add(load(q, 0)), y1.Add(load(q, 4))
				y2, y3 = y2.Add(load(q, 8)), y3.Add(load(q, 12))
				y0, y1 = y0.Add(load(r, 0)), y1.Add(load(r, 4))
				y2, y3 = y2.Add(load(r, 8)), y3.Add(load(r, 12))
				save(y, 0, y0.Add(load(s, 0)))
				save(y, 4, y1.Add(load(s, 4)))
				save(y, 8, y2.Add(load(s, 8)))
				save(y, 12, y3.Add(load(s, 12)))
				y, p, q = unsafe.Add(y, strip*word), unsafe.Add(p, strip*word), unsafe.Add(q, strip*word)
				r, s = unsafe.Add(r, strip*word), unsafe.Add(s, strip*word)
			}
			for _, x := range xs[:4] {
				addGeneric(dst[whole:], x[from+whole:])
			}
		}
	}
	addAllGeneric(dst, xs, from)
}

func squares(lane *[Lanes]float32, x []float32) {
	i := 0
	if len(x) >= strip {
		l, p := address(lane), address(&x[0])
		s0, s1, s2, s3 := load(l, 0), load(l, 4), load(l, 8), load(l, 12)
		for ; i+strip <= len(x); i += strip {
			v0, v1, v2, v3 := load(p, 0), load(p, 4), load(p, 8), load(p, 12)
			s0, s1, s2, s3 = s0.Add(v0.Mul(v0)), s1.Add(v1.Mul(v1)), s2.Add(v2.Mul(v2)), s3.Add(v3.Mul(v3))
			p = unsafe.Add(p, strip*word)
		}
		save(l, 0, s0)
		save(l, 4, s1)
		save(l, 8, s2)
		save(l, 12, s3)
	}
	squaresGeneric(lane, x[i:])
}

func squaredDifferences(lane *[Lanes]float32, a, b []float32) {
	i := 0
	if len(a) >= strip {
		l, p, q := address(lane), address(&a[0]), address(&b[0])
		s0, s1, s2, s3 := load(l, 0), load(l, 4), load(l, 8), load(l, 12)
		for ; i+strip <= len(a); i += strip {
			v0, v1 := load(p, 0).Sub(load(q, 0)), load(p, 4).Sub(load(q, 4))
			v2, v3 := load(p, 8).Sub(load(q, 8)), load(p, 12).Sub(load(q, 12))
			s0, s1, s2, s3 = s0.Add(v0.Mul(v0)), s1.Add(v1.Mul(v1)), s2.Add(v2.Mul(v2)), s3.Add(v3.Mul(v3))
			p, q = unsafe.Add(p, strip*word), unsafe.Add(q, strip*word)
		}
		save(l, 0, s0)
		save(l, 4, s1)
		save(l, 8, s2)
		save(l, 12, s3)
	}
	squaredDifferencesGeneric(lane, a[i:], b[i:])
}

func mean(a, b []float32) {
	i := 0
	if len(a) >= strip {
		half := archsimd.BroadcastFloat32x4(0.5)
		p, q := address(&a[0]), address(&b[0])
		for ; i+strip <= len(a); i += strip {
			for j := uintptr(0); j < strip; j += 4 {
				m := load(p, j).Add(load(q, j)).Mul(half)
				save(p, j, m)
				save(q, j, m)
			}
			p, q = unsafe.Add(p, strip*word), unsafe.Add(q, strip*word)
		}
	}
	meanGeneric(a[i:], b[i:])
}

// sumRows takes 4 columns at a time, their sums in a register; the last 4 may
// overlap those before, and are equal where they do.
func sumRows(dst, x []float32, m, n int) {
	if n < 4 || m == 0 {
		sumRowsGeneric(dst, x, m, n)
		return
	}
	x = x[:m*n]
	step := uintptr(n) * word
	for from := 0; from < n; from += 4 {
		j := atMost(from, n-4)
		var sum vector
		p, rows := address(&x[j]), m
		for ; rows >= 4; rows -= 4 {
			p1 := unsafe.Add(p, step)
			p2 := unsafe.Add(p1, step)
			p3 := unsafe.Add(p2, step)
			sum = sum.Add(load(p, 0)).Add(load(p1, 0)).Add(load(p2, 0)).Add(load(p3, 0))
			p = unsafe.Add(p, 4*step)
		}
		for ; rows > 0; rows-- {
			sum = sum.Add(load(p, 0))
			p = unsafe.Add(p, step)
		}
		save(address(&dst[j]), 0, sum)
	}
}

func levels(dst []float32, src []byte, top float32) int {
	i := 0
	if len(src) >= strip {
		by := archsimd.BroadcastFloat32x4(top)
		d, u := address(&dst[0]), address(&src[0])
		for ; i+strip <= len(src); i += strip {
			b := archsimd.LoadUint8x16Array((*[16]uint8)(u))
			lo, hi := b.ExtendLo8ToUint16(), b.ExtendHi8ToUint16()
			save(d, 0, lo.ExtendLo4ToUint32().ConvertToInt32().ConvertToFloat32().Div(by))
			save(d, 4, lo.ExtendHi4ToUint32().ConvertToInt32().ConvertToFloat32().Div(by))
			save(d, 8, hi.ExtendLo4ToUint32().ConvertToInt32().ConvertToFloat32().Div(by))
			save(d, 12, hi.ExtendHi4ToUint32().ConvertToInt32().ConvertToFloat32().Div(by))
			d, u = unsafe.Add(d, strip*word), unsafe.Add(u, strip)
		}
	}
	return i
}
