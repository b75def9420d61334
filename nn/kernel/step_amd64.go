//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

func levels(dst []float32, src []byte, top float32) int {
	i := 0
	if hasWide && len(src) >= wideLanes {
		by := archsimd.BroadcastFloat32x16(top)
		d, u := address(&dst[0]), address(&src[0])
		for ; i+wideLanes <= len(src); i += wideLanes {
			x := archsimd.LoadUint8x16Array((*[16]uint8)(unsafe.Add(u, i)))
			save(d, uintptr(i), x.ExtendToUint32().ConvertToFloat32().Div(by))
		}
	}
	return i
}
