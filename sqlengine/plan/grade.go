package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// form is a way to send a test: predicates that follow from it. Weaker says
// that they do not suffice for it.
type form struct {
	tests  []connector.Predicate
	weaker bool
}

// sending is the best form of a test that a source takes.
type sending struct {
	sent []Sent
	// exact says that the source leaves out every row that fails the test.
	exact bool
	// weaker says that what is sent does not suffice for the test.
	weaker bool
}

// send chooses the form of a test in which its source filters best; nothing
// sent where it takes none.
func send(c *connector.Column, p connector.Predicate) sending {
	if p.Op == connector.IsNotNull && !c.Nullable {
		return sending{exact: true}
	}
	best, bestRank := sending{}, 0
	for _, f := range forms(c, p) {
		s := f.grade(c)
		rank := s.rank()
		if rank > bestRank {
			best, bestRank = s, rank
		}
	}
	return best
}

// rank orders sendings: nothing, weaker ones, inexact ones, exact ones.
func (s sending) rank() int {
	switch {
	case len(s.sent) == 0:
		return 0
	case s.exact:
		return 3
	case s.weaker:
		return 1
	}
	return 2
}

// grade tells what becomes of a form. Of a weaker one, the predicates that the
// source takes are sent; of another one, all or none.
func (f form) grade(c *connector.Column) sending {
	s := sending{exact: !f.weaker, weaker: f.weaker}
	for _, p := range f.tests {
		grade := c.Filters[p.Op]
		if grade == connector.Unsupported {
			if f.weaker {
				continue
			}
			return sending{}
		}
		s.exact = s.exact && grade == connector.Exact
		s.sent = append(s.sent, Sent{Predicate: p, Grade: grade})
	}
	return s
}

// forms returns the ways to send a test, the plainest first.
func forms(c *connector.Column, p connector.Predicate) []form {
	found := []form{{tests: []connector.Predicate{p}}}
	if rest, ok := closedSet(c, p); ok {
		found = append(found, exactly(setOf(c.Name, rest)), exactly(with(p, connector.In, rest...)))
	}
	switch p.Op {
	case connector.Eq:
		found = append(found, equalForms(p)...)
	case connector.In:
		found = append(found, listForms(p)...)
	case connector.Ne:
		found = append(found, exactly(with(p, connector.NotIn, p.Values...)))
	case connector.NotIn:
		each := make([]connector.Predicate, len(p.Values))
		for i, v := range p.Values {
			each[i] = with(p, connector.Ne, v)
		}
		found = append(found, exactly(each...), loosely(each...))
	case connector.Lt, connector.Le, connector.Gt, connector.Ge:
		found = append(found, boundForms(p)...)
	case connector.Prefix:
		found = append(found, exactly(bounds(p)...), loosely(bounds(p)...), loosely(with(p, connector.Contains, p.Values...)))
	}
	return slices.DeleteFunc(found, func(f form) bool { return len(f.tests) == 0 })
}

func exactly(tests ...connector.Predicate) form { return form{tests: tests} }

func loosely(tests ...connector.Predicate) form { return form{tests: tests, weaker: true} }

// with returns another test of p's column.
func with(p connector.Predicate, op connector.Operator, values ...connector.Value) connector.Predicate {
	return connector.Predicate{Column: p.Column, Op: op, Values: values}
}

// equalForms returns other ways to send an equality.
func equalForms(p connector.Predicate) []form {
	v := p.Values[0]
	low, high := with(p, connector.Ge, v), with(p, connector.Le, v)
	found := []form{exactly(with(p, connector.In, v)), exactly(low, high)}
	if v.Kind() == connector.TextValue && v.Text() != "" {
		found = append(found, loosely(with(p, connector.Prefix, v)), loosely(with(p, connector.Contains, v)))
	}
	return append(found, loosely(low, high))
}

// listForms returns other ways to send an IN.
func listForms(p connector.Predicate) []form {
	var found []form
	if len(p.Values) == 1 {
		found = append(found, exactly(with(p, connector.Eq, p.Values[0])))
	}
	if prefix, ok := sharedPrefix([][]placed{{{test: p}}}, column{}); ok {
		found = append(found, loosely(prefix.test))
	}
	return append(found, loosely(bounds(p)...))
}

// boundForms returns other ways to send a bound.
func boundForms(p connector.Predicate) []form {
	var found []form
	if next, ok := neighbour(p); ok {
		found = append(found, exactly(next))
	}
	switch p.Op {
	case connector.Lt:
		found = append(found, loosely(with(p, connector.Le, p.Values...)))
	case connector.Gt:
		found = append(found, loosely(with(p, connector.Ge, p.Values...)))
	}
	return found
}

// neighbour writes a bound of whole numbers or days with the other operator:
// n < 5 as n <= 4.
func neighbour(p connector.Predicate) (connector.Predicate, bool) {
	steps := map[connector.Operator]struct {
		op   connector.Operator
		step int64
	}{
		connector.Lt: {connector.Le, -1}, connector.Le: {connector.Lt, 1},
		connector.Gt: {connector.Ge, 1}, connector.Ge: {connector.Gt, -1},
	}
	v, s := p.Values[0], steps[p.Op]
	n := v.Int() + s.step
	p.Op = s.op
	switch {
	case (n > v.Int()) != (s.step > 0): // overflow
		return p, false
	case v.Kind() == connector.IntValue:
		p.Values = []connector.Value{connector.IntOf(n)}
		return p, true
	case v.Kind() == connector.DateValue:
		p.Values = []connector.Value{connector.DateOf(n)}
		return p, true
	}
	return p, false
}

// bounds returns the bounds of the values that a test allows; both or none.
func bounds(p connector.Predicate) []connector.Predicate {
	tests := slices.DeleteFunc(weaker(p), func(w connector.Predicate) bool {
		return w.Op == connector.IsNotNull
	})
	if len(tests) < 2 {
		return nil
	}
	return tests
}

// closedSet returns those of a column's values that satisfy a test, where all
// its values are known and the test names no plain set of them.
func closedSet(c *connector.Column, p connector.Predicate) ([]connector.Value, bool) {
	values := c.Values
	if kind, _ := connector.ComparesWith(c.Type); kind == connector.BoolValue {
		values = []connector.Value{connector.BoolOf(false), connector.BoolOf(true)}
	}
	switch p.Op {
	case connector.Eq, connector.In, connector.IsNull, connector.IsNotNull:
		return nil, false
	}
	if len(values) == 0 {
		return nil, false
	}
	return slices.DeleteFunc(slices.Clone(values), func(v connector.Value) bool { return !p.Match(v) }), true
}

// redundant tells whether another predicate that is sent makes s superfluous:
// it implies s, and the source applies it as well.
func (s Sent) redundant(others []Sent) bool {
	return slices.ContainsFunc(others, func(o Sent) bool {
		return o.Predicate.Column == s.Predicate.Column && o.Grade >= s.Grade &&
			implies(o.Predicate, s.Predicate)
	})
}

// withoutRedundant returns what is to be sent, each thing once.
func withoutRedundant(all []Sent) []Sent {
	var kept []Sent
	for i, s := range all {
		if !s.redundant(kept) && !s.redundant(all[i+1:]) {
			kept = append(kept, s)
		}
	}
	return kept
}
