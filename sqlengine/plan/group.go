package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// grouping says that a statement needs nothing of a scan but how many rows
// there are of each combination of some columns' values.
type grouping struct {
	// columns are the positions in the table, in its order; none where only the
	// number of rows is needed.
	columns []int
}

// names returns the columns' names.
func (g *grouping) names(t *connector.Table) []string {
	names := make([]string, len(g.columns))
	for i, pos := range g.columns {
		names[i] = t.Columns[pos].Name
	}
	return names
}

// groupsOf tells what an aggregate over the rows of one scan needs of them; nil
// where it is more than groups and numbers of rows. Expressions are computed
// from the columns of each row, so these are what the rows are grouped by.
func groupsOf(op *operator, aggregates []*expression, below *relation) *grouping {
	if len(aggregates) == 0 && len(op.Groups) == 0 {
		return nil
	}
	g := &grouping{}
	for _, e := range op.Groups {
		if !g.add(below, e) {
			return nil
		}
	}
	for _, e := range aggregates {
		if !g.answers(below, e) {
			return nil
		}
	}
	return g
}

// distinctGroups is groupsOf for a DISTINCT over the rows of one scan.
func distinctGroups(below *relation) *grouping {
	if below.open {
		return nil
	}
	g := &grouping{}
	for _, c := range below.columns {
		if !g.addColumn(below.pure, c) {
			return nil
		}
	}
	if len(g.columns) == 0 {
		return nil
	}
	return g
}

// add makes the columns that an expression is computed from columns of the
// groups. It answers false where they are not known.
func (g *grouping) add(below *relation, e *expression) bool {
	used, ok := sources(below.columns, e)
	if !ok {
		return false
	}
	for _, c := range used {
		if !g.addColumn(below.pure, c) {
			return false
		}
	}
	return true
}

func (g *grouping) addColumn(s *scan, c column) bool {
	if c.computed || c.known {
		return !slices.ContainsFunc(c.from, func(from column) bool { return !g.addColumn(s, from) })
	}
	if s == nil || c.scan != s {
		return false
	}
	if _, ok := connector.ComparesWith(c.definition().Type); !ok {
		return false
	}
	if at, found := slices.BinarySearch(g.columns, c.pos); !found {
		g.columns = slices.Insert(g.columns, at, c.pos)
	}
	return true
}

// answers tells whether an aggregate can be computed from the groups: a count of
// rows, or what depends on no column but the groups' own.
func (g *grouping) answers(below *relation, e *expression) bool {
	if e == nil || e.Class != "BOUND_AGGREGATE" || e.Filter != nil {
		return false
	}
	switch e.Name {
	case "count_star":
		return true
	case "count":
		if len(e.Children) == 1 && e.AggregateType != "DISTINCT" && below.neverNull(e.Children[0]) {
			return true
		}
	case "min", "max":
	default:
		return false
	}
	return !slices.ContainsFunc(e.Children, func(child *expression) bool { return !g.covers(below, child) })
}

// covers tells whether an expression is computed from columns of the groups.
func (g *grouping) covers(below *relation, e *expression) bool {
	whole := &grouping{columns: slices.Clone(g.columns)}
	return whole.add(below, e) && len(whole.columns) == len(g.columns)
}

// neverNull tells whether an expression is a column of the scan that is not
// NULL in any row.
func (r *relation) neverNull(e *expression) bool {
	if e == nil || e.Class != "BOUND_REF" {
		return false
	}
	c := r.at(e.Index)
	if c.scan == nil || c.scan != r.pure || c.definition().Nullable {
		return false
	}
	_, ok := connector.ComparesWith(c.definition().Type)
	return ok
}

// plain are the classes of expressions that are computed from what
// [expression.each] visits, and from nothing else.
var plain = map[string]bool{
	"BOUND_REF": true, "BOUND_CONSTANT": true, "BOUND_PARAMETER": true, "BOUND_FUNCTION": true,
	"BOUND_CAST": true, "BOUND_OPERATOR": true, "BOUND_CASE": true, "BOUND_COMPARISON": true,
	"BOUND_CONJUNCTION": true, "BOUND_BETWEEN": true,
}

// sources returns the columns, of those given, that an expression is computed
// from; false where they are not known.
func sources(columns []column, e *expression) (found []column, ok bool) {
	if e == nil {
		return nil, false
	}
	ok = true
	e.each(func(part *expression) {
		ok = ok && plain[part.Class]
		if part.Class == "BOUND_REF" {
			c := (&relation{columns: columns}).at(part.Index)
			ok = ok && (c.scan != nil || c.computed || c.known)
			found = append(found, c)
		}
	})
	return found, ok
}
