package markdown

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// reader is a scan under way: an array.RecordReader that reads a file when
// rows are asked for, and not earlier.
type reader struct {
	*plan
	report
	ctx    context.Context // of the scan, which lives as long as its reader
	source *Source
	refs   atomic.Int64

	rows     []row // made, and not handed out yet
	returned int64
	batch    arrow.RecordBatch
	err      error
}

var (
	_ array.RecordReader = (*reader)(nil)
	_ connector.Reporter = (*reader)(nil)
)

func newReader(ctx context.Context, source *Source, p *plan) *reader {
	r := &reader{plan: p, ctx: ctx, source: source}
	r.refs.Store(1)
	if p.rowAFile() && p.limit == 0 {
		r.expect(int64(len(p.files)))
	}
	return r
}

// Next goes to the next batch.
func (r *reader) Next() bool {
	r.drop()
	for r.err == nil && len(r.rows) < r.wanted() && len(r.files) > 0 {
		r.err = r.readFile()
	}
	if r.err != nil {
		return false
	}
	n := min(len(r.rows), r.wanted())
	if n == 0 {
		r.end(len(r.rows) == 0 && len(r.files) == 0, len(r.files))
		return false
	}
	r.batch, r.err = r.build(r.rows[:n])
	r.rows = r.rows[n:]
	r.returned += int64(n)
	r.progress(r.returned)
	return r.err == nil
}

// wanted is how many rows the next batch may have.
func (r *reader) wanted() int {
	if r.limit == 0 {
		return r.size
	}
	return int(min(int64(r.size), r.limit-r.returned))
}

// readFile makes rows of the next file.
func (r *reader) readFile() error {
	f := r.files[0]
	r.files = r.files[1:]
	content, err := f.read(r.ctx)
	if err != nil {
		return err
	}
	r.fileRead(int64(len(content)))
	for _, part := range r.within {
		if !strings.Contains(content, part) {
			return nil
		}
	}
	i, err := parse(f, content, r.source.zone, r.warn)
	if err != nil {
		return err
	}
	r.rows = append(r.rows, r.table.rows(i)...)
	return nil
}

// build makes a batch of rows. Without columns, only their number counts.
func (r *reader) build(rows []row) (arrow.RecordBatch, error) {
	columns := make([]arrow.Array, len(r.columns))
	for i, at := range r.columns {
		column, err := r.column(r.schema.Field(i).Type, rows, at)
		if err != nil {
			return nil, err
		}
		defer column.Release() // the batch holds it from here on
		columns[i] = column
	}
	return array.NewRecordBatch(r.schema, columns, int64(len(rows))), nil
}

// column makes an array of the values that stand at one place of the rows.
func (r *reader) column(t arrow.DataType, rows []row, at int) (arrow.Array, error) {
	b := array.NewBuilder(r.source.memory, t)
	defer b.Release()
	b.Reserve(len(rows))
	for _, row := range rows {
		if err := connector.AppendValue(b, row[at]); err != nil {
			return nil, err
		}
	}
	return b.NewArray(), nil
}

// Retain adds a reference.
func (r *reader) Retain() { r.refs.Add(1) }

// Release drops a reference; the last one frees the batch.
func (r *reader) Release() {
	if r.refs.Add(-1) == 0 {
		r.drop()
	}
}

func (r *reader) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

// Schema returns the schema of the columns asked for.
func (r *reader) Schema() *arrow.Schema { return r.schema }

// RecordBatch returns the batch that Next went to.
func (r *reader) RecordBatch() arrow.RecordBatch { return r.batch }

// Record returns the batch that Next went to.
//
// Deprecated: use RecordBatch.
func (r *reader) Record() arrow.RecordBatch { return r.batch }

// Err returns why Next answered false; nil where all rows were read.
func (r *reader) Err() error { return r.err }
