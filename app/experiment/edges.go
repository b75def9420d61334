package experiment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MostEdges bounds a custom graph, so that a link stays one that a browser
// takes.
const MostEdges = 5000

// edgesWanted says what ParseEdges takes.
const edgesWanted = "pairs of two different clients such as 0-1, joined by dots, at most 5000"

// FormatEdges writes edges as settings and links do: "0-1.1-2". Pairs stand
// with the lower client first, in order, each once.
func FormatEdges(edges [][2]int) string {
	canonical := make([][2]int, len(edges))
	for i, e := range edges {
		canonical[i] = [2]int{min(e[0], e[1]), max(e[0], e[1])}
	}
	canonical = sorted(canonical)
	var b strings.Builder
	for i, e := range canonical {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.Itoa(e[0]) + "-" + strconv.Itoa(e[1]))
	}
	return b.String()
}

// ParseEdges reads what FormatEdges writes, and spaces, commas or semicolons
// in place of dots. The pairs it returns are those FormatEdges would write; an
// empty text is no edges.
func ParseEdges(text string) ([][2]int, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".,; \t\n", r) })
	if len(fields) > MostEdges {
		return nil, fmt.Errorf("at most %d edges, not %d", MostEdges, len(fields))
	}
	edges := make([][2]int, 0, len(fields))
	for _, f := range fields {
		a, b, ok := strings.Cut(f, "-")
		i, errA := strconv.Atoi(a)
		j, errB := strconv.Atoi(b)
		if !ok || errA != nil || errB != nil || i == j || min(i, j) < 0 || max(i, j) >= 1000 {
			return nil, fmt.Errorf("%s; %.20q is no such pair", edgesWanted, f)
		}
		edges = append(edges, [2]int{min(i, j), max(i, j)})
	}
	return sorted(edges), nil
}

// sorted brings edges in order, each once.
func sorted(edges [][2]int) [][2]int {
	slices.SortFunc(edges, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(edges)
}
