package cache

import (
	"errors"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// stepSorted takes the next rows in their order. The first call reads and sorts
// all of them.
func (a *answer) stepSorted() error {
	if a.all == nil {
		if err := a.gather(); err != nil {
			return err
		}
	}
	found := a.limit(a.sorted[:min(len(a.sorted), a.size)])
	if len(found) == 0 {
		return io.EOF
	}
	batch, err := takePicked(a, found)
	if err != nil {
		return err
	}
	a.sorted = a.sorted[len(found):]
	a.batch = batch
	return nil
}

// takePicked copies rows, also where they are all: their order counts.
func takePicked(a *answer, found []int) (arrow.RecordBatch, error) {
	var columns []arrow.Array
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i := range a.schema.NumFields() {
		column, err := pick(a.rows.mem, a.all.Column(i), found)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return array.NewRecordBatch(a.schema, columns, int64(len(found))), nil
}

// gather reads all rows that satisfy the filters into one batch.
func (a *answer) gather() error {
	var batches []arrow.RecordBatch
	defer func() {
		for _, b := range batches {
			b.Release()
		}
	}()
	for {
		if err := ended(a.ctx); err != nil {
			return err
		}
		batch, err := a.rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if found := matching(batch, a.filters); len(found) > 0 {
			var some arrow.RecordBatch
			if some, err = take(a.rows.mem, a.rows.schema, batch, found); err == nil {
				batches = append(batches, some)
			}
		}
		batch.Release()
		if err != nil {
			return err
		}
	}
	if len(batches) == 0 {
		return io.EOF
	}
	return a.sort(batches)
}

// sort joins batches, and finds the order of their rows.
func (a *answer) sort(batches []arrow.RecordBatch) error {
	var columns []arrow.Array
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	total := int64(0)
	for _, b := range batches {
		total += b.NumRows()
	}
	for i := range a.rows.schema.NumFields() {
		parts := make([]arrow.Array, len(batches))
		for n, b := range batches {
			parts[n] = b.Column(i)
		}
		whole, err := array.Concatenate(parts, a.rows.mem)
		if err != nil {
			return err
		}
		columns = append(columns, whole)
	}
	a.all = array.NewRecordBatch(a.rows.schema, columns, total)
	a.sorted = every(int(total))
	a.sortRows()
	return nil
}

// sortRows sorts by the keys; rows that are equal in them stay as they came.
func (a *answer) sortRows() {
	keys := make([][]connector.Value, len(a.order))
	for k, key := range a.order {
		column := a.all.Column(a.all.Schema().FieldIndices(key.Column)[0])
		keys[k] = make([]connector.Value, len(a.sorted))
		for row := range a.sorted {
			keys[k][row], _ = connector.ValueAt(column, row)
		}
	}
	slices.SortStableFunc(a.sorted, func(x, y int) int {
		for k, key := range a.order {
			order, _ := keys[k][x].Compare(keys[k][y])
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
