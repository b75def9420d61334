package experiment

import (
	"encoding/json"
	"math"
	"strconv"
)

// Float is a float64 that JSON can carry when it is not finite: infinities as
// the strings "inf" and "-inf", NaN as null.
type Float float64

// Inf is positive infinity, the ε of a run without noise.
var Inf = Float(math.Inf(1))

// Finite reports whether f is neither infinite nor NaN.
func (f Float) Finite() bool {
	return !math.IsInf(float64(f), 0) && !math.IsNaN(float64(f))
}

// MarshalJSON writes the shortest decimal that reads back as f.
func (f Float) MarshalJSON() ([]byte, error) {
	switch {
	case math.IsNaN(float64(f)):
		return []byte("null"), nil
	case f.Finite():
		return json.Marshal(float64(f))
	}
	return json.Marshal(formatFloat(float64(f)))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Float) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "null":
		*f = Float(math.NaN())
		return nil
	case `"inf"`:
		*f = Float(math.Inf(1))
		return nil
	case `"-inf"`:
		*f = Float(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(text, (*float64)(f))
}

// formatFloat writes a setting's number as links and flags show it.
func formatFloat(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
