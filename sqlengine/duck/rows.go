package duck

import (
	"context"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2/arrowmapping"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

var _ array.RecordReader = (*RowStream)(nil)

// RowStream is the streaming result of a statement: an array.RecordReader of
// batches of at most 2,048 rows, each computed when it is asked for. Whoever
// has it closes it; until then its connection runs nothing else.
type RowStream struct {
	ctx  context.Context // of the statement: the stream is that call, going on
	conn *Conn
	stop func()

	result  mapping.Result
	options arrowmapping.ArrowOptions
	schema  *arrow.Schema
	batch   arrow.RecordBatch
	err     error
	ended   bool
	closed  atomic.Bool
}

func (r *RowStream) describe() error {
	n := mapping.ColumnCount(&r.result)
	types := make([]mapping.LogicalType, n)
	names := make([]string, n)
	for i := range n {
		types[i] = mapping.ColumnLogicalType(&r.result, i)
		names[i] = mapping.ColumnName(&r.result, i)
	}
	defer func() {
		for i := range types {
			mapping.DestroyLogicalType(&types[i])
		}
	}()
	r.options = arrowmapping.ResultGetArrowOptions(&r.result)
	schema, data := arrowmapping.NewArrowSchema(r.options, types, names)
	if err := takeError(data); err != nil {
		return err
	}
	r.schema = schema
	return nil
}

// takeError destroys data and returns its error, if it has one.
func takeError(data mapping.ErrorData) error {
	defer mapping.DestroyErrorData(&data)
	if mapping.ErrorDataHasError(data) {
		return newError(mapping.ErrorDataMessage(data))
	}
	return nil
}

// HasRows tells whether the statement answers with rows, or only with their
// number, or with nothing.
func (r *RowStream) HasRows() bool {
	return mapping.ResultReturnType(r.result) == mapping.ResultTypeQueryResult
}

// Schema returns the columns of the rows.
func (r *RowStream) Schema() *arrow.Schema { return r.schema }

// Next computes the next batch. It answers false at the end, at an error, and
// when the statement's context has ended.
func (r *RowStream) Next() bool {
	r.drop()
	if r.ended || r.closed.Load() {
		return false
	}
	chunk := mapping.FetchChunk(r.result)
	if chunk.Ptr == nil {
		r.finish(mapping.ResultError(&r.result))
		return false
	}
	defer mapping.DestroyDataChunk(&chunk)
	if mapping.DataChunkGetSize(chunk) == 0 {
		r.finish(mapping.ResultError(&r.result))
		return false
	}
	batch, data := arrowmapping.DataChunkToArrowArray(r.options, r.schema, chunk)
	if err := takeError(data); err != nil {
		r.err, r.ended = err, true
		return false
	}
	r.batch = batch
	return true
}

func (r *RowStream) finish(message string) {
	r.ended = true
	if message != "" {
		r.err = r.conn.failure(r.ctx, message)
	}
}

// RecordBatch returns the present batch, valid until Next or Close.
func (r *RowStream) RecordBatch() arrow.RecordBatch { return r.batch }

// Record is RecordBatch, as the interface wants it.
func (r *RowStream) Record() arrow.RecordBatch { return r.batch }

// Err returns what ended the rows before their end.
func (r *RowStream) Err() error { return r.err }

// Retain does nothing: a stream has one owner.
func (r *RowStream) Retain() {}

// Release closes the stream.
func (r *RowStream) Release() { r.Close() }

// Close ends the statement, wherever it is, and frees what it held.
func (r *RowStream) Close() {
	if r.closed.Swap(true) {
		return
	}
	r.drop()
	r.stop()
	arrowmapping.DestroyArrowOptions(&r.options)
	mapping.DestroyResult(&r.result)
	if !r.ended {
		// DuckDB keeps the scans of a stream that was not read to its end
		// until the connection's next statement.
		var empty mapping.Result
		mapping.Query(r.conn.conn, "", &empty)
		mapping.DestroyResult(&empty)
	}
}

func (r *RowStream) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}
