package rpc

import (
	"errors"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Batches of few rows travel as one, up to a number of rows. A batch costs both
// sides some microseconds, however small it is.
const (
	fewRows    = 256
	bundleRows = 4096
)

// encoder writes batches as an Arrow IPC stream, and sends it in pieces.
type encoder struct {
	stream *ipc.Writer
	send   func(*wire.Rows) error
	piece  []byte
	failed error // the error of send
}

func newEncoder(schema *arrow.Schema, send func(*wire.Rows) error) *encoder {
	e := &encoder{send: send}
	e.stream = ipc.NewWriter(e, ipc.WithSchema(schema))
	return e
}

// write writes batches, and joins those that are small.
func (e *encoder) write(batches []arrow.RecordBatch) error {
	for len(batches) > 0 {
		n := bundle(batches)
		if err := e.bundle(batches[:n]); err != nil {
			return err
		}
		batches = batches[n:]
	}
	return nil
}

// bundle tells how many of the first batches to join: one at least.
func bundle(batches []arrow.RecordBatch) (n int) {
	for rows := int64(0); n < len(batches) && batches[n].NumRows() <= fewRows; n++ {
		if rows += batches[n].NumRows(); rows > bundleRows {
			break
		}
	}
	return max(n, 1)
}

func (e *encoder) bundle(batches []arrow.RecordBatch) error {
	if len(batches) > 1 {
		if joined, err := join(batches); err == nil {
			defer joined.Release()
			return e.stream.Write(joined)
		}
	}
	for _, batch := range batches { // such as dictionaries that are too many for one
		if err := e.stream.Write(batch); err != nil {
			return err
		}
	}
	return nil
}

// join makes one batch of several.
func join(batches []arrow.RecordBatch) (arrow.RecordBatch, error) {
	first := batches[0]
	var rows int64
	for _, batch := range batches {
		if batch.Schema() != first.Schema() && !batch.Schema().Equal(first.Schema()) {
			return nil, errors.New("the batches differ in their schemas")
		}
		rows += batch.NumRows()
	}
	columns := make([]arrow.Array, 0, first.NumCols())
	defer func() {
		for _, column := range columns {
			column.Release()
		}
	}()
	parts := make([]arrow.Array, len(batches))
	for i := range int(first.NumCols()) {
		for k, batch := range batches {
			parts[k] = batch.Column(i)
		}
		column, err := array.Concatenate(parts, memory.DefaultAllocator)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return array.NewRecordBatch(first.Schema(), slices.Clone(columns), rows), nil
}

// Write is called by the Arrow writer.
func (e *encoder) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		if len(e.piece) == 0 && len(p) >= pieceBytes {
			if err := e.sendPiece(p[:pieceBytes]); err != nil {
				return 0, err
			}
			p = p[pieceBytes:]
			continue
		}
		n := min(len(p), pieceBytes-len(e.piece))
		e.piece = append(e.piece, p[:n]...)
		p = p[n:]
		if len(e.piece) == pieceBytes {
			if err := e.flush(); err != nil {
				return 0, err
			}
		}
	}
	return written, nil
}

// flush sends what was written and not sent yet.
func (e *encoder) flush() error {
	if len(e.piece) == 0 {
		return nil
	}
	err := e.sendPiece(e.piece)
	e.piece = e.piece[:0]
	return err
}

func (e *encoder) sendPiece(piece []byte) error {
	e.failed = e.send(&wire.Rows{Data: piece})
	return e.failed
}
