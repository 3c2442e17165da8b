package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// unknowns returns n columns of which nothing is known.
func unknowns(n index) ([]column, bool) {
	const most = 1 << 16
	if n > most {
		return nil, true
	}
	return make([]column, n), false
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

// values returns the columns of a VALUES list, known where every row has a
// constant.
func (r *reader) values(op *operator) []column {
	var rows [][]*expression
	columns := make([]column, len(op.ExprTypes))
	if err := json.Unmarshal(op.Expressions, &rows); err != nil {
		return columns
	}
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

// tableScan is DuckDB's name for the function that scans a table of its own.
const tableScan = "seq_scan"

// get reads a scan of a table, or a call of a table function.
func (r *reader) get(op *operator, at place) *relation {
	out := &relation{why: "a table function"}
	for _, child := range op.Children {
		out.scans = append(out.scans, r.walk(child, at).scans...)
	}
	out.columns = make([]column, op.width())
	var data scanData
	if len(op.FunctionData) > 0 && json.Unmarshal(op.FunctionData, &data) != nil {
		data = scanData{}
	}
	if op.Name != tableScan || data.Table == "" {
		r.functions[op.Name] = true
		if op.Name == r.opts.CallFunction {
			r.call(op)
		}
		return out
	}
	table, ok := r.table(data.Catalog, data.Schema, data.Table)
	if !ok {
		return r.local(op, data, at)
	}
	s := &scan{
		source:   data.Schema,
		table:    table,
		types:    map[int]string{},
		needed:   map[int]bool{},
		repeated: at.repeated,
	}
	r.scans = append(r.scans, s)
	return r.scanned(op, s)
}

// call takes note of a call of a procedure.
func (r *reader) call(op *operator) {
	if len(op.Parameters) != 2 {
		return
	}
	id, ok := op.Parameters[0].literal()
	if !ok {
		return
	}
	list, _ := op.Parameters[1].children() // an empty one has none
	c := Call{ID: id.value.Text()}
	for _, item := range list {
		v, ok := item.literal()
		if !ok {
			return
		}
		c.Arguments = append(c.Arguments, v.value)
	}
	r.calls = append(r.calls, c)
}

// width returns how many columns a scan gives.
func (op *operator) width() int {
	if len(op.ColumnIndexes) == 0 {
		return 1 + len(op.InputColumns)
	}
	if len(op.ProjectionIDs) > 0 {
		return len(op.ProjectionIDs) + len(op.InputColumns)
	}
	return len(op.ColumnIndexes) + len(op.InputColumns)
}

// scanned returns what is known of a scan's output, and gives the scan the
// conditions that DuckDB pushed into it.
func (r *reader) scanned(op *operator, s *scan) *relation {
	columns := make([]column, len(op.ColumnIndexes))
	for i, c := range op.ColumnIndexes {
		columns[i] = r.tableColumn(op, s, c)
	}
	if len(columns) == 0 {
		columns = make([]column, 1)
	}
	all := relation{columns: columns, pure: s, scans: []*scan{s}, streams: []*scan{s}}
	out := all.chosen(op.ProjectionIDs)
	for _, f := range op.TableFilters.Filters {
		where := r.scope([]column{r.tableColumn(op, s, columnIndex{Index: f.Column})})
		if !op.sampled() {
			s.conditions = append(s.conditions, where.filterConditions(f.Filter, false)...)
		}
	}
	if op.sampled() {
		return out.blocked("a sample")
	}
	return out
}

// sampled tells whether a scan takes a sample of its table, to which its
// filters then apply.
func (op *operator) sampled() bool {
	sample := string(op.ExtraInfo.Sample)
	return sample != "" && sample != "null"
}

// tableColumn finds a column of the scan's table by the name that the planning
// catalog has for it.
func (r *reader) tableColumn(op *operator, s *scan, c columnIndex) column {
	if c.Index >= index(len(op.Names)) {
		return column{rowOf: s}
	}
	name := op.Names[c.Index]
	pos := slices.IndexFunc(s.table.Columns, func(c connector.Column) bool {
		return strings.EqualFold(c.Name, name)
	})
	if pos < 0 && s.table.Wider {
		s.further = true
		return column{}
	}
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
