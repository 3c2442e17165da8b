package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
)

// aggregate reads a grouping. Conditions on a column that every group is made
// by go through it; where nothing but rows is counted, the scan learns so.
func (r *reader) aggregate(op *operator, at place) *relation {
	below := r.child(op, at)
	list := r.expressions(op)
	if len(op.Groups) == 0 && below.pure != nil && countsRows(list) {
		below.pure.counted = true
	}
	out := below.blocked("an aggregate")
	out.columns = make([]column, len(op.Groups)+len(list))
	inside := r.scope(below.columns)
	for i, e := range op.Groups {
		if e == nil || e.Class != "BOUND_REF" {
			continue
		}
		c := inside.ref(e)
		if !inEveryGroup(op.GroupingSets, index(i)) {
			c = c.fixed()
			c.padded, c.known = true, false
		}
		c.truth = nil
		out.columns[i] = c
	}
	return out
}

func countsRows(list []*expression) bool {
	for _, e := range list {
		if e == nil || e.Class != "BOUND_AGGREGATE" || e.Name != "count_star" || e.Filter != nil {
			return false
		}
	}
	return len(list) > 0
}

// inEveryGroup tells whether there is one set of groups, and the column is
// among them.
func inEveryGroup(sets [][]index, column index) bool {
	return len(sets) == 1 && slices.Contains(sets[0], column)
}

// distinct reads a DISTINCT. Conditions go through it, for DISTINCT ON those on
// its targets only.
func (r *reader) distinct(op *operator, at place) *relation {
	below := r.child(op, at)
	out := below.blocked("a DISTINCT")
	out.columns = slices.Clone(below.columns)
	if op.Distinct == "DISTINCT" {
		return out
	}
	targets := map[index]bool{}
	for _, e := range op.Targets {
		if e != nil && e.Class == "BOUND_REF" {
			targets[e.Index] = true
		}
	}
	for i, c := range out.columns {
		if !targets[index(i)] {
			out.columns[i] = c.fixed()
		}
	}
	return out
}

// window reads window functions, which add columns. Conditions on a column by
// which every one of them partitions go through.
func (r *reader) window(op *operator, at place) *relation {
	below := r.child(op, at)
	list := r.expressions(op)
	out := below.blocked("a window function")
	for i, c := range below.columns {
		if partitionsBy(list, index(i)) {
			out.columns[i] = c
		}
	}
	out.columns = append(out.columns, make([]column, len(list))...)
	return out
}

func partitionsBy(windows []*expression, column index) bool {
	for _, w := range windows {
		if w == nil || !slices.ContainsFunc(w.Partitions, func(e *expression) bool {
			return e != nil && e.Class == "BOUND_REF" && e.Index == column
		}) {
			return false
		}
	}
	return len(windows) > 0
}

// unnest reads an UNNEST, which adds columns and makes many rows of one.
func (r *reader) unnest(op *operator, at place) *relation {
	out := *r.child(op, at)
	out.pure, out.order, out.why = nil, nil, "an UNNEST"
	out.columns = slices.Clone(out.columns)
	for _, e := range r.expressions(op) {
		var added column
		if e != nil {
			if items, ok := e.Child.list(); ok {
				added.known = true
				for _, item := range items {
					added.values = append(added.values, item.Value)
				}
			}
		}
		out.columns = append(out.columns, added)
	}
	return &out
}

// common reads common table expressions. A recursive one is computed from rows
// that come and go, so nothing is known of its columns; of a materialized one,
// the values are known, and nothing goes down to it.
func (r *reader) common(op *operator, at place) *relation {
	switch {
	case op.Type == "LOGICAL_CTE_REF":
		out := &relation{why: "a common table expression"}
		if shared := r.shared[op.CTEIndex]; shared != nil {
			out.columns, out.scans = fixed(shared.columns), shared.scans
		}
		return out
	case len(op.Children) != 2:
		return r.other(op, at)
	case op.Type == "LOGICAL_MATERIALIZED_CTE":
		r.shared[op.TableIndex] = r.walk(op.Children[0], at)
		return r.walk(op.Children[1], at)
	}
	anchor := r.walk(op.Children[0], at)
	at.repeated = true
	step := r.walk(op.Children[1], at)
	return &relation{why: "a recursive query", scans: append(anchor.scans, step.scans...)}
}

// sorted reads an ORDER BY.
func (r *reader) sorted(op *operator, at place) *relation {
	out := *r.child(op, at)
	out.streams = nil
	if out.pure != nil {
		out.order = r.sortKeys(op.Orders, out.columns)
	}
	out.columns = out.only(op.Projections)
	return &out
}

func (r *reader) sortKeys(orders []orderNode, columns []column) []sortKey {
	below := r.scope(columns)
	keys := make([]sortKey, len(orders))
	for i, o := range orders {
		keys[i] = sortKey{descending: o.Type == "DESCENDING", text: below.text(o.Expression)}
		if c := below.column(o.Expression); c.scan != nil {
			keys[i].on, keys[i].ok = c, true
			keys[i].text = connector.QuoteName(c.definition().Name)
		}
		if keys[i].descending {
			keys[i].text += " DESC"
		}
	}
	return keys
}

// limited reads a LIMIT, alone or with the ORDER BY below it.
func (r *reader) limited(op *operator, at place) *relation {
	below := r.child(op, at)
	l := &limit{ends: true}
	keys := below.order
	if op.Type == "LOGICAL_TOP_N" {
		keys = r.sortKeys(op.Orders, below.columns)
		l.set(op.Limit, op.Offset)
	} else {
		r.readLimit(l, op)
	}
	l.sort(keys)
	if below.pure == nil && l.why == "" {
		l.why = "the rows pass " + below.why
	}
	for _, s := range below.scans {
		if s.limit == nil {
			s.limit = l
		}
	}
	if op.Type == "LOGICAL_LIMIT" && l.ends {
		for _, s := range below.streams {
			s.early = true
		}
	}
	out := below.blocked("a limit")
	out.streams = below.streams
	return out
}

// readLimit reads the numbers of a LIMIT and an OFFSET.
func (r *reader) readLimit(l *limit, op *operator) {
	rows, ok := r.number(op.LimitValue)
	offset, offsetOK := r.number(op.OffsetValue)
	if op.OffsetValue == nil || op.OffsetValue.Type == "UNSET" {
		offset, offsetOK = 0, true
	}
	switch {
	case op.LimitValue == nil || op.LimitValue.Type == "UNSET":
		l.text, l.why = "offset", "there is no limit"
		l.ends = false
	case op.LimitValue.Type == "CONSTANT_PERCENTAGE" || op.LimitValue.Type == "EXPRESSION_PERCENTAGE":
		l.text, l.why = "limit", "it is a share of the rows"
		l.ends = false
	case !ok || !offsetOK:
		l.text, l.why = "limit", "its number is not known yet"
	default:
		l.set(rows, offset)
	}
}

// number returns a number that is a constant or a parameter with a value.
func (r *reader) number(n *limitNode) (index, bool) {
	switch {
	case n == nil:
		return 0, false
	case n.Type == "CONSTANT_VALUE":
		return n.Constant, true
	case n.Type != "EXPRESSION_VALUE":
		return 0, false
	}
	e := n.Expression
	for e != nil && e.Class == "BOUND_CAST" {
		e = e.Child
	}
	v, why := r.scope(nil).constant(e)
	if why != "" || v.value.Kind() != connector.IntValue || v.value.Int() < 0 {
		return 0, false
	}
	return index(v.value.Int()), true
}

// set makes the limit that of all rows that are skipped or taken.
func (l *limit) set(rows, offset index) {
	l.text = "limit " + strconv.FormatUint(uint64(rows), 10)
	if offset > 0 {
		l.text += " offset " + strconv.FormatUint(uint64(offset), 10)
	}
	if rows > math.MaxInt64/2 || offset > math.MaxInt64/2 || rows+offset == 0 {
		l.why = "the number is out of range"
		return
	}
	l.rows = int64(rows + offset)
}

// sort adds the order in which the first rows are meant.
func (l *limit) sort(keys []sortKey) {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = k.text
		switch {
		case l.why != "":
		case !k.ok:
			l.why = "the source sorts by columns only"
		case !k.on.definition().Sortable:
			l.why = "the source does not sort by " + connector.QuoteName(k.on.definition().Name)
		default:
			l.order = append(l.order, connector.Order{Column: k.on.definition().Name, Descending: k.descending})
		}
	}
	if len(keys) > 0 {
		l.text = "order by " + strings.Join(texts, ", ") + " " + l.text
	}
}
