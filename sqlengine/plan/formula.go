package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// formula is a condition as far as this package understands it. A row satisfies
// it where it is true, as in a WHERE; false and NULL are the same here, because
// negation was pushed down to the tests when the formula was made.
type formula struct {
	kind formulaKind
	// test and on are a test of one column.
	test connector.Predicate
	on   column
	// parts are the operands of an all or a some. An all without parts is true,
	// a some without parts is never true.
	parts []*formula
	// why says what is the matter with an opaque condition.
	why string
}

type formulaKind uint8

const (
	opaque formulaKind = iota // not understood: may be true of any row
	single                    // one test of one column
	all                       // every part
	some                      // at least one part
)

func unknown(why string) *formula { return &formula{why: why} }

func conjunction(parts ...*formula) *formula {
	if len(parts) == 1 {
		return parts[0]
	}
	return &formula{kind: all, parts: parts}
}

func disjunction(parts ...*formula) *formula {
	if len(parts) == 1 {
		return parts[0]
	}
	return &formula{kind: some, parts: parts}
}

func (c column) test(op connector.Operator, values ...connector.Value) *formula {
	return &formula{kind: single, on: c, test: connector.Predicate{
		Column: c.scan.table.Columns[c.pos].Name, Op: op, Values: values,
	}}
}

// flat returns the parts of f, with those of nested formulas of the same kind
// in their place; f itself where it is of another kind.
func (f *formula) flat(kind formulaKind) []*formula {
	if f.kind != kind {
		return []*formula{f}
	}
	var parts []*formula
	for _, part := range f.parts {
		parts = append(parts, part.flat(kind)...)
	}
	return parts
}

// reason returns why f, or a part of it, is not understood; empty where it is.
func (f *formula) reason() string {
	if f.kind == opaque {
		return f.why
	}
	for _, part := range f.parts {
		if why := part.reason(); why != "" {
			return why
		}
	}
	return ""
}

// tests tells whether f tests a column that is one of those asked for.
func (f *formula) tests(asked func(column) bool) bool {
	if f.kind == single && asked(f.on) {
		return true
	}
	return slices.ContainsFunc(f.parts, func(part *formula) bool { return part.tests(asked) })
}

// most is how many alternatives of a condition are looked into: beyond it, a
// disjunction says nothing, unless it is a list of values of one column.
const most = 64

// placed is a test with its column's place.
type placed struct {
	on   column
	test connector.Predicate
}

// implied returns tests that every row satisfies which satisfies f. The second
// result says that they also suffice: a row that satisfies them all satisfies f.
func (f *formula) implied() ([]placed, bool) {
	switch f.kind {
	case single:
		return []placed{{f.on, f.test}}, true
	case all:
		var tests []placed
		exact := true
		for _, part := range f.parts {
			more, ok := part.implied()
			tests = append(tests, more...)
			exact = exact && ok
		}
		return tests, exact
	case some:
		return f.alternatives()
	}
	return nil, false
}

func (f *formula) alternatives() ([]placed, bool) {
	parts := f.flat(some)
	if one, ok := oneSet(parts); ok {
		return []placed{one}, true
	}
	if one, ok := weakest(parts); ok {
		return []placed{one}, true
	}
	if len(parts) == 0 || len(parts) > most {
		return nil, false
	}
	lists := make([][]placed, len(parts))
	for i, part := range parts {
		lists[i], _ = part.implied()
		if len(lists[i]) == 0 {
			return nil, false
		}
	}
	return common(lists), false
}

// oneSet joins tests for values of one column to one test.
func oneSet(parts []*formula) (placed, bool) {
	if len(parts) == 0 {
		return placed{}, false
	}
	set := placed{on: parts[0].on}
	var values []connector.Value
	for _, part := range parts {
		listed, ok := members(part.test)
		if part.kind != single || !ok || !part.on.same(set.on) {
			return placed{}, false
		}
		values = append(values, listed...)
	}
	set.test = setOf(parts[0].test.Column, values)
	return set, true
}

// weakest returns the test that all parts imply and that is one of them.
func weakest(parts []*formula) (placed, bool) {
	if len(parts) > most {
		return placed{}, false
	}
	for _, part := range parts {
		candidate := placed{part.on, part.test}
		if part.kind == single && !slices.ContainsFunc(parts, func(p *formula) bool {
			return p.kind != single || !placed{p.on, p.test}.implies(candidate)
		}) {
			return candidate, true
		}
	}
	return placed{}, false
}

// members returns the values that a test for values allows.
func members(p connector.Predicate) ([]connector.Value, bool) {
	if p.Op == connector.Eq || p.Op == connector.In {
		return p.Values, true
	}
	return nil, false
}

// setOf returns the test for any of the values, each of them once.
func setOf(column string, values []connector.Value) connector.Predicate {
	seen := make(map[connector.Value]bool, len(values))
	unique := make([]connector.Value, 0, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			unique = append(unique, v)
		}
	}
	if len(unique) == 1 {
		return connector.Predicate{Column: column, Op: connector.Eq, Values: unique}
	}
	return connector.Predicate{Column: column, Op: connector.In, Values: unique}
}
