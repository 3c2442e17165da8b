package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

func (r *reader) projection(op *operator, at place) *relation {
	out := *r.child(op, at)
	below := r.scope(out.columns)
	list := r.expressions(op)
	out.columns, out.open = make([]column, len(list)), false
	for i, e := range list {
		switch {
		case e == nil:
		case e.Class == "BOUND_REF":
			out.columns[i] = below.ref(e)
		case e.Class == "BOUND_CONSTANT" && e.Value != nil:
			out.columns[i] = column{known: true, values: []*constant{e.Value}}
		default:
			from, ok := sources(below.columns, e)
			out.columns[i] = column{computed: ok, from: from}
		}
	}
	return &out
}

// ref is column for an expression that may also refer to a computed column.
func (s *scope) ref(e *expression) column {
	if e.Index >= index(len(s.columns)) {
		return column{}
	}
	if c := s.columns[e.Index]; c.scan == nil {
		return c
	}
	return s.column(e)
}

// filtered reads a filter: its conditions go to the scans whose columns they
// test.
func (r *reader) filtered(op *operator, at place) *relation {
	out := *r.child(op, at)
	where := r.scope(out.columns)
	for _, e := range r.expressions(op) {
		for _, c := range where.conditions(e, false) {
			out.attach(c)
		}
	}
	return out.chosen(op.ProjectionMap)
}

// attach gives a condition on the relation's rows to the scans that it is
// about.
func (r *relation) attach(c condition) {
	if r.pure != nil {
		r.pure.conditions = append(r.pure.conditions, c)
		return
	}
	tests, exact := c.formula.implied()
	for _, s := range r.scans {
		if slices.Contains(c.mentions, s) {
			share := c
			share.later = true
			share.formula = shareOf(c.formula, s, tests, exact)
			s.conditions = append(s.conditions, share)
		}
	}
}

// shareOf returns what a condition says of one scan: the tests that it implies
// and that may go down to the scan, and that there is more to it, if there is.
func shareOf(f *formula, s *scan, tests []placed, exact bool) *formula {
	var parts []*formula
	why := f.reason()
	for _, t := range tests {
		if obstacle := t.obstacle(s); obstacle == "" {
			parts = append(parts, &formula{kind: single, on: t.on, test: t.test})
		} else if why == "" {
			why = obstacle
		}
	}
	if why == "" && !exact {
		why = whyAlternatives
		if f.tests(func(c column) bool { return c.scan != s }) {
			why = whyTables
		}
	}
	if why != "" {
		parts = append(parts, unknown(why))
	}
	return conjunction(parts...)
}

// obstacle says why a test does not go down to s; empty where it does.
//
// A test on a column that an outer join may have made NULL goes down because it
// is never true of NULL: rows that fail it are left out above the join, and so
// are the rows that the join makes in their place.
func (p placed) obstacle(s *scan) string {
	switch {
	case p.on.scan != s:
		return whyTables
	case !p.on.movable:
		return whyLater
	case p.on.padded && p.test.Op == connector.IsNull:
		return "an outer join may have made the NULL"
	}
	return ""
}

// mentioned returns the scans whose columns an expression refers to.
func (s *scope) mentioned(e *expression) []*scan {
	var found []*scan
	e.each(func(e *expression) {
		if c := s.ref(e); e.Class == "BOUND_REF" && c.scan != nil && !slices.Contains(found, c.scan) {
			found = append(found, c.scan)
		}
	})
	return found
}

// each visits an expression and all expressions in it.
func (e *expression) each(visit func(*expression)) {
	if e == nil {
		return
	}
	visit(e)
	for _, child := range []*expression{
		e.Left, e.Right, e.Child, e.Input, e.Lower, e.Upper, e.Filter, e.Else,
	} {
		child.each(visit)
	}
	for _, child := range slices.Concat(e.Children, e.Partitions) {
		child.each(visit)
	}
	for _, check := range e.Checks {
		check.When.each(visit)
		check.Then.each(visit)
	}
}
