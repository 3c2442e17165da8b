package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Read reads the JSON that [Query] answered for a statement. The error is a
// [Refusal] where DuckDB could not plan the statement, else Kind Internal for
// JSON that makes no sense: the engine then fetches the tables whole, with
// [Whole].
func Read(planJSON []byte, tables Tables, opts Options) (*Plan, error) {
	roots, err := decode(planJSON)
	if err != nil {
		return nil, err
	}
	r := &reader{
		tables:    tables,
		opts:      opts,
		functions: map[string]bool{},
		shared:    map[index]*relation{},
	}
	for _, root := range roots {
		r.walk(root, place{})
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.plan(), nil
}

// reader collects what a plan reads.
type reader struct {
	tables    Tables
	opts      Options
	scans     []*scan
	edges     []edge
	functions map[string]bool
	targets   []Target
	// shared are the common table expressions met so far, by their index.
	shared map[index]*relation
	err    error
}

// place is where in the plan an operator stands.
type place struct {
	// repeated: in the part of a recursive query that runs again and again.
	repeated bool
	// depth counts the joins above with duplicate elimination, of whose outer
	// side distinct values are read here; outer are those of the nearest one.
	depth int
	outer []column
}

// walk reads an operator and all below it.
func (r *reader) walk(op *operator, at place) *relation {
	if op == nil {
		return &relation{why: "a part of the plan that is not known"}
	}
	switch op.Type {
	case "LOGICAL_GET":
		return r.get(op, at)
	case "LOGICAL_PROJECTION":
		return r.projection(op, at)
	case "LOGICAL_FILTER":
		return r.filtered(op, at)
	case "LOGICAL_LIMIT", "LOGICAL_TOP_N":
		return r.limited(op, at)
	case "LOGICAL_ORDER_BY":
		return r.sorted(op, at)
	case "LOGICAL_COMPARISON_JOIN", "LOGICAL_ASOF_JOIN", "LOGICAL_ANY_JOIN", "LOGICAL_DELIM_JOIN":
		return r.join(op, at)
	case "LOGICAL_AGGREGATE_AND_GROUP_BY":
		return r.aggregate(op, at)
	case "LOGICAL_DISTINCT":
		return r.distinct(op, at)
	case "LOGICAL_WINDOW":
		return r.window(op, at)
	case "LOGICAL_UNNEST":
		return r.unnest(op, at)
	case "LOGICAL_RECURSIVE_CTE", "LOGICAL_MATERIALIZED_CTE", "LOGICAL_CTE_REF":
		return r.common(op, at)
	case "LOGICAL_INSERT", "LOGICAL_UPDATE", "LOGICAL_DELETE", "LOGICAL_MERGE_INTO":
		r.targets = append(r.targets, r.target(op)...)
	}
	return r.other(op, at)
}

// names of operators in notes, for those that let nothing through.
var between = map[string]string{
	"LOGICAL_UNION":           "a set operation",
	"LOGICAL_EXCEPT":          "a set operation",
	"LOGICAL_INTERSECT":       "a set operation",
	"LOGICAL_CROSS_PRODUCT":   "a join",
	"LOGICAL_POSITIONAL_JOIN": "a join",
	"LOGICAL_SAMPLE":          "a sample",
	"LOGICAL_PIVOT":           "a pivot",
}

// other reads an operator of which nothing more is needed than what lies below
// it and how many columns it gives.
func (r *reader) other(op *operator, at place) *relation {
	out := &relation{why: "another operator"}
	if why, ok := between[op.Type]; ok {
		out.why = why
	}
	for _, child := range op.Children {
		below := r.walk(child, at)
		out.scans = append(out.scans, below.scans...)
		switch op.Type {
		case "LOGICAL_CROSS_PRODUCT":
			out.columns = append(out.columns, below.columns...)
			out.streams = append(out.streams, below.streams...)
		case "LOGICAL_POSITIONAL_JOIN", "LOGICAL_SAMPLE":
			out.columns = append(out.columns, fixed(below.columns)...)
		case "LOGICAL_UNION":
			out.streams = append(out.streams, below.streams...)
		}
	}
	switch op.Type {
	case "LOGICAL_DELIM_GET":
		if at.depth == 1 {
			out.columns = fixed(at.outer)
		}
	case "LOGICAL_CHUNK_GET":
		out.columns = constants(op)
	case "LOGICAL_EXPRESSION_GET":
		out.columns = r.values(op)
	}
	return out
}

// values returns the columns of a VALUES list, known where every row has a
// constant.
func (r *reader) values(op *operator) []column {
	var rows [][]*expression
	if err := json.Unmarshal(op.Expressions, &rows); err != nil {
		return nil
	}
	columns := make([]column, len(op.ExprTypes))
	for i := range columns {
		columns[i].known = true
		for _, row := range rows {
			if i >= len(row) || row[i] == nil || row[i].Class != "BOUND_CONSTANT" {
				columns[i] = column{}
				break
			}
			columns[i].values = append(columns[i].values, row[i].Value)
		}
	}
	return columns
}

// constants returns the columns of rows of constants.
func constants(op *operator) []column {
	columns := make([]column, len(op.ChunkTypes))
	if op.Collection == nil {
		return columns
	}
	for i := range min(len(columns), len(op.Collection.Values)) {
		columns[i] = column{known: true, values: op.Collection.Values[i]}
	}
	return columns
}

// tableScan is DuckDB's name for the function that scans a table of its own.
const tableScan = "seq_scan"

// get reads a scan of a table, or a call of a table function.
func (r *reader) get(op *operator, at place) *relation {
	out := &relation{why: "a table function"}
	for _, child := range op.Children {
		out.scans = append(out.scans, r.walk(child, at).scans...)
	}
	var data scanData
	if len(op.FunctionData) > 0 && json.Unmarshal(op.FunctionData, &data) != nil {
		data = scanData{}
	}
	if op.Name != tableScan || data.Table == "" {
		r.functions[op.Name] = true
		return out
	}
	table, ok := r.tables(data.Schema, data.Table)
	if !ok {
		out.why = "a table of no source"
		return out
	}
	s := &scan{
		source:   data.Schema,
		table:    table,
		types:    map[int]string{},
		needed:   map[int]bool{},
		repeated: at.repeated,
	}
	r.scans = append(r.scans, s)
	columns := make([]column, len(op.ColumnIndexes))
	for i, c := range op.ColumnIndexes {
		columns[i] = r.tableColumn(op, s, c)
	}
	for _, f := range op.TableFilters.Filters {
		where := r.scope([]column{r.tableColumn(op, s, columnIndex{Index: f.Column})})
		s.conditions = append(s.conditions, where.filterConditions(f.Filter, false)...)
	}
	all := relation{columns: columns}
	return &relation{
		columns: all.only(op.ProjectionIDs),
		pure:    s,
		scans:   append(out.scans, s),
		streams: []*scan{s},
	}
}

// tableColumn finds a column of the scan's table by the name that the planning
// catalog has for it.
func (r *reader) tableColumn(op *operator, s *scan, c columnIndex) column {
	if c.Index >= index(len(op.Names)) {
		return column{} // the row itself
	}
	name := op.Names[c.Index]
	pos := slices.IndexFunc(s.table.Columns, func(c connector.Column) bool {
		return strings.EqualFold(c.Name, name)
	})
	if pos < 0 {
		r.err = connector.Errorf(connector.Internal,
			"plan: the planning catalog has a column %q in %s.%s, and the source has not",
			name, s.source, s.table.Name)
		return column{}
	}
	s.needed[pos] = true
	if c.Index < index(len(op.ReturnedTypes)) && op.ReturnedTypes[c.Index] != nil {
		s.types[pos] = op.ReturnedTypes[c.Index].ID
	}
	if c.Kind != "" && c.Kind != "FULL_READ" {
		return column{} // a field of it
	}
	return column{scan: s, pos: pos, movable: true}
}

func (r *reader) scope(columns []column) *scope {
	return &scope{columns: columns, params: r.opts.Params}
}

func (r *reader) child(op *operator, at place) *relation {
	if len(op.Children) == 0 {
		return r.walk(nil, at)
	}
	out := r.walk(op.Children[0], at)
	for _, extra := range op.Children[1:] {
		out.scans = append(out.scans, r.walk(extra, at).scans...)
	}
	return out
}

// expressions decodes the expressions of an operator that has a flat list.
func (r *reader) expressions(op *operator) []*expression {
	var list []*expression
	if len(op.Expressions) == 0 {
		return nil
	}
	if err := json.Unmarshal(op.Expressions, &list); err != nil {
		r.err = connector.Errorf(connector.Internal, "plan: %s: expressions: %w", op.Type, err)
	}
	return list
}

func (r *reader) projection(op *operator, at place) *relation {
	out := *r.child(op, at)
	below := r.scope(out.columns)
	list := r.expressions(op)
	out.columns = make([]column, len(list))
	for i, e := range list {
		switch {
		case e == nil:
		case e.Class == "BOUND_REF":
			out.columns[i] = below.ref(e)
		case e.Class == "BOUND_CONSTANT" && e.Value != nil:
			out.columns[i] = column{known: true, values: []*constant{e.Value}}
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
	out.columns = out.only(op.ProjectionMap)
	return &out
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
		why = "a part of it cannot be sent"
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
func (t placed) obstacle(s *scan) string {
	switch {
	case t.on.scan != s:
		return "it is about more than one table"
	case !t.on.movable:
		return "it applies to a later step of the query"
	case t.on.padded && t.test.Op == connector.IsNull:
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
