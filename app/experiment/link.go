package experiment

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// LinkVersion numbers the table's keys and defaults that links are read
// against. Another default, or another meaning of a key, makes another
// version; a new key does not.
const LinkVersion = 1

// maxLink bounds a link that ParseLink looks at, in bytes.
const maxLink = 1 << 16

// Link is what an address carries after "#": an experiment and, of a finished
// run, what came of it, beside how the page is to look. Claim and View alter
// no run and no digest.
type Link struct {
	Experiment Experiment
	Claim      Claim
	View       View
}

// Claim is what a link says of a finished run.
type Claim struct {
	Digest   string // hex; "" for no claim
	Numerics int    // the numerics version that made it
	// Accuracies are the final test accuracies, FedAvg first, rounded to four
	// decimals; nil where the link has none.
	Accuracies []float64
}

// View is how a link asks the page to look.
type View struct {
	Hide    []Group  // whose settings are not shown
	Charts  []string // shown, of [Charts]; nil: all
	Start   bool     // train at once, where that is quick
	Present bool     // the presenter's view
	Guide   int      // the guide's step, 1 to [GuideSteps]; 0: no guide
}

// GuideSteps is how many steps the page's guide has.
const GuideSteps = 5

// Charts are the names of the page's charts, in its order.
var Charts = []string{"accuracy", "loss", "distance"}

// the keys of a link beside those of Table.
const (
	keyVersion  = "v"
	keyDigest   = "digest"
	keyNumerics = "numerics"
	keyAccuracy = "accuracy"
	keyHide     = "hide"
	keyCharts   = "charts"
	keyStart    = "start"
	keyPresent  = "present"
	keyGuide    = "guide"
)

// ClaimOf is what a link of the finished run says: nothing of one that cannot
// be carried out again.
func ClaimOf(t *Trace) Claim {
	if t.Irreproducible {
		return Claim{}
	}
	c := Claim{Digest: t.Digest, Numerics: t.Numerics}
	for _, r := range t.Runs {
		if e := r.Last(); e != nil {
			c.Accuracies = append(c.Accuracies, float64(int(e.TestAccuracy*10000+0.5))/10000)
		}
	}
	return c
}

// String writes the link's fragment, without "#": "" for the experiment that
// the page opens on by itself, otherwise v and what differs from version 1's
// defaults.
func (l Link) String() string {
	var pairs []string
	add := func(key, value string) { pairs = append(pairs, key+"="+escape(value)) }
	// Train, test and hidden depend on the data: compared with its defaults.
	base := unresolved()
	base.Data = l.Experiment.Data
	base, _ = Normalise(base)
	for _, p := range Table {
		if v := p.Get(l.Experiment); v != p.Get(base) || p.Key == "data" && l.Experiment.Data != DataMNIST14 {
			add(p.Key, v)
		}
	}
	opening := l.Experiment == Presets[0].Experiment()
	settings := len(pairs)
	if l.Claim.Digest != "" {
		add(keyNumerics, strconv.Itoa(l.Claim.Numerics))
		add(keyDigest, l.Claim.Digest)
	}
	if len(l.Claim.Accuracies) > 0 {
		words := make([]string, len(l.Claim.Accuracies))
		for i, a := range l.Claim.Accuracies {
			words[i] = strconv.FormatFloat(a, 'f', -1, 64)
		}
		add(keyAccuracy, strings.Join(words, ","))
	}
	if len(l.View.Hide) > 0 {
		add(keyHide, joined(l.View.Hide))
	}
	if l.View.Charts != nil {
		add(keyCharts, joined(l.View.Charts))
	}
	if l.View.Start {
		add(keyStart, "1")
	}
	if l.View.Present {
		add(keyPresent, "1")
	}
	if l.View.Guide > 0 {
		add(keyGuide, strconv.Itoa(l.View.Guide))
	}
	if opening && len(pairs) == settings {
		return ""
	}
	return strings.Join(append([]string{keyVersion + "=" + strconv.Itoa(LinkVersion)}, pairs...), "&")
}

// ParseLink reads a link, or its fragment alone, with "#" or without. It never
// fails: the experiment is valid, the nearest to what the link asks for, and
// refused says field by field what was not accepted, and what is used instead.
func ParseLink(text string) (l Link, refused []string) {
	refuse := func(format string, args ...any) { refused = append(refused, fmt.Sprintf(format, args...)) }
	if _, fragment, ok := strings.Cut(text, "#"); ok {
		text = fragment
	}
	if strings.TrimSpace(text) == "" {
		return Link{Experiment: Presets[0].Experiment()}, nil
	}
	if len(text) > maxLink {
		refuse("the link has %d characters: want at most %d; none of it is read", len(text), maxLink)
		return Link{Experiment: Presets[0].Experiment()}, refused
	}
	values := map[string]string{}
	for _, pair := range strings.Split(text, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		plain, err := url.PathUnescape(value)
		switch _, again := values[key]; {
		case err != nil:
			refuse("%s: %q is not written as links are", shown(key), shown(value))
		case !known(key):
			refuse("%s: not the name of a setting", shown(key))
		case again:
			refuse("%s: given twice; the first is used", key)
		default:
			values[key] = plain
		}
	}
	if v, ok := values[keyVersion]; ok && v != strconv.Itoa(LinkVersion) {
		refuse("v %q: made by another version of Grapevine; it is read as version %d, and settings may differ from what was meant", shown(v), LinkVersion)
	}
	e := unresolved()
	for _, p := range Table {
		v, ok := values[p.Key]
		if !ok {
			continue
		}
		err := p.Set(&e, v)
		if err == nil {
			continue
		}
		if p.Nearest(&e, v) {
			refuse("%v; %s is used", err, p.Get(e))
		} else {
			refuse("%v; the default is used", err)
		}
	}
	e, changes := Normalise(e)
	for _, c := range changes {
		refuse("%v", c)
	}
	l.Experiment = e
	l.Claim = parseClaim(values, e, refuse)
	l.View = parseView(values, refuse)
	return l, refused
}

func parseClaim(values map[string]string, e Experiment, refuse func(string, ...any)) (c Claim) {
	if v, ok := values[keyDigest]; ok {
		b, err := hex.DecodeString(v)
		n, errN := strconv.Atoi(values[keyNumerics])
		switch {
		case err != nil || len(b) != len(Hash{}):
			refuse("digest %q: want %d hex digits; nothing is claimed", shown(v), 2*len(Hash{}))
			return Claim{}
		case errN != nil || n < 1 || n > 1e6:
			refuse("numerics %q: want the whole number of the version that made the digest; nothing is claimed", shown(values[keyNumerics]))
			return Claim{}
		}
		c.Digest, c.Numerics = strings.ToLower(v), n
	}
	if v, ok := values[keyAccuracy]; ok && c.Digest == "" {
		refuse("accuracy %q: claimed without a digest; it is passed over", shown(v))
	} else if ok {
		for _, word := range strings.Split(v, ",") {
			a, err := strconv.ParseFloat(word, 64)
			if err != nil || !(a >= 0 && a <= 1) || len(c.Accuracies) == len(e.Protocols()) {
				refuse("accuracy %q: want a number from 0 to 1 for each protocol; none is claimed", shown(v))
				c.Accuracies = nil
				break
			}
			c.Accuracies = append(c.Accuracies, a)
		}
	}
	return c
}

func parseView(values map[string]string, refuse func(string, ...any)) (v View) {
	words := func(key string, allowed []string) (found []string) {
		value, ok := values[key]
		if !ok {
			return nil
		}
		found = []string{}
		for _, a := range allowed {
			if slices.Contains(strings.Split(value, ","), a) {
				found = append(found, a)
			}
		}
		if n := len(strings.Split(value, ",")); n != len(found) && value != "" {
			refuse("%s %q: want %s, joined by commas", key, shown(value), strings.Join(allowed, ", "))
		}
		return found
	}
	yes := func(key string) bool {
		value, ok := values[key]
		if ok && value != "1" && value != "0" {
			refuse("%s %q: want 1 or 0", key, shown(value))
		}
		return value == "1"
	}
	var groups []string
	for _, g := range Groups {
		groups = append(groups, strings.ToLower(string(g)))
	}
	for _, word := range words(keyHide, groups) {
		v.Hide = append(v.Hide, Groups[slices.Index(groups, word)])
	}
	v.Charts = words(keyCharts, Charts)
	if len(v.Charts) == len(Charts) {
		v.Charts = nil
	}
	v.Start, v.Present = yes(keyStart), yes(keyPresent)
	if value, ok := values[keyGuide]; ok {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > GuideSteps {
			refuse("guide %q: want a step from 1 to %d", shown(value), GuideSteps)
		} else {
			v.Guide = n
		}
	}
	return v
}

// known reports whether a link may have the key.
func known(key string) bool {
	if _, ok := Find(key); ok {
		return true
	}
	switch key {
	case keyVersion, keyDigest, keyNumerics, keyAccuracy, keyHide, keyCharts, keyStart, keyPresent, keyGuide:
		return true
	}
	return false
}

// escape leaves what a fragment may carry as it is, so that links can be read.
func escape(value string) string { return readable.Replace(url.PathEscape(value)) }

var readable = strings.NewReplacer("%2C", ",", "%3B", ";", "%2F", "/")

// joined writes words in small letters, separated by commas.
func joined[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(string(w))
	}
	return strings.Join(out, ",")
}

// shown shortens what a link says for a message.
func shown(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
