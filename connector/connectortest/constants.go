package connectortest

import (
	"cmp"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/trackql/trackql/connector"
)

const (
	second = 1_000_000 // in microseconds
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// present returns the distinct values of a column, in their order.
func (w *whole) present(column string) []connector.Value {
	if values, ok := w.values[column]; ok {
		return values
	}
	at := w.places([]string{column})[0]
	seen := map[connector.Value]bool{}
	var values []connector.Value
	for _, row := range w.rows {
		if v := row[at].value; row[at].known && !v.IsNull() && !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(v, w connector.Value) int {
		order, _ := v.Compare(w)
		return cmp.Or(order, cmp.Compare(v.String(), w.String()))
	})
	w.values[column] = values
	return values
}

// sample picks n values: the least, the greatest, pairs that a loose comparison
// takes for one, and some of the others.
func sample(values []connector.Value, n int, r *rand.Rand) []connector.Value {
	if len(values) <= n {
		return values
	}
	picked := []connector.Value{values[0], values[len(values)-1]}
	shuffled := slices.Clone(values)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for _, fold := range looseness[values[0].Kind()] {
		picked = append(picked, pair(shuffled, fold)...)
	}
	return distinct(append(picked, shuffled...))[:n]
}

// pair returns the first two values that fold to one.
func pair(values []connector.Value, fold func(connector.Value) connector.Value) []connector.Value {
	first := map[connector.Value]connector.Value{}
	for _, v := range values {
		other, ok := first[fold(v)]
		if ok {
			return []connector.Value{other, v}
		}
		first[fold(v)] = v
	}
	return nil
}

// looseness holds, by kind, what loose comparisons do to both sides.
var looseness = map[connector.ValueKind][]func(connector.Value) connector.Value{
	connector.TextValue: {
		folding(strings.ToLower), folding(strings.TrimSpace), folding(plainLetters), folding(narrow),
	},
	connector.TimestampValue: {cutting(second), cutting(minute), cutting(day)},
	connector.LocalValue:     {cutting(second), cutting(minute), cutting(day)},
	connector.TimeValue:      {cutting(second), cutting(minute)},
	connector.FloatValue:     {func(v connector.Value) connector.Value { return connector.FloatOf(math.Round(v.Float())) }},
}

func folding(fold func(string) string) func(connector.Value) connector.Value {
	return func(v connector.Value) connector.Value { return connector.TextOf(fold(v.Text())) }
}

func cutting(unit int64) func(connector.Value) connector.Value {
	return func(v connector.Value) connector.Value { return connector.IntOf(cut(v.Int(), unit)) }
}

// cut rounds n down to a multiple of unit.
func cut(n, unit int64) int64 { return n - ((n%unit)+unit)%unit }

// constants returns what to compare a column with: values that are there, their
// neighbours, and extremes; n at most.
func constants(c *connector.Column, present []connector.Value, n int, r *rand.Rand) []connector.Value {
	kind, ok := connector.ComparesWith(c.Type)
	if !ok {
		return nil
	}
	values := append(slices.Clone(c.Values), sample(present, max(4, n/3), r)...)
	rest := extremes(kind)
	for i, at := range r.Perm(len(values)) {
		near := neighbours(values[at])
		if i < 2 {
			values = append(append(values, twins(values[at])...), near[:min(nearest, len(near))]...)
		}
		rest = append(rest, near...)
	}
	r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	values = distinct(append(values, rest...))
	return values[:min(n, len(values))]
}

// nearest is how many of a value's neighbours, which come in order of their
// worth, are tried in any case.
const nearest = 6

// distinct returns values without those that came before.
func distinct(values []connector.Value) []connector.Value {
	seen := map[connector.Value]bool{}
	var list []connector.Value
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	return list
}

// neighbours returns values that a loose comparison takes for v, or that lie
// just beside it, those first that find most.
func neighbours(v connector.Value) []connector.Value {
	switch v.Kind() {
	case connector.BoolValue:
		return []connector.Value{connector.BoolOf(!v.Bool())}
	case connector.IntValue:
		near := shifted(connector.IntOf, v.Int(), 1, 10)
		return append(near, connector.FloatOf(float64(v.Int())+0.5), decimal(v.String()+".5"))
	case connector.FloatValue:
		f := v.Float()
		return []connector.Value{
			connector.FloatOf(math.Nextafter(f, math.Inf(1))), connector.FloatOf(math.Nextafter(f, math.Inf(-1))),
			connector.FloatOf(f + 1), connector.FloatOf(f - 1), connector.FloatOf(math.Round(f)),
		}
	case connector.DecimalValue:
		return decimalNeighbours(v.Text())
	case connector.TextValue:
		return textNeighbours(v.Text())
	case connector.BytesValue:
		b := v.Text()
		return []connector.Value{
			connector.BytesOf([]byte(b + "\x00")), connector.BytesOf([]byte(b[:len(b)/2])),
			connector.BytesOf([]byte(strings.ToUpper(b))),
		}
	case connector.DateValue:
		return shifted(connector.DateOf, v.Int(), 1, 7)
	case connector.TimeValue:
		return moments(connector.TimeOf, v.Int())
	case connector.TimestampValue:
		return moments(connector.TimestampOf, v.Int())
	case connector.LocalValue:
		return moments(connector.LocalOf, v.Int())
	}
	return nil
}

// twins returns the same number as constants of the other kinds of numbers,
// where these have it; none of a number beyond what all of them hold.
func twins(v connector.Value) []connector.Value {
	switch v.Kind() {
	case connector.IntValue, connector.FloatValue, connector.DecimalValue:
	default:
		return nil
	}
	n, ok := new(big.Rat).SetString(digits(v))
	if !ok {
		return nil // NaN, an infinity
	}
	f, _ := n.Float64()
	if math.Abs(f) >= 1e15 {
		return nil
	}
	others := []connector.Value{connector.FloatOf(f), decimal(n.FloatString(2))}
	if n.IsInt() {
		others = append(others, connector.IntOf(n.Num().Int64()))
	}
	return slices.DeleteFunc(others, func(w connector.Value) bool {
		order, ok := v.Compare(w)
		return w.Kind() == v.Kind() || !ok || order != 0
	})
}

// digits writes a number so that big.Rat reads it.
func digits(v connector.Value) string {
	switch v.Kind() {
	case connector.IntValue:
		return strconv.FormatInt(v.Int(), 10)
	case connector.FloatValue:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return v.Text()
}

func shifted(of func(int64) connector.Value, n int64, steps ...int64) []connector.Value {
	var values []connector.Value
	for _, step := range steps {
		values = append(values, of(n-step), of(n+step))
	}
	return values
}

// moments shifts a time, and cuts it where coarse systems cut it.
func moments(of func(int64) connector.Value, n int64) []connector.Value {
	values := shifted(of, n, 1, second, day, 1000, minute, hour)
	for _, unit := range []int64{1000, second, minute, day} {
		values = append(values, of(cut(n, unit)), of(cut(n, unit)+unit-1))
	}
	if of(0).Kind() == connector.TimeValue {
		values = slices.DeleteFunc(values, func(v connector.Value) bool { return v.Int() < 0 || v.Int() >= day })
	}
	return values
}

func decimal(digits string) connector.Value {
	v, err := connector.DecimalOf(digits)
	if err != nil {
		panic(err) // digits are made up here
	}
	return v
}

func decimalNeighbours(digits string) []connector.Value {
	_, fraction, _ := strings.Cut(digits, ".")
	r, _ := new(big.Rat).SetString(digits)
	values := []connector.Value{decimal(r.FloatString(len(fraction) + 2))}
	for _, scale := range []int{0, len(fraction), len(fraction) + 1} {
		step := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
		places := max(scale, len(fraction))
		values = append(values,
			decimal(new(big.Rat).Add(r, step).FloatString(places)),
			decimal(new(big.Rat).Sub(r, step).FloatString(places)))
	}
	return values
}

// textNeighbours returns texts that people and servers take for s.
func textNeighbours(s string) []connector.Value {
	texts := []string{
		swapCase(s), s + " ", accented(s), wide(s), strings.ToUpper(s), strings.ToLower(s),
		" " + s, strings.TrimSpace(s), s + "a", s + "\x00", plainLetters(s), narrow(s),
		strings.ReplaceAll(s, " ", "  "), `"` + s + `"`, "%" + s + "%",
	}
	if runes := []rune(s); len(runes) > 0 {
		texts = append(texts, string(runes[:len(runes)-1]), string(runes[:1]), string(runes[1:]))
	}
	values := make([]connector.Value, len(texts))
	for i, text := range texts {
		values[i] = connector.TextOf(text)
	}
	return values
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// folds are letters that collations without accents take for one; the third is
// the second in two characters.
var folds = [][3]string{
	{"a", "á", "a\u0301"},
	{"e", "é", "e\u0301"},
	{"o", "ö", "o\u0308"},
	{"u", "ü", "u\u0308"},
	{"ss", "ß", "ß"},
	{"か", "が", "か\u3099"},
	{"は", "ぱ", "は\u309a"},
	{"カ", "ガ", "ｶﾞ"},
	{"ア", "ァ", "ｱ"},
}

func accented(s string) string {
	for _, fold := range folds {
		if strings.Contains(s, fold[1]) {
			return strings.Replace(s, fold[1], fold[2], 1)
		}
	}
	for _, fold := range folds {
		if strings.Contains(s, fold[0]) {
			return strings.Replace(s, fold[0], fold[1], 1)
		}
	}
	return s
}

func plainLetters(s string) string {
	for _, fold := range folds {
		s = strings.ReplaceAll(strings.ReplaceAll(s, fold[1], fold[0]), fold[2], fold[0])
	}
	return s
}

// fullWidth is how far the full width of an ASCII character is from it.
const fullWidth = 'Ａ' - 'A'

func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r + fullWidth
		}
		return r
	}, s)
}

func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' '+fullWidth && r <= '~'+fullWidth {
			return r - fullWidth
		}
		return r
	}, s)
}

// extremes returns values at the edges of a kind, and such as trip up those who
// write queries by hand.
func extremes(kind connector.ValueKind) []connector.Value {
	switch kind {
	case connector.BoolValue:
		return []connector.Value{connector.BoolOf(false), connector.BoolOf(true)}
	case connector.IntValue:
		return []connector.Value{
			connector.IntOf(0), connector.IntOf(-1), connector.IntOf(math.MinInt64), connector.IntOf(math.MaxInt64),
			decimal("99999999999999999999999999999999999999"), connector.FloatOf(math.Inf(1)),
		}
	case connector.FloatValue:
		return []connector.Value{
			connector.FloatOf(0), connector.FloatOf(math.Copysign(0, -1)), connector.FloatOf(math.NaN()),
			connector.FloatOf(math.Inf(1)), connector.FloatOf(math.Inf(-1)), connector.FloatOf(math.MaxFloat64), connector.IntOf(1),
		}
	case connector.DecimalValue:
		return []connector.Value{decimal("0"), decimal("-99999999999999999999999999999999999999.9"), connector.IntOf(1)}
	case connector.TextValue:
		return textsOf("", " ", "'", `"`, `\`, "%", "_", "*", "?", "null", "\n", "no such value", "日本語",
			"\U0010ffff", strings.Repeat("long ", 200))
	case connector.BytesValue:
		return []connector.Value{connector.BytesOf(nil), connector.BytesOf([]byte{0}), connector.BytesOf([]byte{0xff, 0xff, 0xff, 0xff})}
	case connector.DateValue:
		return []connector.Value{connector.DateOf(-719162), connector.DateOf(0), connector.DateOf(2932896)} // years 1 and 9999
	case connector.TimeValue:
		return []connector.Value{connector.TimeOf(0), connector.TimeOf(day - 1)}
	case connector.TimestampValue:
		return []connector.Value{connector.TimestampOf(-719162 * day), connector.TimestampOf(0), connector.TimestampOf(2932896 * day)}
	case connector.LocalValue:
		return []connector.Value{connector.LocalOf(-719162 * day), connector.LocalOf(0), connector.LocalOf(2932896 * day)}
	}
	return nil
}

func textsOf(texts ...string) []connector.Value {
	values := make([]connector.Value, len(texts))
	for i, text := range texts {
		values[i] = connector.TextOf(text)
	}
	return values
}
