package rpc

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// rows reads what a child streams. It is a reader of a source that cannot tell
// how far it is.
type rows struct {
	source   *source
	child    *child
	ctx      context.Context
	deadline deadline
	batches  batches
	// receive waits for the next message.
	receive func() (*wire.Rows, error)
	// allow lets the child read another batch; nil where it may read ahead.
	allow func() error
	// done is called once, by the last Release.
	done func()

	references atomic.Int64
	current    arrow.RecordBatch
	err        error
	ended      bool // the child has said so
	over       bool // nothing more comes
	report     atomic.Pointer[connector.Report]
}

var _ array.RecordReader = (*rows)(nil)

// reportingRows is a reader of a source that tells how far it is.
type reportingRows struct{ *rows }

var _ connector.Reporter = reportingRows{}

// Report returns what the child told last.
func (r reportingRows) Report() connector.Report { return *r.report.Load() }

// read makes a call whose answer are rows of a schema.
func (s *source) read(ctx context.Context, what string, schema *arrow.Schema, begin func(context.Context, wire.ConnectorClient, *rows) error) (array.RecordReader, error) {
	c, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	r := &rows{source: s, child: c}
	r.ctx, r.deadline = c.within(ctx, what, s.plugin.host.StallTimeout)
	r.done = c.leave
	r.references.Store(1)
	r.batches = batches{schema: schema, mem: s.plugin.host.Allocator, from: &pieces{next: r.piece}}
	if err = begin(r.ctx, c.remote, r); err == nil {
		_, err = r.piece()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = c.fault(r.ctx, err)
		r.Release()
		return nil, err
	}
	if r.report.Load() != nil {
		return reportingRows{r}, nil
	}
	return r, nil
}

// scan begins a scan. Where the request says how large a batch may be, the
// reader may stop early: the child then reads what is asked for only.
func (r *rows) scan(ctx context.Context, remote wire.ConnectorClient, req connector.ScanRequest) error {
	stream, err := remote.Scan(ctx)
	if err != nil {
		return err
	}
	r.receive = stream.Recv
	onDemand := req.BatchRows > 0
	if onDemand {
		r.allow = func() error { return stream.Send(&wire.ScanCall{Batches: 1}) }
	}
	return sent(stream.Send(&wire.ScanCall{Request: scanToWire(req), OnDemand: onDemand}))
}

// sent forgives a call that ended while something was sent: why, the next
// receiving tells.
func sent(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// piece waits for the next message, and returns its piece of the stream.
func (r *rows) piece() ([]byte, error) {
	r.deadline.resume()
	message, err := r.receive()
	r.deadline.pause()
	switch {
	case errors.Is(err, io.EOF):
		return nil, r.source.lies(connector.Errorf(connector.Incomplete, "it stopped amid its rows"))
	case err != nil:
		return nil, r.child.fault(r.ctx, err)
	}
	if message.Report != nil {
		report := r.child.redact.report(reportFromWire(message.Report))
		r.report.Store(&report)
	}
	if !message.Ended {
		return message.Data, nil
	}
	r.ended = true
	if message.Error != nil {
		return message.Data, r.child.redact.error(errorFromWire(message.Error))
	}
	return message.Data, io.EOF
}

// Schema returns the schema of the batches.
func (r *rows) Schema() *arrow.Schema { return r.batches.schema }

// Next reads the next batch.
func (r *rows) Next() bool {
	r.current = nil
	if r.over {
		return false
	}
	if r.current, r.err = r.next(); r.current == nil {
		r.over = true
		r.batches.release()
	}
	return !r.over
}

// next returns the next batch, or nil at the end.
func (r *rows) next() (arrow.RecordBatch, error) {
	if r.ctx.Err() != nil {
		return nil, canceled(r.ctx)
	}
	if r.allow != nil {
		if err := sent(r.allow()); err != nil {
			return nil, r.child.fault(r.ctx, err)
		}
	}
	batch, err := r.batches.next()
	switch {
	case err != nil && r.batches.from.failed():
		return nil, err
	case err != nil:
		return nil, r.source.lies(err)
	case batch == nil:
		return nil, r.finish()
	}
	return batch, nil
}

// finish waits for the word that the rows were all.
func (r *rows) finish() error {
	for !r.ended {
		if _, err := r.piece(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// RecordBatch returns the present batch, valid until the next call of Next.
func (r *rows) RecordBatch() arrow.RecordBatch { return r.current }

// Record is the old name of RecordBatch.
func (r *rows) Record() arrow.RecordBatch { return r.current }

// Err tells why the rows ended early.
func (r *rows) Err() error { return r.err }

// Retain adds a reference.
func (r *rows) Retain() { r.references.Add(1) }

// Release gives one back; the last one ends the call.
func (r *rows) Release() {
	if r.references.Add(-1) != 0 {
		return
	}
	r.deadline.stop()
	r.batches.close()
	r.done()
}
