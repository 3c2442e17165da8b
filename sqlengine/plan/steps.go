package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
)

// aggregate reads a grouping. Conditions on a column that every group is made
// by go through it; where nothing but rows of groups is counted, the scan
// learns so.
func (r *reader) aggregate(op *operator, at place) *relation {
	below := r.child(op, at)
	list := r.expressions(op)
	if below.pure != nil {
		below.pure.groups = groupsOf(op, list, below)
	}
	out := below.blocked("an aggregate")
	out.open = false
	out.columns = make([]column, len(op.Groups)+len(list)+len(op.GroupingFunctions))
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
		if below.pure != nil {
			below.pure.groups = distinctGroups(below)
		}
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
		if numbersRows(list) || partitionsBy(list, index(i)) {
			out.columns[i] = c
		}
	}
	out.add(make([]column, len(list)), false)
	return out
}

// numbersRows recognizes the numbering that DuckDB itself puts below a lateral
// join to tell rows apart. The numbers mean nothing, so rows may be left out
// below it. One that a person wrote has a place in the text.
func numbersRows(windows []*expression) bool {
	if len(windows) != 1 || windows[0] == nil {
		return false
	}
	w := windows[0]
	return w.Type == "WINDOW_ROW_NUMBER" && w.Alias == "delim_index" && !w.located() &&
		len(w.Partitions) == 0 && len(w.Orders) == 0
}

// located tells whether an expression has a place in the statement's text.
func (e *expression) located() bool { return e.Location != nil && *e.Location != rowID }

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
		out.add([]column{added}, false)
	}
	return &out
}

// common reads common table expressions. A recursive one is computed from rows
// that come and go, so nothing is known of its columns; of a materialized one,
// the values are known, and nothing goes down to it.
func (r *reader) common(op *operator, at place) *relation {
	switch {
	case op.Type == "LOGICAL_CTE_REF":
		out := &relation{why: "a common table expression", columns: make([]column, len(op.ChunkTypes))}
		if shared := r.shared[op.CTEIndex]; shared != nil {
			out.scans = slices.Clip(shared.scans)
			if len(shared.columns) == len(op.ChunkTypes) && !shared.open {
				out.columns = fixed(shared.columns)
			}
		}
		return out
	case len(op.Children) != 2:
		return r.other(op, at)
	case op.Type == "LOGICAL_MATERIALIZED_CTE":
		r.shared[op.TableIndex] = r.walk(op.Children[0], at)
		return r.walk(op.Children[1], at)
	}
	return r.recursive(op, at)
}

// recursive reads a recursive query. Its rows are those of the anchor and those
// of all rounds of the step, so the values of a column are known to come from a
// column of a table where both of them take it from there.
func (r *reader) recursive(op *operator, at place) *relation {
	anchor := r.walk(op.Children[0], at)
	at.repeated = true
	step := r.walk(op.Children[1], at)
	out := &relation{
		why:   "a recursive query",
		scans: slices.Concat(anchor.scans, step.scans),
	}
	out.columns, out.open = unknowns(op.ColumnCount)
	for i := range out.columns {
		if c, d := anchor.at(index(i)), step.at(index(i)); c.sameTable(d) {
			c = c.fixed()
			c.padded = true
			out.columns[i] = c
		}
	}
	return out
}

// sorted reads an ORDER BY.
func (r *reader) sorted(op *operator, at place) *relation {
	out := *r.child(op, at)
	out.streams = nil
	if out.pure != nil {
		out.order = r.sortKeys(op.Orders, out.columns)
	}
	return out.chosen(op.Projections)
}

func (r *reader) sortKeys(orders []orderNode, columns []column) []sortKey {
	below := r.scope(columns)
	keys := make([]sortKey, len(orders))
	for i, o := range orders {
		keys[i] = sortKey{descending: o.Type == "DESCENDING", text: below.text(o.Expression)}
		if keys[i].text == "…" {
			keys[i].text = "an expression"
		}
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
	if below.pure == nil {
		l.why = "the rows pass " + below.why
	}
	keys := below.order
	if op.Type == "LOGICAL_TOP_N" {
		keys = r.sortKeys(op.Orders, below.columns)
		l.set(op.Limit, op.Offset)
	} else {
		r.readLimit(l, op)
	}
	l.sort(keys)
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
		l.text, l.ends = "offset", false
		l.keep("there is no limit")
	case op.LimitValue.Type == "CONSTANT_PERCENTAGE" || op.LimitValue.Type == "EXPRESSION_PERCENTAGE":
		l.text, l.ends = "limit", false
		l.keep("it is a share of the rows")
	case !ok || !offsetOK:
		l.text = "limit"
		l.keep("its number is not known yet")
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
		l.keep("the number is out of range")
		return
	}
	l.rows = int64(rows + offset)
}

// keep notes why the limit cannot go down; the first reason stands.
func (l *limit) keep(why string) {
	if l.why == "" {
		l.why = why
	}
}

// sort adds the order in which the first rows are meant.
func (l *limit) sort(keys []sortKey) {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = k.text
		switch {
		case !k.ok:
			l.keep("the source sorts by columns only")
		case !k.on.definition().Sortable:
			l.keep("the source does not sort by " + connector.QuoteName(k.on.definition().Name))
		default:
			l.order = append(l.order, connector.Order{Column: k.on.definition().Name, Descending: k.descending})
		}
	}
	if len(keys) > 0 {
		l.text = "order by " + strings.Join(texts, ", ") + " " + l.text
	}
}
