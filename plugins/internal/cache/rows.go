package cache

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// as returns an array as one of a type that differs in the names of list elements
// only. The caller releases it.
func as(a arrow.Array, t arrow.DataType) (arrow.Array, error) {
	if arrow.TypeEqual(a.DataType(), t) && a.DataType().String() == t.String() {
		a.Retain()
		return a, nil
	}
	data, err := retyped(a.Data(), t)
	if err != nil {
		return nil, err
	}
	defer data.Release()
	return array.MakeFromData(data), nil
}

func retyped(data arrow.ArrayData, t arrow.DataType) (arrow.ArrayData, error) {
	list, ok := t.(*arrow.ListType)
	if !ok {
		if !arrow.TypeEqual(data.DataType(), t) {
			return nil, fmt.Errorf("a column of type %s, want %s", data.DataType(), t)
		}
		data.Retain()
		return data, nil
	}
	if data.DataType().ID() != arrow.LIST || len(data.Children()) != 1 {
		return nil, fmt.Errorf("a column of type %s, want %s", data.DataType(), t)
	}
	child, err := retyped(data.Children()[0], list.Elem())
	if err != nil {
		return nil, err
	}
	defer child.Release()
	return array.NewData(t, data.Len(), data.Buffers(), []arrow.ArrayData{child}, data.NullN(), data.Offset()), nil
}

// filter is a predicate with the number of the column that it is about.
type filter struct {
	predicate connector.Predicate
	at        int
	// among are the constants of an IN, of one kind whose equal values are ==;
	// nil where they are not.
	among map[connector.Value]bool
	kind  connector.ValueKind
}

func newFilter(p connector.Predicate, at int) filter {
	f := filter{predicate: p, at: at}
	if p.Op != connector.In || len(p.Values) == 0 {
		return f
	}
	f.kind = p.Values[0].Kind()
	among := make(map[connector.Value]bool, len(p.Values))
	for _, v := range p.Values {
		if v.Kind() != f.kind || f.kind == connector.FloatValue || f.kind == connector.DecimalValue {
			return f
		}
		among[v] = true
	}
	f.among = among
	return f
}

// match tells whether a value satisfies the predicate.
func (f *filter) match(v connector.Value) bool {
	if f.among != nil && v.Kind() == f.kind {
		return f.among[v]
	}
	return f.predicate.Match(v)
}

// matching returns the numbers of the rows that satisfy all filters.
func matching(batch arrow.RecordBatch, filters []filter) []int {
	var rows []int
	for row := range int(batch.NumRows()) {
		if satisfied(batch, filters, row) {
			rows = append(rows, row)
		}
	}
	return rows
}

func satisfied(batch arrow.RecordBatch, filters []filter, row int) bool {
	for i := range filters {
		f := &filters[i]
		v, ok := connector.ValueAt(batch.Column(f.at), row)
		if ok && !f.match(v) || !ok && f.predicate.Op == connector.IsNull {
			return false
		}
	}
	return true
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

// take makes a batch of some rows of the first columns of another one, which is
// of those columns whole where rows are all of them.
func take(mem memory.Allocator, schema *arrow.Schema, batch arrow.RecordBatch, rows []int) (arrow.RecordBatch, error) {
	var columns []arrow.Array
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i := range schema.NumFields() {
		column := batch.Column(i)
		if len(rows) == int(batch.NumRows()) {
			column.Retain()
			columns = append(columns, column)
			continue
		}
		some, err := pick(mem, column, rows)
		if err != nil {
			return nil, err
		}
		columns = append(columns, some)
	}
	return array.NewRecordBatch(schema, columns, int64(len(rows))), nil
}

// every are the numbers of n rows.
func every(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}
