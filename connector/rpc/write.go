package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Write hands rows to the child, batch by batch as its source asks for them.
// When the child dies, the rows that it was handed and did not answer for are
// Unsettled, and no others.
func (w writer) Write(ctx context.Context, req connector.WriteRequest) ([]connector.Outcome, error) {
	first, err := writeToWire(req)
	if err != nil {
		return nil, err
	}
	c, err := w.s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer c.leave()
	ctx, limit := c.within(ctx, "Write to "+req.Table, w.s.plugin.host.StallTimeout)
	defer limit.stop()
	stream, err := c.remote.Write(ctx)
	if err != nil {
		return nil, c.fault(ctx, err)
	}
	h := &handover{source: w.s, child: c, limit: limit, stream: stream}
	h.rows.reader, h.expect.reader = req.Rows, req.Expect
	err = sent(stream.Send(&wire.WriteCall{Request: first}))
	if err == nil {
		err = h.run()
	}
	if err != nil {
		err = h.settle(c.fault(ctx, err))
	}
	return h.outcomes, err
}

// handover is a write under way.
type handover struct {
	source       *source
	child        *child
	limit        deadline
	stream       grpc.BidiStreamingClient[wire.WriteCall, wire.WriteAnswer]
	rows, expect feed
	outcomes     []connector.Outcome
}

// run answers the child until it has written all.
func (h *handover) run() error {
	for {
		h.limit.resume()
		answer, err := h.stream.Recv()
		h.limit.pause()
		if errors.Is(err, io.EOF) {
			return connector.Errorf(connector.Incomplete, "the plugin %s stopped amid a write", h.child.program.Path)
		}
		if err != nil {
			return err
		}
		outcomes, err := eachOr(answer.Outcomes, outcomeFromWire)
		if err != nil {
			return err
		}
		for i := range outcomes {
			outcomes[i].Err = h.child.redact.error(outcomes[i].Err)
		}
		h.outcomes = append(h.outcomes, outcomes...)
		if surplus := int64(len(h.outcomes)) - h.rows.handed; surplus > 0 {
			h.outcomes = h.outcomes[:h.rows.handed]
			return h.source.lies(fmt.Errorf("it answered for %d rows more than it was handed", surplus))
		}
		switch {
		case answer.Ended && answer.Error != nil:
			return &told{h.child.redact.error(errorFromWire(answer.Error))}
		case answer.Ended:
			return h.complete()
		case answer.Want == wire.WriteAnswer_WANT_ROWS:
			err = h.hand(&h.rows)
		case answer.Want == wire.WriteAnswer_WANT_EXPECT:
			err = h.hand(&h.expect)
		}
		if err != nil {
			return err
		}
	}
}

// complete tells whether a source that says so has written everything.
func (h *handover) complete() error {
	if missing := h.rows.handed - int64(len(h.outcomes)); missing > 0 {
		return h.source.lies(fmt.Errorf("it answered for %d rows fewer than it was handed", missing))
	}
	if !h.rows.ended {
		return h.source.lies(errors.New("it did not read the rows to their end"))
	}
	return nil
}

// told is an error of the source itself, which has answered for its rows.
type told struct{ err *connector.Error }

func (t *told) Error() string { return t.err.Error() }

// settle adds the outcomes of rows that the child took and did not answer for.
func (h *handover) settle(err error) error {
	var t *told
	if errors.As(err, &t) {
		return t.err
	}
	for int64(len(h.outcomes)) < h.rows.handed {
		h.outcomes = append(h.outcomes, connector.Outcome{Result: connector.Unsettled})
	}
	return err
}

// hand sends the next batch of a feed, or that it has ended.
func (h *handover) hand(f *feed) error {
	if f.reader == nil {
		return connector.Errorf(connector.Corrupt, "the plugin %s asks for rows that it was not promised", h.child.program.Path)
	}
	more, err := f.next(func(data []byte) error { return h.send(&wire.WriteCall{Data: data}) })
	if err != nil || more {
		return err
	}
	return h.send(&wire.WriteCall{Ended: true, Error: clean(errorToWire(f.reader.Err()))})
}

// send waits, within the limit, until the child takes what is sent.
func (h *handover) send(call *wire.WriteCall) error {
	h.limit.resume()
	defer h.limit.pause()
	return sent(h.stream.Send(call))
}

// feed hands out the batches of a reader as one Arrow IPC stream.
type feed struct {
	reader  array.RecordReader
	stream  *ipc.Writer
	encoded bytes.Buffer
	handed  int64 // rows
	ended   bool
}

// next sends the next batch, or the end of the stream, in pieces.
func (f *feed) next(send func([]byte) error) (more bool, err error) {
	if f.stream == nil {
		f.stream = ipc.NewWriter(&f.encoded, ipc.WithSchema(f.reader.Schema()))
	}
	more = f.reader.Next()
	f.ended = !more
	if more {
		batch := f.reader.RecordBatch()
		f.handed += batch.NumRows()
		err = f.stream.Write(batch)
	} else if f.reader.Err() == nil {
		err = f.stream.Close()
	}
	for err == nil && f.encoded.Len() > 0 {
		err = send(f.encoded.Next(pieceBytes))
	}
	return more, err
}
