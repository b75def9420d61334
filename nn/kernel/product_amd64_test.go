//go:build goexperiment.simd && go1.27

package kernel

import "testing"

// TestWithoutWideVectors holds the ways of processors without AVX-512, and without
// AVX2, to the loops, on those that have it.
func TestWithoutWideVectors(t *testing.T) {
	defer func(wide, half bool) { hasWide, hasHalf = wide, half }(hasWide, hasHalf)
	for hasWide = false; ; hasHalf = false {
		TestProductsEqualTheirLoops(t)
		TestProductsAtFullSize(t)
		if !hasHalf {
			break
		}
	}
	TestVectorsEqualTheirLoops(t)
	TestExpsEqualExp(t)
}
