package duck

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/trackql/trackql/connector"
)

// rowIDColumn is what DuckDB asks for where it needs rows, but no column of
// them: count(*).
const rowIDColumn = ^mapping.IdxT(0)

// chunkRows is how many rows a vector of DuckDB holds (STANDARD_VECTOR_SIZE).
const chunkRows = 2048

// reading is one read of a relation by a statement. DuckDB calls it from one
// thread at a time.
type reading struct {
	conn    *Conn
	feed    Feed
	columns []*columnConverter
	// targets are the output columns that the converters fill; the others are
	// row ids, whose values nobody looks at.
	targets []mapping.IdxT
	fields  []arrow.Field

	batch arrow.RecordBatch
	next  int64 // the first row of batch that has not crossed
}

func (s *registered) open(wanted []mapping.IdxT) (r *reading, err error) {
	r = &reading{}
	if r.conn, err = s.connect(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.release()
		}
	}()
	var indexes []int
	for target, column := range wanted {
		if column == rowIDColumn {
			continue
		}
		field := s.Schema.Field(int(column))
		converter, err := newColumnConverter(r.conn.conn, field)
		if err != nil {
			return nil, err
		}
		r.columns = append(r.columns, converter)
		r.targets = append(r.targets, mapping.IdxT(target))
		r.fields = append(r.fields, field)
		indexes = append(indexes, int(column))
	}
	r.feed, err = s.Open(indexes)
	return r, err
}

func (r *reading) release() {
	r.drop()
	if r.feed != nil {
		r.feed.Close()
	}
	for _, column := range r.columns {
		column.destroy()
	}
	r.conn.Close()
}

func (r *reading) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

// fill puts the next rows into chunk: at most chunkRows of them, none at the
// end.
func (r *reading) fill(chunk mapping.DataChunk) error {
	if err := r.advance(); err != nil || r.batch == nil {
		return err
	}
	end := min(r.next+chunkRows, r.batch.NumRows())
	for i, column := range r.columns {
		values := array.NewSlice(r.batch.Column(i), r.next, end)
		err := column.fill(mapping.DataChunkGetVector(chunk, r.targets[i]), values)
		values.Release()
		if err != nil {
			return err
		}
	}
	mapping.DataChunkSetSize(chunk, mapping.IdxT(end-r.next))
	r.next = end
	return nil
}

// advance sees that batch has rows that have not crossed, or is nil at the end.
func (r *reading) advance() error {
	for r.batch == nil || r.next >= r.batch.NumRows() {
		r.drop()
		batch, err := r.feed.Next()
		if err != nil || batch == nil {
			return err
		}
		r.batch, r.next = batch, 0
		if err := r.check(batch); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a batch of other columns than declared: it would be a C++
// exception through C.
func (r *reading) check(batch arrow.RecordBatch) error {
	if int(batch.NumCols()) != len(r.fields) {
		return connector.Errorf(connector.Corrupt, "a batch has %d columns, and %d were asked for", batch.NumCols(), len(r.fields))
	}
	for i, want := range r.fields {
		got := batch.Column(i).DataType()
		if !arrow.TypeEqual(want.Type, got) {
			return connector.Errorf(connector.Corrupt, "column %q has the type %s, and was declared as %s", want.Name, got, want.Type)
		}
		if int64(batch.Column(i).Len()) != batch.NumRows() {
			return connector.Errorf(connector.Corrupt, "column %q has %d values in a batch of %d rows", want.Name, batch.Column(i).Len(), batch.NumRows())
		}
	}
	return nil
}

// fill makes vector refer to values.
func (c *columnConverter) fill(vector mapping.Vector, values arrow.Array) error {
	chunk, err := c.convert(values)
	if err != nil {
		return err
	}
	mapping.VectorReferenceVector(vector, mapping.DataChunkGetVector(chunk, 0))
	mapping.DestroyDataChunk(&chunk)
	return nil
}
