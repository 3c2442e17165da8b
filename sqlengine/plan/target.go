package plan

import "slices"

var actions = map[string]Action{
	"LOGICAL_INSERT": Insert, "LOGICAL_UPDATE": Update,
	"LOGICAL_DELETE": Delete, "LOGICAL_MERGE_INTO": Merge,
}

// target reads what a statement writes; nothing where it is no source's table.
func (r *reader) target(op *operator) []Target {
	info := op.TableInfo
	if info == nil {
		return nil
	}
	table, ok := r.tables(info.Schema, info.Table)
	if !ok {
		return nil
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
		positions = op.Columns
	case Merge:
		for _, when := range op.Actions {
			for _, action := range when.Actions {
				positions = append(positions, action.Columns...)
				if action.Type == "MERGE_INSERT" {
					positions = append(positions, inserted(action.ColumnMap, info)...)
				}
			}
		}
	}
	t.Columns = names(info, positions)
	return []Target{t}
}

// inserted returns the positions of the columns that an INSERT gives.
func inserted(m columnMap, info *tableInfo) []index {
	var positions []index
	if len(m.Positions) == 0 {
		for i := range info.Columns.Columns {
			positions = append(positions, index(i))
		}
		return positions
	}
	for i, p := range m.Positions {
		if p != rowID {
			positions = append(positions, index(i))
		}
	}
	return positions
}

// names returns the names of columns in the table's order, each once.
func names(info *tableInfo, positions []index) []string {
	var found []string
	for i, c := range info.Columns.Columns {
		if slices.Contains(positions, index(i)) {
			found = append(found, c.Name)
		}
	}
	return found
}
