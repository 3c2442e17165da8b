package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// edge is a dynamic filter between two reads: rows of to matter only where
// they equal some value of from.
type edge struct {
	to, from column
	// casts are what is done to values of from, as in Link.
	casts []string
}

// sides says for a type of join which side's rows matter only if they match a
// row of the other one.
var sides = map[string]struct{ left, right bool }{
	"INNER":      {true, true},
	"LEFT":       {false, true},
	"RIGHT":      {true, false},
	"SEMI":       {true, true},
	"ANTI":       {false, true},
	"RIGHT_SEMI": {true, true},
	"RIGHT_ANTI": {true, false},
	"SINGLE":     {false, true},
	"MARK":       {false, true},
}

// pair are two columns that a join compares for equality.
type pair struct {
	left, right side
	// nullEqual says that NULL equals NULL.
	nullEqual bool
}

// join reads a join of any kind but a cross product.
func (r *reader) join(op *operator, at place) *relation {
	if len(op.Children) != 2 {
		return r.other(op, at)
	}
	left, right := r.joined(op, at)
	out := &relation{
		why:     "a join",
		scans:   slices.Concat(left.scans, right.scans),
		streams: slices.Concat(left.streams, right.streams),
	}
	pairs := r.pairs(op, left, right)
	for _, p := range pairs {
		p.left.compare()
		p.right.compare()
		r.link(op.JoinType, p)
	}
	r.barOthers(op, left, right)
	out.columns, out.open = joinColumns(op, left.chosen(op.LeftMap), right.chosen(op.RightMap))
	if test, ok := r.constantTest(op, left, right); ok && !out.open {
		out.pure, out.order, out.why = left.pure, left.order, left.why
		if op.JoinType == "MARK" {
			out.columns[len(out.columns)-1] = test
		} else {
			out.attach(condition{
				formula:  test.truth,
				text:     "IN (…)",
				mentions: left.scans,
			})
		}
	}
	return out
}

// joined reads both sides: for a join with duplicate elimination the outer one
// first, whose distinct values the other one reads.
func (r *reader) joined(op *operator, at place) (left, right *relation) {
	if op.Type != "LOGICAL_DELIM_JOIN" {
		return r.walk(op.Children[0], at), r.walk(op.Children[1], at)
	}
	first, second := 0, 1
	if op.Flipped {
		first, second = 1, 0
	}
	outer := r.walk(op.Children[first], at)
	inside := r.scope(outer.columns)
	at.depth++
	at.outer = make([]column, len(op.Duplicates))
	for i, e := range op.Duplicates {
		if e != nil && e.Class == "BOUND_REF" {
			at.outer[i] = inside.ref(e).fixed()
		}
	}
	inner := r.walk(op.Children[second], at)
	if op.Flipped {
		return inner, outer
	}
	return outer, inner
}

// joinColumns returns the columns of a join, and whether there may be more. Of
// an as-of join, conditions on the right side's columns stay above: without the
// row that is nearest, the join would take the one behind it.
func joinColumns(op *operator, left, right *relation) ([]column, bool) {
	second := right.columns
	if op.Type == "LOGICAL_ASOF_JOIN" {
		second = fixed(second)
	}
	out := &relation{columns: left.columns, open: left.open}
	switch op.JoinType {
	case "INNER":
		out.add(second, right.open)
	case "LEFT", "SINGLE":
		out.add(padded(second), right.open)
	case "RIGHT":
		out.columns = padded(left.columns)
		out.add(second, right.open)
	case "FULL", "OUTER":
		out.columns = padded(left.columns)
		out.add(padded(second), right.open)
	case "SEMI", "ANTI":
	case "RIGHT_SEMI", "RIGHT_ANTI":
		return second, right.open
	case "MARK":
		out.add(make([]column, 1), false)
	default:
		return nil, true
	}
	return out.columns, out.open
}

// pairs returns the columns that must be equal for two rows to match.
func (r *reader) pairs(op *operator, left, right *relation) []pair {
	var found []pair
	for _, on := range op.Conditions {
		nulls := on.Comparison == "COMPARE_NOT_DISTINCT_FROM"
		if on.Comparison != "COMPARE_EQUAL" && !nulls {
			continue
		}
		found = append(found, pair{
			r.joinSide(left.columns, on.Left), r.joinSide(right.columns, on.Right), nulls,
		})
	}
	return append(found, r.anyPairs(op.Condition, left, right)...)
}

// anyPairs finds the pairs in the condition of a join on any condition, which
// sees the columns of both sides in a row.
func (r *reader) anyPairs(e *expression, left, right *relation) []pair {
	if e == nil {
		return nil
	}
	if e.Class == "BOUND_CONJUNCTION" && e.Type == "CONJUNCTION_AND" {
		var found []pair
		for _, child := range e.Children {
			found = append(found, r.anyPairs(child, left, right)...)
		}
		return found
	}
	if e.Class != "BOUND_COMPARISON" || e.Type != "COMPARE_EQUAL" || left.open {
		return nil
	}
	split := index(len(left.columns))
	a, b := e.Left, e.Right
	if refIndex(a) >= split {
		a, b = b, a
	}
	if refIndex(a) >= split || refIndex(b) < split || refIndex(b) == rowID {
		return nil
	}
	both := slices.Concat(left.columns, right.columns)
	return []pair{{r.joinSide(both, a), r.joinSide(both, b), false}}
}

// refIndex returns the position of the column that an expression is, looking
// through a cast.
func refIndex(e *expression) index {
	if e != nil && e.Class == "BOUND_CAST" {
		e = e.Child
	}
	if e == nil || e.Class != "BOUND_REF" {
		return rowID
	}
	return e.Index
}

// joinOperand finds the column that one side of a condition is. A conversion
// that keeps every value is looked through.
func (r *reader) joinOperand(columns []column, e *expression) column {
	inside := r.scope(columns)
	if e != nil && e.Class == "BOUND_REF" {
		return inside.ref(e)
	}
	if e == nil || e.Class != "BOUND_CAST" || e.Child == nil || e.Child.Class != "BOUND_REF" {
		return column{}
	}
	if conv, ok := conversionOf(e.Child.ReturnType, e.ReturnType); !ok || conv != identity {
		return column{}
	}
	return inside.ref(e.Child)
}

// link notes what a pair of a join says of rows of either side.
func (r *reader) link(joinType string, p pair) {
	matter := sides[joinType]
	if matter.left {
		r.depend(p.left, p.right, p.nullEqual)
	}
	if matter.right && (joinType != "MARK" || neverNull(p.left.column) && neverNull(p.right.column)) {
		r.depend(p.right, p.left, p.nullEqual)
	}
}

// neverNull tells whether a column cannot hold NULL. Only then can rows be left
// out of the right side of a mark join (IN, NOT IN): NULL there, and whether
// there is any row at all, make a difference between false and NULL.
func neverNull(c column) bool {
	return c.scan != nil && !c.padded && !c.definition().Nullable
}

// depend notes that rows of to matter only where they equal a value of from.
func (r *reader) depend(to, from side, nullEqual bool) {
	if to.scan == nil || !to.movable || nullEqual && !neverNull(to.column) {
		return
	}
	if from.known && from.plain() && to.plain() {
		to.scan.conditions = append(to.scan.conditions, condition{
			formula:  oneOf(to.column, from.values),
			text:     connector.QuoteName(to.definition().Name) + " IN (…)",
			mentions: []*scan{to.scan},
			optional: true,
		})
	}
	if casts, ok := keyCasts(to, from); ok {
		r.edges = append(r.edges, edge{to: to.column, from: from.column, casts: casts})
	}
}

func oneOf(c column, values []*constant) *formula {
	parts := make([]*formula, len(values))
	for i, v := range values {
		parts[i] = compareConstant(c, connector.Eq, v)
	}
	return disjunction(parts...)
}

func noneOf(c column, values []*constant) *formula {
	parts := make([]*formula, len(values))
	for i, v := range values {
		parts[i] = compareConstant(c, connector.Ne, v)
	}
	return joinExclusions(parts)
}

// constantTest recognizes IN with a long list, which DuckDB plans as a join
// with the list: a column that says whether a row's value is in it.
func (r *reader) constantTest(op *operator, left, right *relation) (column, bool) {
	if op.JoinType != "MARK" && op.JoinType != "SEMI" || op.Type != "LOGICAL_COMPARISON_JOIN" ||
		len(op.Conditions) != 1 || op.Conditions[0].Comparison != "COMPARE_EQUAL" || len(right.scans) > 0 {
		return column{}, false
	}
	on := op.Conditions[0]
	tested := r.joinOperand(left.columns, on.Left)
	list := r.joinOperand(right.columns, on.Right)
	if tested.scan == nil || !list.known {
		return column{}, false
	}
	return column{truth: oneOf(tested, list.values), falsity: noneOf(tested, list.values)}, true
}
