package connectortest_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// faulty is a source of which some methods are replaced. Optional interfaces
// are those of the source within.
type faulty struct {
	connector.Source
	tables func([]connector.Table)
	scan   func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error)
}

func (f faulty) Unwrap() connector.Source { return f.Source }

func (f faulty) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := f.Source.Tables(ctx)
	if f.tables != nil && err == nil {
		f.tables(tables)
	}
	return tables, err
}

func (f faulty) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	if f.scan == nil {
		return f.Source.Scan(ctx, req)
	}
	return f.scan(ctx, f.Source, req)
}

// rewriting sends other predicates than it was asked for.
func rewriting(rewrite func(p connector.Predicate) connector.Predicate) func(connector.Source) connector.Source {
	return requesting(func(req *connector.ScanRequest) {
		req.Where = slices.Clone(req.Where)
		for i, p := range req.Where {
			req.Where[i] = rewrite(p)
		}
	})
}

// requesting sends another request than it was asked for.
func requesting(change func(req *connector.ScanRequest)) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source {
		return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
			change(&req)
			return src.Scan(ctx, req)
		}}
	}
}

// reading replaces the reader of each scan.
func reading(change func(r array.RecordReader, req connector.ScanRequest) array.RecordReader) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source {
		return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
			r, err := src.Scan(ctx, req)
			if err != nil {
				return nil, err
			}
			return change(r, req), nil
		}}
	}
}

// describing changes what the source says about its first table.
func describing(change func(t *connector.Table)) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source {
		return faulty{Source: src, tables: func(tables []connector.Table) { change(&tables[0]) }}
	}
}

// column finds a column for describing.
func column(t *connector.Table, name string) *connector.Column {
	c, _ := t.Column(name)
	return c
}

// cut ends a stream, without an error, after some rows.
type cut struct {
	array.RecordReader
	left  int64
	batch arrow.RecordBatch
}

func (c *cut) Next() bool {
	c.drop()
	if c.left <= 0 || !c.RecordReader.Next() {
		return false
	}
	whole := c.RecordReader.RecordBatch()
	c.batch = whole.NewSlice(0, min(c.left, whole.NumRows()))
	c.left -= c.batch.NumRows()
	return true
}

func (c *cut) RecordBatch() arrow.RecordBatch { return c.batch }

func (c *cut) Release() {
	c.drop()
	c.RecordReader.Release()
}

func (c *cut) drop() {
	if c.batch != nil {
		c.batch.Release()
		c.batch = nil
	}
}

// mapped replaces each batch, and the schema.
type mapped struct {
	array.RecordReader
	schema *arrow.Schema
	change func(arrow.RecordBatch) arrow.RecordBatch // gives a reference of its own
	batch  arrow.RecordBatch
}

func (m *mapped) Schema() *arrow.Schema { return m.schema }

func (m *mapped) Next() bool {
	m.drop()
	if !m.RecordReader.Next() {
		return false
	}
	m.batch = m.change(m.RecordReader.RecordBatch())
	return true
}

func (m *mapped) RecordBatch() arrow.RecordBatch { return m.batch }

func (m *mapped) Release() {
	m.drop()
	m.RecordReader.Release()
}

func (m *mapped) drop() {
	if m.batch != nil {
		m.batch.Release()
		m.batch = nil
	}
}

// byName puts the columns of every batch in the order of their names.
func byName(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
	fields := slices.Clone(r.Schema().Fields())
	slices.SortFunc(fields, func(a, b arrow.Field) int { return strings.Compare(a.Name, b.Name) })
	schema := arrow.NewSchema(fields, nil)
	return &mapped{RecordReader: r, schema: schema, change: func(batch arrow.RecordBatch) arrow.RecordBatch {
		columns := make([]arrow.Array, len(fields))
		for i, field := range fields {
			columns[i] = batch.Column(batch.Schema().FieldIndices(field.Name)[0])
		}
		return array.NewRecordBatch(schema, columns, batch.NumRows())
	}}
}

// neverNull says that no column is nullable, whatever they hold.
func neverNull(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
	fields := slices.Clone(r.Schema().Fields())
	for i := range fields {
		fields[i].Nullable = false
	}
	schema := arrow.NewSchema(fields, nil)
	return &mapped{RecordReader: r, schema: schema, change: func(batch arrow.RecordBatch) arrow.RecordBatch {
		return array.NewRecordBatch(schema, batch.Columns(), batch.NumRows())
	}}
}

// echoing gives Title as it was asked for, not as it is.
func echoing(src connector.Source) connector.Source {
	return reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
		for _, p := range req.Where {
			at := r.Schema().FieldIndices("Title")
			if p.Column == "Title" && p.Op == connector.Eq && len(at) == 1 {
				return &mapped{RecordReader: r, schema: r.Schema(), change: func(batch arrow.RecordBatch) arrow.RecordBatch {
					b := array.NewStringBuilder(memory.DefaultAllocator)
					for range batch.NumRows() {
						b.Append(p.Values[0].Text())
					}
					columns := slices.Clone(batch.Columns())
					columns[at[0]] = b.NewArray()
					return array.NewRecordBatch(r.Schema(), columns, batch.NumRows())
				}}
			}
		}
		return r
	})(src)
}

// noErr hides what went wrong.
type noErr struct{ array.RecordReader }

func (noErr) Err() error { return nil }

// errOf changes what went wrong.
type errOf struct {
	array.RecordReader
	change func(error) error
}

func (e errOf) Err() error { return e.change(e.RecordReader.Err()) }

// failing changes the errors of scans and of their streams.
func failing(change func(error) error) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source {
		return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
			r, err := src.Scan(ctx, req)
			if err != nil {
				return nil, change(err)
			}
			return errOf{r, func(err error) error {
				if err == nil {
					return nil
				}
				return change(err)
			}}, nil
		}}
	}
}

// hoarding forgets to release batches: the first of each scan, or only those of
// scans that were not read to their end.
type hoarding struct {
	array.RecordReader
	always, ended bool
	first         arrow.RecordBatch
}

func (h *hoarding) Next() bool {
	if !h.RecordReader.Next() {
		h.ended = true
		return false
	}
	if h.first == nil {
		h.first = h.RecordReader.RecordBatch()
		h.first.Retain()
	}
	return true
}

func (h *hoarding) Release() {
	if h.ended && !h.always && h.first != nil {
		h.first.Release()
	}
	h.RecordReader.Release()
}

// recycling writes over the numbers of a batch when the next one is read.
type recycling struct{ array.RecordReader }

func (r recycling) Next() bool {
	if batch := r.RecordReader.RecordBatch(); batch != nil {
		for _, c := range batch.Columns() {
			if numbers, ok := c.(*array.Int64); ok {
				clear(numbers.Int64Values())
			}
		}
	}
	return r.RecordReader.Next()
}

// boasting reports more than there is: the end before it, and less afterwards.
type boasting struct {
	array.RecordReader
	report func(n int64) connector.Report
	rows   *atomic.Int64
}

func (b boasting) Next() bool {
	if !b.RecordReader.Next() {
		return false
	}
	b.rows.Add(b.RecordReader.RecordBatch().NumRows())
	return true
}

func (b boasting) Report() connector.Report { return b.report(b.rows.Load()) }
