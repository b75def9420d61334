//go:build !(goexperiment.simd && go1.27 && (amd64 || arm64 || wasm))

package kernel

// What stands behind the exported kernels where Go has no SIMD.

func mulTransA(c, a, b []float32, m, n, k int)   { mulTransAGeneric(c, a, b, m, n, k) }
func addBias(c, bias []float32, relu bool)       { addBiasGeneric(c, bias, relu) }
func reluGrad(dx, y []float32)                   { reluGradGeneric(dx, y) }
func levels([]float32, []byte, float32) int      { return 0 }
func wideTranspose(_, _ []float32, _, _ int) int { return 0 }
func exps([]float32) int                         { return 0 }
func sumRows(dst, x []float32, m, n int)         { sumRowsGeneric(dst, x, m, n) }
func sub(dst, a, b []float32)                    { subGeneric(dst, a, b) }
func add(dst, x []float32)                       { addGeneric(dst, x) }
func addScaled(dst, x []float32, s float32)      { addScaledGeneric(dst, x, s) }
func scale(dst []float32, s float32)             { scaleGeneric(dst, s) }
func div(dst []float32, s float32)               { divGeneric(dst, s) }
func mean(a, b []float32)                        { meanGeneric(a, b) }
func squares(lane *[Lanes]float32, x []float32)  { squaresGeneric(lane, x) }

func mul(c, a, b []float32, m, n, k int, then finish) {
	mulGeneric(c, a, b, m, n, k)
	then.pass(c[:m*n], n)
}

func mulTransB(c, a, b, gate, scratch []float32, m, n, k int) {
	transpose(scratch, b, n, k)
	mul(c, a, scratch, m, n, k, finish{gate: gate})
}

func addAll(dst []float32, xs [][]float32, from int) { addAllGeneric(dst, xs, from) }

func combine(c []float32, list []Entry, b []float32) { combineByRows(c, list, b) }

func finite([]float32) (done int, ok bool) { return 0, true }

func descend(w, v, g []float32, lr, momentum, decay float32) {
	descendGeneric(w, v, g, lr, momentum, decay)
}

func squaredDifferences(lane *[Lanes]float32, a, b []float32) {
	squaredDifferencesGeneric(lane, a, b)
}
