package plan

import (
	"math/big"
	"strings"

	"github.com/trackql/trackql/connector"
)

const whyFiner = "the constant is finer than a microsecond"

// compare returns the test of a column with a constant: what op says of the
// column after the conversion, said of the column itself.
func compare(c column, conv conversion, op connector.Operator, v literal) *formula {
	if v.value.IsNull() {
		return c.test(connector.In)
	}
	kind, ok := connector.ComparesWith(c.definition().Type)
	if !ok {
		return unknown(whyConstant + c.definition().Type.String())
	}
	switch conv {
	case dayToMoment:
		return compareDay(c, op, v)
	case momentToDay:
		return compareMoment(c, op, v)
	case toDouble, toFloat:
		if !exactAsFloat(v.value, conv) {
			return unknown("the constant is too large to be compared exactly")
		}
	}
	if kind == connector.BoolValue && op == connector.Ne && v.value.Kind() == kind {
		op, v.value = connector.Eq, connector.BoolOf(!v.value.Bool())
	}
	if kind == connector.IntValue && v.value.Kind() != kind {
		return compareInteger(c, op, v.value)
	}
	if !connector.Comparable(c.definition().Type, v.value) {
		return unknown("it compares " + kind.String() + " with " + v.value.Kind().String())
	}
	if v.more {
		return compareFiner(c, op, v.value)
	}
	return c.test(op, v.value)
}

// exactAsFloat tells whether an integer column made floating point compares
// with v as the column itself does.
func exactAsFloat(v connector.Value, conv conversion) bool {
	r, ok := rational(v)
	if !ok {
		return false
	}
	bits := uint(53)
	if conv == toFloat {
		bits = 24
	}
	limit := new(big.Rat).SetInt64(1 << bits)
	return r.Cmp(limit) < 0 && r.Cmp(limit.Neg(limit)) > 0
}

// compareInteger compares an integer column with a number that may be none.
func compareInteger(c column, op connector.Operator, v connector.Value) *formula {
	r, ok := rational(v)
	if !ok {
		return unknown("it compares integer with " + v.Kind().String())
	}
	floor := new(big.Int).Div(r.Num(), r.Denom())
	if r.IsInt() {
		return c.test(op, integerOf(floor))
	}
	switch op {
	case connector.Eq:
		return c.test(connector.In)
	case connector.Ne:
		return c.test(connector.IsNotNull)
	case connector.Lt, connector.Le:
		return c.test(connector.Le, integerOf(floor))
	}
	return c.test(connector.Ge, integerOf(floor.Add(floor, big.NewInt(1))))
}

// integerOf returns n, as a decimal where it needs more than 64 bits.
func integerOf(n *big.Int) connector.Value {
	if n.IsInt64() {
		return connector.IntOf(n.Int64())
	}
	v, err := connector.DecimalOf(n.String())
	if err != nil {
		return connector.Null() // cannot be: the digits of an integer
	}
	return v
}

// compareFiner compares with a constant that lies between v and the next
// microsecond. The bounds that follow are sent, the rest is kept.
func compareFiner(c column, op connector.Operator, v connector.Value) *formula {
	rest := unknown(whyFiner)
	above, below := c.test(connector.Ge, v), c.test(connector.Le, connector.LocalOf(v.Int()+1))
	switch op {
	case connector.Eq:
		return conjunction(above, below, rest)
	case connector.Gt, connector.Ge:
		return conjunction(above, rest)
	case connector.Lt, connector.Le:
		return conjunction(below, rest)
	}
	return rest
}

// compareDay compares the midnight of a date with a moment: both are on the
// same clock without zone, so each comparison is one of the date itself.
func compareDay(c column, op connector.Operator, v literal) *formula {
	if v.value.Kind() != connector.LocalValue {
		return unknown(whyExpression)
	}
	day := floorDiv(v.value.Int(), microsPerDay)
	floor, whole := connector.DateOf(day), day*microsPerDay == v.value.Int() && !v.more
	if whole {
		return c.test(op, floor)
	}
	switch op {
	case connector.Eq:
		return c.test(connector.In)
	case connector.Ne:
		return c.test(connector.IsNotNull)
	case connector.Lt, connector.Le:
		return c.test(connector.Le, floor)
	}
	return c.test(connector.Gt, floor)
}

// compareMoment compares the day of a moment without zone with a day.
func compareMoment(c column, op connector.Operator, v literal) *formula {
	const farthest = 100_000_000 // days, within the range of microseconds
	day := v.value.Int()
	if v.value.Kind() != connector.DateValue || day > farthest || day < -farthest {
		return unknown(whyExpression)
	}
	start, end := connector.LocalOf(day*microsPerDay), connector.LocalOf((day+1)*microsPerDay)
	switch op {
	case connector.Eq:
		return conjunction(c.test(connector.Ge, start), c.test(connector.Lt, end))
	case connector.Ne:
		return disjunction(c.test(connector.Lt, start), c.test(connector.Ge, end))
	case connector.Lt:
		return c.test(connector.Lt, start)
	case connector.Le:
		return c.test(connector.Lt, end)
	case connector.Gt:
		return c.test(connector.Ge, end)
	}
	return c.test(connector.Ge, start)
}

const (
	whyPattern = "the source takes no pattern"
	whyNegated = "the source takes no negated test of text"
)

// textTest reads a test of text by its function's name.
func textTest(c column, name string, texts []string, not bool) *formula {
	switch name {
	case "~~":
		return like(c, texts[0], "", not)
	case "like_escape":
		if len(texts) != 2 {
			return unknown(whyPattern)
		}
		return like(c, texts[0], texts[1], not)
	}
	op := connector.Prefix
	if name == "contains" {
		op = connector.Contains
	}
	switch {
	case not:
		return unknown(whyNegated)
	case texts[0] == "":
		return c.test(connector.IsNotNull)
	}
	return c.test(op, connector.TextOf(texts[0]))
}

// like reads a LIKE: as a test where the pattern is simple, else as tests that
// follow from it.
func like(c column, pattern, escape string, not bool) *formula {
	pieces, wild, ok := splitPattern(pattern, escape)
	switch {
	case !ok:
		return unknown(whyPattern)
	case !wild && not:
		return c.test(connector.Ne, connector.TextOf(pieces[0].text))
	case !wild:
		return c.test(connector.Eq, connector.TextOf(pieces[0].text))
	case not:
		return unknown(whyNegated)
	}
	var tests []*formula
	simple := 0
	for i, p := range pieces {
		if p.text == "" {
			continue
		}
		op := connector.Contains
		if i == 0 {
			op = connector.Prefix
		}
		tests = append(tests, c.test(op, connector.TextOf(p.text)))
		// One piece with any text around it, or behind it, is the test itself.
		if p.open && (i == 0 || pieces[i-1].open) {
			simple++
		}
	}
	if anyPieces(pieces) && len(tests) == 0 {
		return c.test(connector.IsNotNull)
	}
	if anyPieces(pieces) && len(tests) == 1 && simple == 1 {
		return tests[0]
	}
	return conjunction(append(tests, unknown(whyPattern))...)
}

// piece is a text between wildcards; open says that any text may follow.
type piece struct {
	text string
	open bool
}

// anyPieces tells whether all wildcards of a pattern stand for any text.
func anyPieces(pieces []piece) bool {
	for i, p := range pieces {
		if !p.open && i < len(pieces)-1 {
			return false
		}
	}
	return true
}

// splitPattern cuts a pattern at its wildcards; wild says that there are any.
// The last piece ends the pattern: it is open only as an empty one before the
// end can be.
func splitPattern(pattern, escape string) (pieces []piece, wild, ok bool) {
	var text strings.Builder
	escaped := false
	for _, r := range pattern {
		switch {
		case !escaped && escape != "" && string(r) == escape:
			escaped = true
			continue
		case !escaped && (r == '%' || r == '_'):
			pieces = append(pieces, piece{text.String(), r == '%'})
			text.Reset()
			wild = true
		default:
			text.WriteRune(r)
		}
		escaped = false
	}
	return append(pieces, piece{text: text.String()}), wild, !escaped
}
