//go:build goexperiment.simd && go1.27

package random

import "testing"

// TestNormalWithoutWideVectors holds the way of processors without AVX-512 to the
// scalar, on those that have it.
func TestNormalWithoutWideVectors(t *testing.T) {
	defer func(had bool) { hasWide = had }(hasWide)
	hasWide = false
	TestVectorsEqualNormal(t)
}
