//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// Of what a step does beside its products, what the portable vectors would do too
// slowly: on processors that have AVX-512 without all of its extensions, package
// simd makes do with 4 lanes.

func levels(dst []float32, src []byte, top float32) int {
	i := 0
	if hasWide && len(src) >= wideLanes {
		by := archsimd.BroadcastFloat32x16(top)
		d, u := address(&dst[0]), address(&src[0])
		for ; i+wideLanes <= len(src); i += wideLanes {
			x := archsimd.LoadUint8x16Array((*[16]uint8)(unsafe.Add(u, i)))
			save(d, uintptr(i), x.ExtendToUint32().ConvertToFloat32().Div(by))
		}
		narrow()
	}
	return i
}

// wideDescend is [Momentum] for a number of elements at the front, which it returns.
func wideDescend(w, v, g []float32, lr, momentum, decay float32) int {
	i := 0
	if hasWide && len(w) >= wideLanes {
		rate, keep, shrink := archsimd.BroadcastFloat32x16(lr), archsimd.BroadcastFloat32x16(momentum), archsimd.BroadcastFloat32x16(decay)
		wp, vp, gp := address(&w[0]), address(&v[0]), address(&g[0])
		for ; i+wideLanes <= len(w); i += wideLanes {
			o := uintptr(i)
			x, d := load(wp, o), load(gp, o)
			if decay != 0 {
				d = d.Add(shrink.Mul(x))
			}
			u := keep.Mul(load(vp, o)).Add(d)
			save(vp, o, u)
			save(wp, o, x.Sub(rate.Mul(u)))
		}
		narrow()
	}
	return i
}

// wideAdd is [Add] for a number of elements at the front, which it returns.
func wideAdd(dst, x []float32) int {
	i := 0
	if hasWide && len(dst) >= wideLanes {
		d, u := address(&dst[0]), address(&x[0])
		for ; i+wideLanes <= len(dst); i += wideLanes {
			o := uintptr(i)
			save(d, o, load(d, o).Add(load(u, o)))
		}
		narrow()
	}
	return i
}
