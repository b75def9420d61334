//go:build goexperiment.simd && go1.27

package kernel

import "testing"

// TestWithoutWideVectors holds the way of processors without AVX-512 to the loops,
// on those that have it.
func TestWithoutWideVectors(t *testing.T) {
	defer func(had bool) { hasWide = had }(hasWide)
	hasWide = false
	TestProductsEqualTheirLoops(t)
	TestProductsAtFullSize(t)
	TestVectorsEqualTheirLoops(t)
	TestExpsEqualExp(t)
}
