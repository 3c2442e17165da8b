package connectortest

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// filter is a predicate with the stored column that it is about.
type filter struct {
	predicate connector.Predicate
	column    arrow.Array
	grade     connector.Grade
}

// filters finds the columns of predicates that were checked before.
func (r *relation) filters(where []connector.Predicate) []filter {
	var filters []filter
	for _, p := range where {
		if c, _ := r.table.Column(p.Column); !c.Asked {
			filters = append(filters, filter{predicate: p, column: r.column(p.Column), grade: r.table.Grade(p)})
		}
	}
	return filters
}

// given returns the constants that a request gives columns marked Asked, by the
// columns' names.
func (r *relation) given(where []connector.Predicate) map[string]connector.Value {
	values := map[string]connector.Value{}
	for _, p := range where {
		if c, _ := r.table.Column(p.Column); c.Asked && p.Op == connector.Eq {
			values[c.Name] = p.Values[0]
		}
	}
	return values
}

// column returns the stored column of a name that was checked before.
func (r *relation) column(name string) arrow.Array {
	c, _ := r.table.Column(name)
	for i := range r.table.Columns {
		if c == &r.table.Columns[i] {
			return r.columns[i]
		}
	}
	panic("connectortest: column " + name + " was not checked")
}

// admits tells whether a scan gives a stored row: all that satisfy the
// predicates, and every third of the others past an Inexact one.
func admits(filters []filter, row int) bool {
	for _, f := range filters {
		if f.grade == connector.Unsupported || f.grade == connector.Inexact && row%3 == 1 {
			continue
		}
		if !f.satisfied(row) {
			return false
		}
	}
	return true
}

func (f filter) satisfied(row int) bool {
	v, ok := connector.ValueAt(f.column, row)
	if ok {
		return f.predicate.Match(v)
	}
	return f.predicate.Op != connector.IsNull
}

// sort puts rows in the order of the keys, and those with equal keys in the
// order in which they are stored.
func (r *relation) sort(rows []int, keys []connector.Order) {
	if len(keys) == 0 {
		return
	}
	columns := make([]arrow.Array, len(keys))
	for i, key := range keys {
		columns[i] = r.column(key.Column)
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		for i, key := range keys {
			v, _ := connector.ValueAt(columns[i], a)
			w, _ := connector.ValueAt(columns[i], b)
			order, _ := v.Compare(w)
			if key.Descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// take copies stored rows into a new batch.
func (r *relation) take(mem memory.Allocator, schema *arrow.Schema, rows []int, given map[string]connector.Value) (arrow.RecordBatch, error) {
	columns := make([]arrow.Array, 0, schema.NumFields())
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for _, field := range schema.Fields() {
		c, err := r.cells(mem, field, rows, given)
		if err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	return array.NewRecordBatch(schema, columns, int64(len(rows))), nil
}

// cells returns what some rows have in a column: what is stored there, or what
// the request gives it.
func (r *relation) cells(mem memory.Allocator, field arrow.Field, rows []int, given map[string]connector.Value) (arrow.Array, error) {
	v, ok := given[field.Name]
	if !ok {
		return pick(mem, r.column(field.Name), rows)
	}
	b := array.NewBuilder(mem, field.Type)
	defer b.Release()
	for range rows {
		if err := connector.AppendValue(b, v); err != nil {
			return nil, err
		}
	}
	return b.NewArray(), nil
}

// pick copies rows of a column, run by run.
func pick(mem memory.Allocator, column arrow.Array, rows []int) (arrow.Array, error) {
	var runs []arrow.Array
	defer func() {
		for _, run := range runs {
			run.Release()
		}
	}()
	for first := 0; first < len(rows); {
		end := first + 1
		for end < len(rows) && rows[end] == rows[end-1]+1 {
			end++
		}
		runs = append(runs, array.NewSlice(column, int64(rows[first]), int64(rows[end-1]+1)))
		first = end
	}
	return array.Concatenate(runs, mem)
}
