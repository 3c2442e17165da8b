package cache

import (
	"math"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// implies tells whether every value that satisfies all predicates of where on
// s's column satisfies s. It says no where it does not know. All constants are
// such that the column can be compared with them.
func implies(where []connector.Predicate, s connector.Predicate) bool {
	var known []connector.Predicate
	for _, p := range where {
		if !strings.EqualFold(p.Column, s.Column) {
			continue
		}
		if same(p, s) {
			return true
		}
		known = append(known, p)
	}
	if !comparableAlike(append(slices.Clone(known), s)) {
		return false
	}
	for _, p := range known {
		if p.Op == connector.Eq || p.Op == connector.In {
			if listed(p, known, s) {
				return true
			}
		}
	}
	return slices.ContainsFunc(known, func(p connector.Predicate) bool { return oneImplies(p, s) }) ||
		excluded(known, s)
}

// same tells whether two predicates are one.
func same(p, q connector.Predicate) bool {
	return p.Op == q.Op && strings.EqualFold(p.Column, q.Column) && slices.Equal(p.Values, q.Values)
}

// comparableAlike tells whether all constants are of one kind, or finite
// numbers: then their order is that of the values of a column. An infinite number
// is compared with others by rounding them, which makes huge ones infinite.
func comparableAlike(predicates []connector.Predicate) bool {
	var first connector.Value
	for _, p := range predicates {
		for _, v := range p.Values {
			if first.IsNull() {
				first = v
			}
			huge := v.Kind() == connector.DecimalValue && !finite(v)
			if huge || v.Kind() != first.Kind() && (!finite(v) || !finite(first)) {
				return false
			}
		}
	}
	return true
}

// mostDigits is how long a decimal number may be to be finite when it is rounded.
const mostDigits = 300

func finite(v connector.Value) bool {
	switch v.Kind() {
	case connector.IntValue:
		return true
	case connector.DecimalValue:
		return len(v.Text()) <= mostDigits
	case connector.FloatValue:
		return !math.IsNaN(v.Float()) && !math.IsInf(v.Float(), 0)
	}
	return false
}

// listed tells whether all values of an = or IN that satisfy the other
// predicates satisfy s.
func listed(list connector.Predicate, all []connector.Predicate, s connector.Predicate) bool {
	return !slices.ContainsFunc(list.Values, func(v connector.Value) bool {
		wanted := !slices.ContainsFunc(all, func(p connector.Predicate) bool { return !p.Match(v) })
		return wanted && !s.Match(v)
	})
}

// oneImplies tells whether p alone implies s, where that is not a matter of
// values that are left out.
func oneImplies(p, s connector.Predicate) bool {
	switch s.Op {
	case connector.IsNull:
		return p.Op == connector.IsNull
	case connector.IsNotNull:
		return p.Op != connector.IsNull
	case connector.Lt, connector.Le, connector.Gt, connector.Ge:
		return bounded(p, s)
	case connector.Prefix:
		return p.Op == connector.Prefix && strings.HasPrefix(text(p), text(s))
	case connector.Contains:
		return (p.Op == connector.Prefix || p.Op == connector.Contains) && strings.Contains(text(p), text(s))
	}
	return false
}

func text(p connector.Predicate) string {
	if len(p.Values) != 1 {
		return ""
	}
	return p.Values[0].Text()
}

// bounded tells whether the bound p lies within the bound s.
func bounded(p, s connector.Predicate) bool {
	if len(p.Values) != 1 || len(s.Values) != 1 {
		return false
	}
	order, ok := p.Values[0].Compare(s.Values[0])
	if !ok {
		return false
	}
	switch s.Op {
	case connector.Lt:
		return p.Op == connector.Lt && order <= 0 || p.Op == connector.Le && order < 0
	case connector.Le:
		return (p.Op == connector.Lt || p.Op == connector.Le) && order <= 0
	case connector.Gt:
		return p.Op == connector.Gt && order >= 0 || p.Op == connector.Ge && order > 0
	}
	return (p.Op == connector.Gt || p.Op == connector.Ge) && order >= 0
}

// excluded tells whether each value that s rules out is ruled out by a predicate
// that is true of no NULL.
func excluded(known []connector.Predicate, s connector.Predicate) bool {
	if s.Op != connector.Ne && s.Op != connector.NotIn {
		return false
	}
	known = slices.DeleteFunc(slices.Clone(known), func(p connector.Predicate) bool { return p.Op == connector.IsNull })
	if len(known) == 0 {
		return false
	}
	return !slices.ContainsFunc(s.Values, func(v connector.Value) bool {
		return !slices.ContainsFunc(known, func(p connector.Predicate) bool { return !p.Match(v) })
	})
}
