package rpc

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// outcomesAtOnce is how many outcomes travel in one message.
const outcomesAtOnce = 1000

// Write hands rows to the source, batch by batch as it asks for them.
func (s *server) Write(stream grpc.BidiStreamingServer[wire.WriteCall, wire.WriteAnswer]) error {
	writer, err := facet[connector.Writer](s)
	if err != nil {
		return err
	}
	call, err := stream.Recv()
	if err != nil {
		return err
	}
	req := writeFromWire(call.Request)
	rows, err := wanted(stream, wire.WriteAnswer_WANT_ROWS, call.Request.GetSchema())
	if err != nil {
		return failure(err)
	}
	defer rows.Release()
	req.Rows = rows
	if len(call.Request.GetExpectSchema()) > 0 {
		if req.Expect, err = wanted(stream, wire.WriteAnswer_WANT_EXPECT, call.Request.ExpectSchema); err != nil {
			return failure(err)
		}
		defer req.Expect.Release()
	}
	outcomes, err := s.write(stream.Context(), writer, req, rows)
	for len(outcomes) > 0 {
		n := min(len(outcomes), outcomesAtOnce)
		if err := stream.Send(&wire.WriteAnswer{Outcomes: each(outcomes[:n], outcomeToWire)}); err != nil {
			return err
		}
		outcomes = outcomes[n:]
	}
	return stream.Send(&wire.WriteAnswer{Ended: true, Error: clean(errorToWire(err))})
}

// write makes an error of a panic: the outcomes of a panicking writer are lost,
// and what became of the rows that it has read is not known.
func (s *server) write(ctx context.Context, w connector.Writer, req connector.WriteRequest, rows *wantedRows) (outcomes []connector.Outcome, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			outcomes, err = make([]connector.Outcome, rows.read), s.panicked("Write", fault)
		}
	}()
	return w.Write(ctx, req)
}

// wantedRows is a reader that asks the host for each batch.
type wantedRows struct {
	stream  grpc.BidiStreamingServer[wire.WriteCall, wire.WriteAnswer]
	want    wire.WriteAnswer_Want
	batches batches
	current arrow.RecordBatch
	read    int64 // rows
	err     error
	told    bool // the host has said that there are no more
	ended   bool
}

var _ array.RecordReader = (*wantedRows)(nil)

func wanted(stream grpc.BidiStreamingServer[wire.WriteCall, wire.WriteAnswer], want wire.WriteAnswer_Want, schema []byte) (*wantedRows, error) {
	declared, err := schemaFromWire(schema)
	if err != nil {
		return nil, err
	}
	r := &wantedRows{stream: stream, want: want}
	r.batches = batches{schema: declared, mem: memory.DefaultAllocator, from: &pieces{next: r.receive}}
	return r, nil
}

// receive returns the next piece of the batch that was asked for.
func (r *wantedRows) receive() ([]byte, error) {
	call, err := r.stream.Recv()
	switch {
	case err != nil:
		return nil, err
	case call.Error != nil:
		err = errorFromWire(call.Error)
	case call.Ended:
		err = io.EOF
	}
	r.told = call.Ended
	return call.Data, err
}

// Schema returns the schema of the batches.
func (r *wantedRows) Schema() *arrow.Schema { return r.batches.schema }

// Next asks for the next batch.
func (r *wantedRows) Next() bool {
	r.current = nil
	if r.ended {
		return false
	}
	if r.err = r.stream.Send(&wire.WriteAnswer{Want: r.want}); r.err == nil {
		r.current, r.err = r.batches.next()
	}
	if r.current != nil {
		r.read += r.current.NumRows()
		return true
	}
	r.ended = true
	if r.err == nil {
		r.err = r.finish()
	}
	return false
}

// finish takes the host's word that the rows were all, lest it be taken for that
// on what is asked for next.
func (r *wantedRows) finish() error {
	for !r.told {
		if _, err := r.receive(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// RecordBatch returns the present batch, valid until the next call of Next.
func (r *wantedRows) RecordBatch() arrow.RecordBatch { return r.current }

// Record is the old name of RecordBatch.
func (r *wantedRows) Record() arrow.RecordBatch { return r.current }

// Err tells why the rows ended early.
func (r *wantedRows) Err() error { return r.err }

// Retain does nothing: the server owns the reader.
func (r *wantedRows) Retain() {}

// Release frees what the reader holds.
func (r *wantedRows) Release() { r.batches.close() }
