package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// widest is how many numbers a range may have that is sent as a list.
const widest = 256

// tidy undoes what DuckDB's optimizer does to conditions, where sources do
// better with what the person wrote: LIKE 'AB%' arrives as column >= 'AB' and
// column < 'AC', and IN (3, 4, 5) as column >= 3 and column <= 5.
func tidy(conditions []condition) []condition {
	out := slices.Clone(conditions)
	for i := range out {
		for j := range out {
			if whole, ok := joinBounds(out[i].formula, out[j].formula); ok {
				out[i].formula, out[j].formula = whole, nil
				out[i].optional = out[i].optional && out[j].optional
			}
		}
	}
	return slices.DeleteFunc(out, func(c condition) bool { return c.formula == nil })
}

// joinBounds makes one test of a lower and an upper bound of one column.
func joinBounds(lower, upper *formula) (*formula, bool) {
	if lower == nil || upper == nil || lower.kind != single || upper.kind != single ||
		!lower.on.same(upper.on) {
		return nil, false
	}
	if p, ok := joinPrefix(lower.test, upper.test); ok {
		return lower.on.test(p.Op, p.Values...), true
	}
	p, ok := joinRange(lower.test, upper.test)
	if !ok || !betterTogether(lower.on.definition(), p, lower.test, upper.test) {
		return nil, false
	}
	return lower.on.test(p.Op, p.Values...), true
}

func joinPrefix(lower, upper connector.Predicate) (connector.Predicate, bool) {
	if lower.Op != connector.Ge || upper.Op != connector.Lt || lower.Values[0].Kind() != connector.TextValue {
		return connector.Predicate{}, false
	}
	next, ok := successor(lower.Values[0].Text())
	lower.Op = connector.Prefix
	return lower, ok && upper.Values[0] == connector.TextOf(next)
}

// joinRange lists the integers between two bounds, where there are not many.
func joinRange(lower, upper connector.Predicate) (connector.Predicate, bool) {
	var low, high int64
	switch lower.Op {
	case connector.Ge:
		low = lower.Values[0].Int()
	case connector.Gt:
		low = lower.Values[0].Int() + 1
	default:
		return connector.Predicate{}, false
	}
	switch upper.Op {
	case connector.Le:
		high = upper.Values[0].Int()
	case connector.Lt:
		high = upper.Values[0].Int() - 1
	default:
		return connector.Predicate{}, false
	}
	integers := lower.Values[0].Kind() == connector.IntValue && upper.Values[0].Kind() == connector.IntValue
	if !integers || low > high || uint64(high)-uint64(low) >= widest {
		return connector.Predicate{}, false
	}
	values := make([]connector.Value, 0, high-low+1)
	for n := low; ; n++ {
		values = append(values, connector.IntOf(n))
		if n == high {
			return setOf(lower.Column, values), true
		}
	}
}

// betterTogether tells whether a source does better with whole than with the
// parts.
func betterTogether(c *connector.Column, whole connector.Predicate, parts ...connector.Predicate) bool {
	rank := send(c, whole).rank()
	return slices.ContainsFunc(parts, func(p connector.Predicate) bool { return send(c, p).rank() < rank })
}
