package kernel

// The kernels of vector.go in plain Go. The SIMD versions use them for what is
// left after the last whole vector.

func reluGradGeneric(dx, y []float32) {
	for i, v := range y[:len(dx)] {
		if v <= 0 {
			dx[i] = 0
		}
	}
}

func descendGeneric(w, v, g []float32, lr, momentum, decay float32) {
	v, g = v[:len(w)], g[:len(w)]
	for i, x := range w {
		d := g[i]
		if decay != 0 {
			d += float32(decay * x)
		}
		u := float32(momentum*v[i]) + d
		v[i] = u
		w[i] = x - float32(lr*u)
	}
}

// sumRowsGeneric is [SumRows] by whole rows.
func sumRowsGeneric(dst, x []float32, m, n int) {
	clear(dst)
	for i := range m {
		add(dst, x[i*n:(i+1)*n])
	}
}

func subGeneric(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func addGeneric(dst, x []float32) {
	for i, v := range x[:len(dst)] {
		dst[i] += v
	}
}

func addAllGeneric(dst []float32, xs [][]float32, from int) {
	for _, x := range xs {
		add(dst, x[from:from+len(dst)])
	}
}

func addScaledGeneric(dst, x []float32, s float32) {
	for i, v := range x[:len(dst)] {
		dst[i] += float32(s * v)
	}
}

func scaleGeneric(dst []float32, s float32) {
	for i := range dst {
		dst[i] *= s
	}
}

func divGeneric(dst []float32, s float32) {
	for i := range dst {
		dst[i] /= s
	}
}

func meanGeneric(a, b []float32) {
	b = b[:len(a)]
	for i := range a {
		half := (a[i] + b[i]) * 0.5
		a[i], b[i] = half, half
	}
}

// squaresGeneric adds x[i]² to lane[i mod Lanes].
func squaresGeneric(lane *[Lanes]float32, x []float32) {
	for i, v := range x {
		lane[i%Lanes] += float32(v * v)
	}
}

// squaredDifferencesGeneric adds (a[i]-b[i])² to lane[i mod Lanes].
func squaredDifferencesGeneric(lane *[Lanes]float32, a, b []float32) {
	b = b[:len(a)]
	for i, v := range a {
		d := v - b[i]
		lane[i%Lanes] += float32(d * d)
	}
}
