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
	add := func(weaker bool, tests ...connector.Predicate) {
		found = append(found, form{tests, weaker})
	}
	with := func(op connector.Operator, values ...connector.Value) connector.Predicate {
		return connector.Predicate{Column: c.Name, Op: op, Values: values}
	}
	if rest, ok := closedSet(c, p); ok {
		add(false, setOf(c.Name, rest))
		add(false, with(connector.In, rest...))
	}
	switch p.Op {
	case connector.Eq:
		v := p.Values[0]
		add(false, with(connector.In, v))
		add(false, with(connector.Ge, v), with(connector.Le, v))
		if v.Kind() == connector.TextValue && v.Text() != "" {
			add(true, with(connector.Prefix, v))
			add(true, with(connector.Contains, v))
		}
		add(true, with(connector.Ge, v), with(connector.Le, v))
	case connector.In:
		if len(p.Values) == 1 {
			add(false, with(connector.Eq, p.Values[0]))
		}
		if prefix, ok := sharedPrefix([][]placed{{{test: p}}}, column{}); ok {
			add(true, prefix.test)
		}
		add(true, bounds(p)...)
	case connector.Ne:
		add(false, with(connector.NotIn, p.Values...))
	case connector.NotIn:
		each := make([]connector.Predicate, len(p.Values))
		for i, v := range p.Values {
			each[i] = with(connector.Ne, v)
		}
		add(false, each...)
		add(true, each...)
	case connector.Lt, connector.Le, connector.Gt, connector.Ge:
		if next, ok := neighbour(p); ok {
			add(false, next)
		}
		if p.Op == connector.Lt {
			add(true, with(connector.Le, p.Values...))
		}
		if p.Op == connector.Gt {
			add(true, with(connector.Ge, p.Values...))
		}
	case connector.Prefix:
		add(false, bounds(p)...)
		add(true, bounds(p)...)
		add(true, with(connector.Contains, p.Values...))
	}
	return slices.DeleteFunc(found, func(f form) bool { return len(f.tests) == 0 })
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
