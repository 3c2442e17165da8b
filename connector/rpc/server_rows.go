package rpc

import (
	"context"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// reportEvery is how often the host hears how far a scan is that gives no rows.
const reportEvery = 250 * time.Millisecond

// Scan streams rows.
func (s *server) Scan(stream grpc.BidiStreamingServer[wire.ScanCall, wire.Rows]) error {
	src, err := s.source()
	if err != nil {
		return err
	}
	call, err := stream.Recv()
	if err != nil {
		return err
	}
	req, err := scanFromWire(call.Request)
	if err != nil {
		return failure(err)
	}
	r, err := src.Scan(stream.Context(), req)
	if err != nil {
		return failure(err)
	}
	t := transfer{server: s, where: "Scan", reader: r, send: stream.Send}
	if call.OnDemand {
		t.allowed = make(chan uint32)
		go t.allow(stream)
	}
	return t.run(stream.Context())
}

// Aggregate streams groups.
func (s *server) Aggregate(w *wire.AggregateRequest, stream grpc.ServerStreamingServer[wire.Rows]) error {
	aggregator, err := facet[connector.Aggregator](s)
	if err != nil {
		return err
	}
	req, err := aggregateFromWire(w)
	if err != nil {
		return failure(err)
	}
	r, err := aggregator.Aggregate(stream.Context(), req)
	if err != nil {
		return failure(err)
	}
	t := transfer{server: s, where: "Aggregate", reader: r, send: stream.Send}
	return t.run(stream.Context())
}

// Call runs a procedure.
func (s *server) Call(w *wire.CallRequest, stream grpc.ServerStreamingServer[wire.Rows]) error {
	procedures, err := facet[connector.Procedures](s)
	if err != nil {
		return err
	}
	req, err := callFromWire(w)
	if err != nil {
		return failure(err)
	}
	r, err := procedures.Call(stream.Context(), req)
	if err != nil {
		return failure(err)
	}
	t := transfer{server: s, where: "Call", reader: r, send: stream.Send}
	return t.run(stream.Context())
}

// transfer sends the rows of one reader, and releases it.
type transfer struct {
	server *server
	where  string
	reader array.RecordReader
	send   func(*wire.Rows) error
	// allowed says how many further batches may be read; nil is any number.
	allowed chan uint32
	left    uint32
	told    connector.Report
}

// allow passes on what the host allows, until it hangs up.
func (t *transfer) allow(stream grpc.BidiStreamingServer[wire.ScanCall, wire.Rows]) {
	for {
		call, err := stream.Recv()
		if err != nil {
			return
		}
		select {
		case t.allowed <- call.Batches:
		case <-stream.Context().Done():
			return
		}
	}
}

// run returns when all is sent, or the host has hung up. The reader is released
// when it has come to its end, which may be later.
func (t *transfer) run(ctx context.Context) error {
	box := newOutbox()
	defer box.abandon()
	t.server.streams.Add(1)
	go func() {
		defer t.server.streams.Done()
		defer t.reader.Release()
		box.close(t.read(ctx, box))
	}()
	if err := t.send(&wire.Rows{Report: t.report(true)}); err != nil { // the scan has begun
		return err
	}
	out := newEncoder(t.reader.Schema(), t.send)
	err := t.drain(ctx, box, out)
	if out.failed != nil {
		return out.failed
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return t.send(&wire.Rows{Report: t.report(true), Ended: true, Error: clean(errorToWire(err))})
}

// drain sends what comes into the box until nothing more does, and returns why.
func (t *transfer) drain(ctx context.Context, box *outbox, out *encoder) error {
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	for {
		select {
		case <-box.ready:
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		batches, last, why := box.take()
		err := out.write(batches)
		release(batches)
		if err != nil {
			return connector.Errorf(connector.Internal, "the connector %s gives a batch that cannot be sent: %w", t.server.connector.Info().Name, err).
				WithHint("This is a fault of the connector: tell its author.")
		}
		if last && why == nil {
			why = out.stream.Close()
		}
		if err := out.flush(); err != nil {
			return err
		}
		if last {
			return why
		}
		if report := t.report(false); report != nil {
			if err := t.send(&wire.Rows{Report: report}); err != nil {
				return err
			}
		}
	}
}

// read puts all batches into the box, and returns why there are no more.
func (t *transfer) read(ctx context.Context, box *outbox) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = t.server.panicked(t.where, fault)
		}
	}()
	for t.take(ctx) && t.reader.Next() {
		if !box.put(t.reader.RecordBatch()) {
			return nil
		}
	}
	if err := t.reader.Err(); err != nil {
		return err
	}
	return ctx.Err()
}

// take waits until another batch is allowed, and tells whether it is.
func (t *transfer) take(ctx context.Context) bool {
	if t.allowed == nil {
		return true
	}
	for t.left == 0 {
		select {
		case n := <-t.allowed:
			t.left += n
		case <-ctx.Done():
			return false
		}
	}
	t.left--
	return true
}

// report returns how far the reader is: nil where it cannot tell, or nothing is
// new since the last time.
func (t *transfer) report(always bool) *wire.Report {
	reporter, ok := t.reader.(connector.Reporter)
	if !ok {
		return nil
	}
	r := reporter.Report()
	same := r.Progress == t.told.Progress && r.Verdict == t.told.Verdict && slices.Equal(r.Warnings, t.told.Warnings)
	if same && !always {
		return nil
	}
	t.told = r
	return cleanReport(reportToWire(r))
}
