package print

import (
	"io"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// Options say how to write results.
type Options struct {
	Format   Format
	Encoding Encoding
	// Zone is for timestamps whose own zone is not known on this machine; nil
	// is UTC.
	Zone *time.Location
	// Width is how many columns a line of the Table format may take; 0 is any
	// number.
	Width int
}

// Printer writes results, one after the other.
type Printer struct {
	sink    *sink
	layout  layout
	results int
}

// layout is a way to lay out results.
type layout interface {
	// begin is called for each result first, with its number from 0.
	begin(s *sink, schema *arrow.Schema, result int) error
	// rows writes a batch.
	rows(s *sink, batch arrow.RecordBatch) error
	// end is called after the last batch, unless there was an error.
	end(s *sink, rows int64, verdict connector.Verdict) error
	// finish is called after the last result, unless there was an error.
	finish(s *sink) error
}

// New returns a printer that writes to w. It writes whole batches and does not
// close w.
func New(w io.Writer, o Options) *Printer {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Printer{sink: newSink(w, o.Encoding), layout: newLayout(o)}
}

func newLayout(o Options) layout {
	switch o.Format {
	case CSV:
		return &csvLayout{binder: binder{zone: o.Zone}}
	case JSON:
		return &jsonLayout{binder: binder{zone: o.Zone, json: true}, array: true}
	case NDJSON:
		return &jsonLayout{binder: binder{zone: o.Zone, json: true}}
	case Markdown:
		return &markdownLayout{binder: binder{zone: o.Zone}}
	case Parquet:
		return &parquetLayout{binder: binder{zone: o.Zone}}
	}
	return &tableLayout{binder: binder{zone: o.Zone}, width: o.Width}
}

// holder is a layout that holds rows back, to look at them first.
type holder interface {
	// release writes the rows held back.
	release(s *sink) error
}

// Print writes all rows of one result and returns their number. It calls
// verdict after the last row. It does not release rows. What was written before
// an error stays written, and is left without an end that would make it look
// whole. Errors are those of rows, of the writer, and of Kind Invalid or
// Unimplemented for a value that the format cannot hold.
func (p *Printer) Print(rows array.RecordReader, verdict func() connector.Verdict) (int64, error) {
	if err := p.layout.begin(p.sink, rows.Schema(), p.results); err != nil {
		return 0, err
	}
	p.results++
	n, err := p.batches(rows)
	if err != nil {
		return n, err
	}
	if err := p.layout.end(p.sink, n, verdict()); err != nil {
		return n, err
	}
	return n, p.sink.flush()
}

// batches writes the rows of a result, up to an error.
func (p *Printer) batches(rows array.RecordReader) (int64, error) {
	var n int64
	for rows.Next() {
		batch := rows.RecordBatch()
		if err := p.layout.rows(p.sink, batch); err != nil {
			return n, err
		}
		if err := p.sink.flush(); err != nil {
			return n, err
		}
		n += batch.NumRows()
	}
	if h, ok := p.layout.(holder); ok {
		if err := h.release(p.sink); err != nil {
			return n, err
		}
		if err := p.sink.flush(); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// Text writes lines as they are, between results.
func (p *Printer) Text(lines string) error {
	p.sink.buf = append(p.sink.buf, lines...)
	return p.sink.endHead()
}

// Close writes what ends the output. It is called after the last result, and
// not where one of them failed.
func (p *Printer) Close() error {
	if err := p.layout.finish(p.sink); err != nil {
		return err
	}
	return p.sink.flush()
}

// uniqueNames returns the columns' names with repeated ones numbered, a, a_1,
// as DuckDB does in subqueries.
func uniqueNames(schema *arrow.Schema) []string {
	taken, seen := map[string]bool{}, map[string]bool{}
	for _, field := range schema.Fields() {
		taken[field.Name] = true
	}
	names := make([]string, schema.NumFields())
	for i, field := range schema.Fields() {
		name := field.Name
		for n := 1; seen[field.Name] && taken[name]; n++ {
			name = field.Name + "_" + strconv.Itoa(n)
		}
		names[i], taken[name], seen[field.Name] = name, true, true
	}
	return names
}
