package plan

import (
	"encoding/json"
	"slices"

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
	r := &reader{tables: tables, opts: opts}
	for _, root := range roots {
		r.walk(root)
	}
	return &Plan{Fetches: r.fetches}, nil
}

type reader struct {
	tables  Tables
	opts    Options
	fetches []Fetch
}

func (r *reader) walk(op *operator) {
	if op == nil {
		return
	}
	for _, child := range op.Children {
		r.walk(child)
	}
	var data scanData
	if op.Type != "LOGICAL_GET" || json.Unmarshal(op.FunctionData, &data) != nil {
		return
	}
	table, ok := r.tables(data.Schema, data.Table)
	if !ok {
		return
	}
	fetch := r.fetch(data.Schema, table)
	fetch.Reads++
	for _, c := range op.ColumnIndexes {
		if int(c.Index) >= 0 && int(c.Index) < len(table.Columns) {
			name := table.Columns[c.Index].Name
			if !slices.Contains(fetch.Request.Columns, name) {
				fetch.Request.Columns = append(fetch.Request.Columns, name)
			}
		}
	}
}

func (r *reader) fetch(source string, table *connector.Table) *Fetch {
	for i := range r.fetches {
		if r.fetches[i].Source == source && r.fetches[i].Request.Table == table.Name {
			return &r.fetches[i]
		}
	}
	r.fetches = append(r.fetches, Fetch{
		Source:  source,
		Request: connector.ScanRequest{Table: table.Name},
	})
	return &r.fetches[len(r.fetches)-1]
}
