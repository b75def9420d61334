package random

import "math"

// Normal draws one standard normal variate from 32 bits: the top bit is the
// sign, the rest, m, is the probability (m + ½)/2³² of lying beyond, and the
// variate is the inverse of the distribution function there, by Wichura's
// PPND7 (Algorithm AS 241, Applied Statistics 37, 1988), in float32 with
// every product rounded. Its logarithm is [log], below. The tail ends at
// 6.34σ, the inverse of half of 2⁻³². Of all 2³¹ values of m none is off by
// more than 4.3e-7 of itself (go test -run Accurate ./nn/random -every).
func (s *Stream) Normal() float32 { return normal(s.Uint32()) }

// AddNormal adds σ times a normal variate to each element, in order; the
// variates begin at a whole word of the stream.
//
//	for i := range dst {
//		dst[i] += float32(sigma * s.Normal())
//	}
func (s *Stream) AddNormal(dst []float32, sigma float32) {
	s.pending = false
	var bits [512]uint32 // 2 KB, which stay in the first-level cache
	for len(dst) > 0 {
		n := min(len(dst), len(bits))
		for i := 0; i < n; i += 2 {
			w := s.source.Uint64()
			bits[i], bits[i+1] = uint32(w), uint32(w>>32)
		}
		if n%2 != 0 {
			s.high, s.pending = bits[n], true
		}
		addNormals(dst[:n], bits[:n], sigma)
		dst = dst[n:]
	}
}

// addNormalsGeneric adds σ times the normal variate of bits[i] to each dst[i].
// The SIMD version uses it for what is left after the last whole vector.
func addNormalsGeneric(dst []float32, bits []uint32, sigma float32) {
	for i, b := range bits[:len(dst)] {
		dst[i] += float32(sigma * normal(b))
	}
}

// The coefficients of PPND7, by descending power: of the numerator and the
// denominator in the middle, where q ≤ 0.425, and in the tail.
const (
	middle = 0.425
	a3     = 5.9109374720e+1
	a2     = 1.5929113202e+2
	a1     = 5.0434271938e+1
	a0     = 3.3871327179e+0
	b3     = 6.7187563600e+1
	b2     = 7.8757757664e+1
	b1     = 1.7895169469e+1
	c3     = 1.7023821103e-1
	c2     = 1.3067284816e+0
	c1     = 2.7568153900e+0
	c0     = 1.4234372777e+0
	d2     = 1.2021132975e-1
	d1     = 7.3700164250e-1
)

func normal(bits uint32) float32 {
	m := bits & (1<<31 - 1)
	p := float32(float32(m)+0.5) * (1.0 / (1 << 32)) // of one tail, (0, ½]
	// q is the distance of p from ½; its own conversion keeps its relative
	// error where p is near ½.
	q := float32(float32(1<<31-1-m)+0.5) * (1.0 / (1 << 32))
	var x float32
	if q <= middle {
		r := 0.180625 - float32(q*q)
		n := float32(float32(float32(float32(float32(a3*r)+a2)*r)+a1)*r) + a0
		d := float32(float32(float32(float32(float32(b3*r)+b2)*r)+b1)*r) + 1
		x = q * n / d
	} else {
		r := float32(math.Sqrt(float64(-log(p)))) - 1.6
		n := float32(float32(float32(float32(float32(c3*r)+c2)*r)+c1)*r) + c0
		d := float32(float32(float32(d2*r)+d1)*r) + 1
		x = n / d
	}
	if bits>>31 != 0 {
		return -x
	}
	return x
}

// The constants of log: its polynomial by descending power, ln 2 in two parts,
// and √½.
const (
	l8    = 7.0376836292e-2
	l7    = -1.1514610310e-1
	l6    = 1.1676998740e-1
	l5    = -1.2420140846e-1
	l4    = 1.4249322787e-1
	l3    = -1.6668057665e-1
	l2    = 2.0000714765e-1
	l1    = -2.4999993993e-1
	l0    = 3.3333331174e-1
	ln2Lo = -2.12194440e-4
	ln2Hi = 0.693359375
	sqrtH = 0.70710678
)

// log is the natural logarithm of a positive, normal float32, by Cephes's
// logf: the fraction is brought to [√½, √2) and a polynomial of degree 8
// applied; its relative error is below 2e-7.
func log(x float32) float32 {
	b := math.Float32bits(x)
	e := float32(int32(b>>23) - 126)
	f := math.Float32frombits(b&(1<<23-1) | 126<<23) // [½, 1)
	if f < sqrtH {
		e--
		f += f
	}
	f--
	z := float32(f * f)
	y := float32(l8)
	for _, c := range [...]float32{l7, l6, l5, l4, l3, l2, l1, l0} {
		y = float32(y*f) + c
	}
	y = float32(float32(y*f) * z)
	y += float32(ln2Lo * e)
	y -= float32(0.5 * z)
	return float32(f+y) + float32(ln2Hi*e)
}
