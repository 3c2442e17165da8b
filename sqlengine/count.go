package sqlengine

import (
	"context"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// witnesses returns for each column a value that satisfies every predicate on
// it, so that rows of them pass the filters that DuckDB applies again. It
// answers false where it finds none.
func witnesses(where []connector.Predicate) (map[string]connector.Value, bool) {
	found := map[string]connector.Value{}
	for _, p := range where {
		if _, ok := found[p.Column]; ok {
			continue
		}
		value, ok := witness(p.Column, where)
		if !ok {
			return nil, false
		}
		found[p.Column] = value
	}
	return found, true
}

func witness(column string, where []connector.Predicate) (connector.Value, bool) {
	candidates := []connector.Value{connector.Null()}
	for _, p := range where {
		if p.Column == column {
			candidates = append(candidates, p.Values...)
		}
	}
	for _, candidate := range candidates {
		if satisfies(candidate, column, where) {
			return candidate, true
		}
	}
	return connector.Value{}, false
}

func satisfies(v connector.Value, column string, where []connector.Predicate) bool {
	for _, p := range where {
		if p.Column == column && !p.Match(v) {
			return false
		}
	}
	return true
}

// count asks the source for the number of rows of a fetch. It answers false
// where the source cannot tell without reading.
func (r *run) count(ctx context.Context, f *fetch) (int64, bool, error) {
	counter, ok := connector.As[connector.Counter](f.relation.source.Source)
	if !ok {
		return 0, false, nil
	}
	n, err := counter.Count(ctx, connector.CountRequest{Table: f.request.Table, Where: f.request.Where, Statement: r.id})
	if connector.KindOf(err) == connector.Unimplemented {
		return 0, false, nil
	}
	return n, err == nil, err
}

// counted are rows that were counted and not read: as many rows of the
// witnesses' values.
type counted struct {
	table *connector.Table
	// columns are those that DuckDB filters by; what it asks for beside them, as
	// of the first column for a bare count(*), it does not look at.
	columns []string
	values  map[string]connector.Value
	rows    int64
}

// countFeed gives DuckDB some columns of counted rows.
type countFeed struct {
	left  int64
	batch arrow.RecordBatch
}

var _ duck.Feed = (*countFeed)(nil)

// countRows is how many rows a batch of a countFeed has.
const countRows = 2048

// feed returns the counted rows with the named columns. It answers false where
// a column has no witness, or one that the column cannot hold: 5.5 satisfies
// id > 5, and is no integer.
func (c *counted) feed(names []string) (*countFeed, bool) {
	schema, err := c.table.Schema(names)
	if err != nil {
		return nil, false
	}
	n := min(c.rows, countRows)
	var columns []arrow.Array
	defer func() {
		for _, column := range columns {
			column.Release()
		}
	}()
	for _, field := range schema.Fields() {
		value, ok := c.values[field.Name]
		if !ok && slices.Contains(c.columns, field.Name) {
			return nil, false
		}
		column, err := repeated(field.Type, value, n)
		if err != nil {
			return nil, false
		}
		columns = append(columns, column)
	}
	return &countFeed{left: c.rows, batch: array.NewRecordBatch(schema, columns, n)}, true
}

// repeated returns n times the same value.
func repeated(t arrow.DataType, value connector.Value, n int64) (arrow.Array, error) {
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	for range n {
		if err := connector.AppendValue(b, value); err != nil {
			return nil, err
		}
	}
	return b.NewArray(), nil
}

func (f *countFeed) Next() (arrow.RecordBatch, error) {
	if f.left == 0 {
		return nil, nil
	}
	n := min(f.left, f.batch.NumRows())
	f.left -= n
	return f.batch.NewSlice(0, n), nil
}

func (f *countFeed) Close() { f.batch.Release() }
