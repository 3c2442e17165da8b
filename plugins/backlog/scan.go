package backlog

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// scan makes batches of the rows that a reading gives.
type scan struct {
	reading *reading
	ctx     context.Context
	stop    context.CancelFunc
	refs    atomic.Int64
	next    func() (page, error, bool)
	release func()
	size    int

	builder *relation.Builder
	batch   arrow.RecordBatch
	left    page // came, and is in no batch yet
	ended   bool
	err     error
	given   int64

	mu      sync.Mutex
	rows    int64
	verdict connector.Verdict
}

var (
	_ array.RecordReader = (*scan)(nil)
	_ connector.Reporter = (*scan)(nil)
)

// batchRows is how many rows a batch has at most.
const batchRows = 2048

// newScan returns a reader of what pages gives, which is r.all or some of it.
func newScan(
	ctx context.Context, mem memory.Allocator, r *reading, pages func(context.Context) iter.Seq2[page, error], size int,
) *scan {
	s := &scan{reading: r, size: batchRows}
	if size > 0 {
		s.size = min(size, batchRows)
	}
	s.refs.Store(1)
	s.ctx, s.stop = context.WithCancel(ctx)
	s.next, s.release = iter.Pull2(pages(s.ctx))
	s.builder = relation.NewBuilder(mem, r.plan.last().table, r.plan.columns, r.zone)
	return s
}

// Retain adds a reference.
func (s *scan) Retain() { s.refs.Add(1) }

// Release drops a reference; the last one ends all requests and frees
// everything.
func (s *scan) Release() {
	if s.refs.Add(-1) > 0 {
		return
	}
	s.stop()
	s.release()
	s.drop()
	s.builder.Release()
}

func (s *scan) drop() {
	if s.batch != nil {
		s.batch.Release()
		s.batch = nil
	}
}

// Schema returns the schema of the columns asked for.
func (s *scan) Schema() *arrow.Schema { return s.builder.Schema() }

// RecordBatch returns the batch that Next went to.
func (s *scan) RecordBatch() arrow.RecordBatch { return s.batch }

// Record returns the batch that Next went to.
//
// Deprecated: use RecordBatch.
func (s *scan) Record() arrow.RecordBatch { return s.batch }

// Err returns why Next answered false; nil where all rows were read.
func (s *scan) Err() error {
	if s.batch != nil {
		return nil // rows came before the error
	}
	return s.err
}

// Next goes to the next batch.
func (s *scan) Next() bool {
	s.drop()
	for !s.ended && s.err == nil && !s.enough() {
		s.fill()
	}
	if s.builder.Len() == 0 {
		return false
	}
	s.batch = s.builder.Batch()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows += s.batch.NumRows()
	return true
}

// enough tells whether there are rows for a batch: of a reader that may stop
// early, as soon as no further ones have come.
func (s *scan) enough() bool {
	n := s.builder.Len()
	return n >= s.size || n > 0 && s.reading.lazy && len(s.left) == 0
}

// fill adds a row, or asks for the next ones.
func (s *scan) fill() {
	if s.err = ended(s.ctx); s.err != nil {
		return
	}
	if limit := s.reading.plan.limit; limit > 0 && s.given == limit {
		s.end(connector.Verdict{Completeness: connector.Partial})
		return
	}
	if len(s.left) > 0 {
		s.err = s.builder.Append(s.left[0])
		s.left = s.left[1:]
		s.given++
		return
	}
	rows, err, more := s.next()
	switch {
	case err != nil:
		s.err = err
		if canceled := ended(s.ctx); canceled != nil {
			s.err = canceled
		}
	case !more:
		if s.err = ended(s.ctx); s.err == nil {
			s.end(s.whole())
		}
	default:
		s.left = rows
	}
}

func (s *scan) end(v connector.Verdict) {
	s.ended = true
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdict = v
}

// whole says that everything was read, and how that is known.
func (s *scan) whole() connector.Verdict {
	v := connector.Verdict{Completeness: connector.Complete}
	if s.reading.trip.Tally().Count > 0 {
		v.Note = "as many rows as the server counts"
	}
	return v
}

// Report tells how far the scan is, and what it met.
func (s *scan) Report() connector.Report {
	tally := s.reading.trip.Tally()
	s.mu.Lock()
	defer s.mu.Unlock()
	return connector.Report{
		Progress: connector.Progress{
			Rows: s.rows, Bytes: tally.Bytes, Waiting: tally.Waiting,
			Requests: tally.Data + tally.Count + tally.Metadata + tally.Retries,
		},
		Verdict:  s.verdict,
		Warnings: s.reading.plan.warnings,
	}
}
