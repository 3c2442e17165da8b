package serve

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// The engine answers in batches of at most 2,048 rows. A message for each costs
// more than its rows do, so that those that come soon after one another go
// together: up to about so many rows and bytes, and so long after the first.
const (
	parcelRows     = 1 << 16
	parcelBytes    = 2 << 20
	parcelPatience = 5 * time.Millisecond
)

// gather takes the batches that go with the first one. more says whether there
// may be others. The caller releases them.
func gather(first arrow.RecordBatch, from <-chan arrow.RecordBatch) (batches []arrow.RecordBatch, more bool) {
	batches = append(batches, first)
	rows, bytes := first.NumRows(), size(first)
	late := time.NewTimer(parcelPatience)
	defer late.Stop()
	for rows < parcelRows && bytes < parcelBytes {
		select {
		case next, ok := <-from:
			if !ok {
				return batches, false
			}
			batches = append(batches, next)
			rows += next.NumRows()
			bytes += size(next)
		case <-late.C:
			return batches, true
		}
	}
	return batches, true
}

// joined makes one batch of several, and releases them. Of columns of a type that
// Arrow cannot join, such as unions, they stay as they are.
func joined(batches []arrow.RecordBatch) []arrow.RecordBatch {
	if len(batches) == 1 {
		return batches
	}
	var rows int64
	for _, b := range batches {
		rows += b.NumRows()
	}
	schema := batches[0].Schema()
	var columns []arrow.Array
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i := range schema.NumFields() {
		parts := make([]arrow.Array, len(batches))
		for n, b := range batches {
			parts[n] = b.Column(i)
		}
		column, err := array.Concatenate(parts, memory.DefaultAllocator)
		if err != nil {
			return batches
		}
		columns = append(columns, column)
	}
	for _, b := range batches {
		b.Release()
	}
	return []arrow.RecordBatch{array.NewRecordBatch(schema, columns, rows)}
}

// messageBytes is how large a message of more than one row may be: clients refuse
// large ones, those of Go from 4 MiB on.
const messageBytes = 3 << 20

// cut divides a batch that is too large for a message, and releases it. One row
// is never divided.
func cut(batch arrow.RecordBatch) []arrow.RecordBatch {
	pieces := min(size(batch)/messageBytes+1, max(batch.NumRows(), 1))
	if pieces == 1 {
		return []arrow.RecordBatch{batch}
	}
	defer batch.Release()
	var slices []arrow.RecordBatch
	step := (batch.NumRows() + pieces - 1) / pieces
	for from := int64(0); from < batch.NumRows(); from += step {
		slices = append(slices, batch.NewSlice(from, min(from+step, batch.NumRows())))
	}
	return slices
}

// size is how many bytes a batch holds.
func size(batch arrow.RecordBatch) int64 {
	var bytes int64
	for _, column := range batch.Columns() {
		bytes += int64(column.Data().SizeInBytes())
	}
	return bytes
}
