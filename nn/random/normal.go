package random

import "math"

// Normal draws one standard normal variate from 32 bits: the top bit is the
// sign, the rest, m, is the probability (m + ½)/2³² of lying beyond, and the
// variate is the inverse of the distribution function there, by Wichura's
// PPND7 (Algorithm AS 241, Applied Statistics 37, 1988), in float32 with
// every product rounded. Its logarithm is [log], below. The tail ends at
// 6.34σ, the inverse of half of 2⁻³².
func (s *Stream) Normal() float32 { return normal(s.Uint32()) }

// AddNormal adds σ times a normal variate to each element, in order; the
// variates begin at a whole word of the stream.
func (s *Stream) AddNormal(dst []float32, sigma float32) {
	s.pending = false
	for i := range dst {
		dst[i] += float32(sigma * s.Normal())
	}
}

func normal(bits uint32) float32 {
	m := bits & (1<<31 - 1)
	p := float32(float32(m)+0.5) * (1.0 / (1 << 32)) // of one tail, (0, ½]
	// q is the distance of p from ½; its own conversion keeps its relative
	// error where p is near ½.
	q := float32(float32(1<<31-1-m)+0.5) * (1.0 / (1 << 32))
	var x float32
	if q <= 0.425 {
		r := 0.180625 - float32(q*q)
		n := float32(float32(float32(float32(float32(5.9109374720e+1*r)+1.5929113202e+2)*r)+5.0434271938e+1)*r) + 3.3871327179e+0
		d := float32(float32(float32(float32(float32(6.7187563600e+1*r)+7.8757757664e+1)*r)+1.7895169469e+1)*r) + 1
		x = q * n / d
	} else {
		r := float32(math.Sqrt(float64(-log(p)))) - 1.6
		n := float32(float32(float32(float32(float32(1.7023821103e-1*r)+1.3067284816e+0)*r)+2.7568153900e+0)*r) + 1.4234372777e+0
		d := float32(float32(float32(1.2021132975e-1*r)+7.3700164250e-1)*r) + 1
		x = n / d
	}
	if bits>>31 != 0 {
		return -x
	}
	return x
}

// log is the natural logarithm of a positive, normal float32, by Cephes's
// logf: the fraction is brought to [√½, √2) and a polynomial of degree 8
// applied; its relative error is below 2e-7.
func log(x float32) float32 {
	b := math.Float32bits(x)
	e := float32(int32(b>>23) - 126)
	f := math.Float32frombits(b&(1<<23-1) | 126<<23) // [½, 1)
	if f < 0.70710678 {
		e--
		f += f
	}
	f--
	z := float32(f * f)
	y := float32(7.0376836292e-2)
	for _, c := range [...]float32{
		-1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
		-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
	} {
		y = float32(y*f) + c
	}
	y = float32(float32(y*f) * z)
	y += float32(-2.12194440e-4 * e)
	y -= float32(0.5 * z)
	return float32(f+y) + float32(0.693359375*e)
}
