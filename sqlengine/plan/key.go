package plan

import (
	"fmt"
	"slices"

	"github.com/trackql/trackql/connector"
)

// side is one side of an equality in a join: a column, and the type that it is
// converted to before it is compared; none where it is compared as it is.
type side struct {
	column
	as *logicalType
}

// plain tells whether the values are compared as they are.
func (s side) plain() bool { return s.as == nil }

// joinSide finds the column that one side of a condition is. A conversion that
// keeps every value is looked through.
func (r *reader) joinSide(columns []column, e *expression) side {
	if c := r.joinOperand(columns, e); c.scan != nil || c.known {
		return side{column: c}
	}
	if e == nil || e.Class != "BOUND_CAST" || e.Child == nil || e.Child.Class != "BOUND_REF" {
		return side{}
	}
	c := r.scope(columns).ref(e.Child)
	if _, ok := e.ReturnType.sql(); c.scan == nil || !ok {
		return side{}
	}
	c.truth, c.falsity = nil, nil
	return side{column: c, as: e.ReturnType}
}

// keyCasts tells how values of from become keys of to, where rows of to match
// those only that have one of these keys: to is compared as it is, or as the
// text of a whole number, which no other number has.
func keyCasts(to, from side) (casts []string, ok bool) {
	if from.scan == nil || to.scan == nil {
		return nil, false
	}
	kind, ok := from.kind()
	if name, converted := from.as.sql(); converted {
		casts = append(casts, name)
	}
	if !to.plain() {
		_, whole := integerDigits[to.scan.types[to.pos]]
		if to.as.ID != "VARCHAR" || kind != connector.TextValue || !whole {
			return nil, false
		}
		return append(casts, to.scan.types[to.pos]), ok
	}
	own, known := to.kind()
	return casts, ok && known && own == kind
}

// kind returns the kind of constants that the values are.
func (s side) kind() (connector.ValueKind, bool) {
	if s.plain() {
		return connector.ComparesWith(s.definition().Type)
	}
	return connector.ComparesWith(s.as.arrow())
}

// Barred is a join of two tables that makes no dynamic filter, whatever it
// costs.
type Barred struct {
	// A and B are positions in Plan.Fetches, the smaller first; A is -1 where it
	// is a table of no source.
	A, B int
	// Why continues a sentence.
	Why string
}

// barrier is a condition of a join that makes no dynamic filter between reads.
type barrier struct {
	a, b *scan
	why  string
}

// barOthers takes note of the equalities of a join that compare no plain
// columns.
func (r *reader) barOthers(op *operator, left, right *relation) {
	for _, on := range op.Conditions {
		if on.Comparison != "COMPARE_EQUAL" {
			continue
		}
		a, b := r.scope(left.columns), r.scope(right.columns)
		one, other := a.mentioned(on.Left), b.mentioned(on.Right)
		if len(one) != 1 || len(other) != 1 {
			continue
		}
		x, y := r.joinSide(left.columns, on.Left), r.joinSide(right.columns, on.Right)
		_, down := keyCasts(y, x)
		_, up := keyCasts(x, y)
		if x.scan != nil && y.scan != nil && (down || up || x.plain() && y.plain()) {
			continue
		}
		why := fmt.Sprintf("the join compares what is computed, %s = %s", a.text(on.Left), b.text(on.Right))
		r.barriers = append(r.barriers, barrier{one[0], other[0], why})
	}
}

// barred returns the pairs of tables that no link is between although they are
// joined, because of how they are compared. Those that something else narrows
// may well be among them.
func (r *reader) barred(groups [][]*scan, links []Link) []Barred {
	var found []Barred
	for _, bar := range r.barriers {
		in := func(s *scan) int {
			return slices.IndexFunc(groups, func(g []*scan) bool { return slices.Contains(g, s) })
		}
		a, b := min(in(bar.a), in(bar.b)), max(in(bar.a), in(bar.b))
		between := func(x, y int) bool { return x == a && y == b || x == b && y == a }
		if a == b ||
			slices.ContainsFunc(links, func(l Link) bool { return between(l.From, l.To) }) ||
			slices.ContainsFunc(found, func(f Barred) bool { return between(f.A, f.B) }) {
			continue
		}
		found = append(found, Barred{a, b, bar.why})
	}
	return found
}
