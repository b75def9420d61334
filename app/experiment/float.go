package experiment

import (
	"encoding/json"
	"fmt"
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

// MarshalJSON writes the shortest decimal that reads back as f, as package
// json writes a float64.
func (f Float) MarshalJSON() ([]byte, error) {
	x := float64(f)
	switch {
	case math.IsNaN(x):
		return []byte("null"), nil
	case !f.Finite():
		return json.Marshal(formatFloat(x))
	}
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
		return json.Marshal(x)
	}
	return strconv.AppendFloat(nil, x, 'f', -1, 64), nil
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
	if text[0] != '-' && (text[0] < '0' || text[0] > '9') { // no number: json says what it is
		return json.Unmarshal(text, (*float64)(f))
	}
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("number %s: %w", text, err)
	}
	*f = Float(x)
	return nil
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
