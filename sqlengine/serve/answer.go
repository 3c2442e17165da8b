package serve

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// answer is a text of statements that runs: it began when its client asked what
// there will be, and goes on when the client comes for the rows. Its reader
// (reader.go) takes them from the statement, and ends it.
type answer struct {
	seat   *seat
	cancel context.CancelCauseFunc
	detach func() bool // from the end of the server
	next   func() (*sqlengine.Result, error, bool)
	stop   func()
	// result is what the rows are read from; nil where there are none.
	result *sqlengine.Result
	// columns are those of the rows as clients get them, and shapes make them.
	columns *arrow.Schema
	shapes  []reshape
	// changed is how many rows the last statement changed; -1 is unknown.
	changed int64
	made    bool

	*reader
	// failed is what ended the rows before their end; it is there when there are no
	// more batches. err is what went wrong when the statement ended; it is there when
	// ended is closed.
	failed, err error
	ended       chan struct{}
}

// noRows are the columns of an answer without rows.
var noRows = arrow.NewSchema(nil, nil)

func (a *answer) schema() *arrow.Schema { return a.columns }

// reading are the statements that make nothing in a session.
var reading = map[string]bool{
	"SELECT": true, "WITH": true, "FROM": true, "VALUES": true, "TABLE": true, "PIVOT": true, "UNPIVOT": true,
	"SUMMARIZE": true, "SHOW": true, "DESCRIBE": true, "DESC": true, "EXPLAIN": true, "CALL": true,
}

// reads tells whether a text makes nothing.
func reads(text string) bool {
	for _, statement := range sqlengine.Split(text) {
		if !reading[firstWord(statement)] {
			return false
		}
	}
	return true
}

// firstWord returns the word that a statement begins with, in upper case, through
// opening brackets.
func firstWord(statement string) string {
	for _, piece := range sqlengine.Pieces(statement) {
		text := statement[piece.Start:piece.End]
		switch {
		case piece.Kind == sqlengine.Word:
			return strings.ToUpper(text)
		case piece.Kind != sqlengine.Blank && piece.Kind != sqlengine.Comment && text != "(":
			return ""
		}
	}
	return ""
}

// begin runs a text, up to the first rows of its last statement. Only that one
// may have rows. ctx is that of the call: later the answer lives on without it.
func (d *door) begin(ctx context.Context, text string, params []connector.Value) (_ *answer, err error) {
	statements := len(sqlengine.Split(text))
	if statements == 0 {
		return nil, connector.Errorf(connector.Invalid, "there is no statement in the text").WithHint("Write some SQL.")
	}
	taken, err := d.clients.take(ctx, reads(text))
	if err != nil {
		return nil, err
	}
	a := &answer{seat: taken, changed: -1, columns: noRows, reader: newReader(), ended: make(chan struct{})}
	defer func() {
		if err != nil {
			a.finish()
			err = errors.Join(err, a.err)
		}
	}()
	running, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	a.cancel = cancel
	a.busy.Store(true)
	a.next, a.stop = iter.Pull2(taken.session.Run(running, text, params))
	let := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	defer let()
	a.detach = context.AfterFunc(d.server.ended, func() { a.leave(errClosed) })
	for n := 1; ; n++ {
		result, err, more := a.next()
		switch {
		case err != nil:
			return nil, err
		case !more:
			a.finish()
			close(a.batches)
			return a, a.err
		case result.Kind() == sqlengine.Done:
			a.made = true
			a.count(result)
			continue
		case n < statements:
			return nil, connector.Errorf(connector.Invalid, "statement %d of the text has rows, and %d more follow it", n, statements-n).
				WithHint("Give statements that have rows one at a time.")
		}
		a.result = result
		a.columns, a.shapes = plainSchema(result.Schema())
		a.busy.Store(false)
		d.streams.Go(a.read)
		return a, nil
	}
}

// count reads how many rows a statement has changed, where it tells.
func (a *answer) count(result *sqlengine.Result) {
	a.changed = -1
	for result.Next() {
		if batch := result.RecordBatch(); batch.NumCols() == 1 && batch.NumRows() == 1 {
			if v, ok := connector.ValueAt(batch.Column(0), 0); ok && v.Kind() == connector.IntValue {
				a.changed = v.Int()
			}
		}
	}
	a.note(result)
}

// note keeps what the client should know of a result that has ended.
func (a *answer) note(result *sqlengine.Result) {
	a.seat.clients.notes.add(a.seat.client.id, told(result))
}

// stream sends the rows, as fast as they are taken, and closes the answer.
func (a *answer) stream(ctx context.Context, to chan<- flight.StreamChunk) {
	defer close(to)
	stop := context.AfterFunc(ctx, func() { a.leave(context.Cause(ctx)) })
	defer stop()
	a.start()
	for more := true; more; {
		first, ok := <-a.batches
		if !ok {
			break
		}
		var some []arrow.RecordBatch
		some, more = gather(first, a.batches)
		a.send(ctx, joined(some), to)
	}
	if err := errors.Join(a.failed, a.err); err != nil {
		offer(ctx, flight.StreamChunk{Err: fault(err)}, to)
	}
}

// drain reads the answer to its end, and tells how many rows it had.
func (a *answer) drain(ctx context.Context) (rows int64, err error) {
	defer context.AfterFunc(ctx, func() { a.leave(context.Cause(ctx)) })()
	a.start()
	for batch := range a.batches {
		rows += batch.NumRows()
		batch.Release()
	}
	return rows, errors.Join(a.failed, a.err)
}

// send makes batches ready for a client, sends and releases them.
func (a *answer) send(ctx context.Context, batches []arrow.RecordBatch, to chan<- flight.StreamChunk) {
	for _, batch := range batches {
		plain := plainBatch(a.columns, a.shapes, batch)
		batch.Release()
		for _, piece := range cut(plain) {
			offer(ctx, flight.StreamChunk{Data: piece}, to)
		}
	}
}

// offer sends a chunk, or releases it where nobody takes it any more.
func offer(ctx context.Context, chunk flight.StreamChunk, to chan<- flight.StreamChunk) {
	select {
	case to <- chunk:
	case <-ctx.Done():
		if chunk.Data != nil {
			chunk.Data.Release()
		}
	}
}

// finish ends the statement, wherever it is, and leaves its session. It is called
// once: by begin where there are no rows, and else by the reader.
func (a *answer) finish() {
	defer close(a.ended)
	if a.result != nil {
		if a.failed = a.result.Err(); a.failed == nil && a.unwanted() {
			a.failed = a.why
		}
		a.err = a.result.Close()
		a.note(a.result)
	}
	a.stop()
	a.detach()
	a.cancel(context.Canceled)
	a.err = errors.Join(a.err, a.seat.leave(a.made))
}

// close ends the statement where that still runs, and lets go of its rows.
func (a *answer) close() error {
	a.leave(context.Canceled)
	<-a.ended
	return a.err
}
