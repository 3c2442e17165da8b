package plan

import "slices"

var actions = map[string]Action{
	"LOGICAL_INSERT": Insert, "LOGICAL_UPDATE": Update,
	"LOGICAL_DELETE": Delete, "LOGICAL_MERGE_INTO": Merge,
}

// write reads a statement that writes.
func (r *reader) write(op *operator, at place) *relation {
	below := r.child(op, at)
	if t, ok := r.target(op, below); ok {
		r.targets = append(r.targets, t)
	}
	return &relation{why: "a write", scans: below.scans}
}

// target reads what a statement writes; nothing where it is no source's table.
func (r *reader) target(op *operator, below *relation) (Target, bool) {
	info := op.TableInfo
	if info == nil {
		return Target{}, false
	}
	table, ok := r.table(info.Catalog, info.Schema, info.Table)
	if !ok {
		return Target{}, false
	}
	t := Target{
		Source:    info.Schema,
		Table:     table.Name,
		Action:    actions[op.Type],
		Returning: op.ReturnChunk,
	}
	var positions []index
	switch t.Action {
	case Insert:
		positions = inserted(op.ColumnMap, info)
	case Update:
		positions = r.updated(op, below)
	case Merge:
		positions = merged(op, info)
	}
	t.Columns = info.names(positions)
	return t, true
}

// inserted returns the positions of the columns that an INSERT gives.
func inserted(m columnMap, info *tableInfo) []index {
	var positions []index
	for i := range info.Columns.Columns {
		named := len(m.Positions) == 0 || i < len(m.Positions) && m.Positions[i] != rowID
		if named {
			positions = append(positions, index(i))
		}
	}
	return positions
}

// updated returns the positions of the columns that an UPDATE changes. Where
// DuckDB plans it as a delete and an insert, all columns are written, and those
// that are written as they are read are left out here.
func (r *reader) updated(op *operator, below *relation) []index {
	list := r.expressions(op)
	var changed []index
	for i, pos := range op.Columns {
		if i < len(list) && list[i] != nil && list[i].Class == "BOUND_REF" &&
			below.unchanged(below.at(list[i].Index), op.TableInfo, pos) {
			continue
		}
		changed = append(changed, pos)
	}
	return changed
}

// unchanged tells whether a column is that of the row to be updated.
func (r *relation) unchanged(c column, info *tableInfo, pos index) bool {
	own := slices.ContainsFunc(r.columns, func(row column) bool {
		return row.rowOf != nil && row.rowOf == c.scan
	})
	return own && pos < index(len(info.Columns.Columns)) &&
		c.definition().Name == info.Columns.Columns[pos].Name
}

// merged returns the positions of the columns that a MERGE updates or inserts.
func merged(op *operator, info *tableInfo) []index {
	var positions []index
	for _, when := range op.Actions {
		for _, action := range when.Actions {
			positions = append(positions, action.Columns...)
			if action.Type == "MERGE_INSERT" {
				positions = append(positions, inserted(action.ColumnMap, info)...)
			}
		}
	}
	return positions
}

// names returns the names of columns in the table's order, each once.
func (t *tableInfo) names(positions []index) []string {
	var found []string
	for i, c := range t.Columns.Columns {
		if slices.Contains(positions, index(i)) {
			found = append(found, c.Name)
		}
	}
	return found
}
