package scarab

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// writer builds batches. Its builders are used for one batch after the other.
type writer struct {
	cells []cell
	rows  int
	bytes int // of text, in the batch so far
}

// cell is the column that a row's value goes to.
type cell struct {
	*column
	builder array.Builder
	// texts takes the values of text and of the elements of lists.
	texts *array.StringBuilder
}

func newWriter(mem memory.Allocator, p *plan) *writer {
	w := &writer{}
	for _, c := range p.columns {
		one := cell{column: c, builder: array.NewBuilder(mem, c.dataType())}
		switch b := one.builder.(type) {
		case *array.StringBuilder:
			one.texts = b
		case *array.ListBuilder:
			one.texts = b.ValueBuilder().(*array.StringBuilder)
		}
		w.cells = append(w.cells, one)
	}
	return w
}

// write adds a row.
func (w *writer) write(r *row) {
	for at := range w.cells {
		w.bytes += w.cells[at].write(r)
	}
	w.rows++
}

// write adds the row's value, and returns the length of its text.
func (c *cell) write(r *row) int {
	switch {
	case c.text != nil:
		if text, ok := c.text(r); ok {
			c.texts.BinaryBuilder.Append(text)
			return len(text)
		}
		c.texts.AppendNull()
	case c.number != nil:
		n, ok := c.number(r)
		appendNumber(c.builder.(*array.Int64Builder), n, ok)
	case c.instant != nil:
		n, ok := c.instant(r)
		appendNumber(c.builder.(*array.TimestampBuilder), arrow.Timestamp(n), ok)
	case c.flag != nil:
		b, ok := c.flag(r)
		appendNumber(c.builder.(*array.BooleanBuilder), b, ok)
	default:
		return c.writeList(r, c.list(r))
	}
	return 0
}

// appendNumber adds a value that has a size of its own.
func appendNumber[T any](b interface {
	Append(T)
	AppendNull()
}, value T, ok bool,
) {
	if ok {
		b.Append(value)
	} else {
		b.AppendNull()
	}
}

func (c *cell) writeList(r *row, values []value) (size int) {
	list := c.builder.(*array.ListBuilder)
	if len(values) == 0 {
		list.AppendNull()
		return 0
	}
	list.Append(true)
	for _, v := range values {
		text := r.issue.bytes(v.text)
		c.texts.BinaryBuilder.Append(text)
		size += len(text)
	}
	return size
}

// batch returns the rows so far as a batch, which the caller releases; nil
// where there are none.
func (w *writer) batch(schema *arrow.Schema) arrow.RecordBatch {
	if w.rows == 0 {
		return nil
	}
	arrays := make([]arrow.Array, len(w.cells))
	for at := range w.cells {
		arrays[at] = w.cells[at].builder.NewArray()
		defer arrays[at].Release()
	}
	batch := array.NewRecordBatch(schema, arrays, int64(w.rows))
	w.rows, w.bytes = 0, 0
	return batch
}

func (w *writer) release() {
	for at := range w.cells {
		w.cells[at].builder.Release()
	}
	w.cells = nil
}
