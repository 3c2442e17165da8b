package sqlengine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// readAhead is how many batches a scan reads before they are asked for.
const readAhead = 2

// feed is one scan under way: a goroutine of its own reads the source, so that
// DuckDB's threads wait for a batch or the end of the statement, and for
// nothing else.
type feed struct {
	run      *run
	relation *relation
	request  connector.ScanRequest
	batches  chan arrow.RecordBatch
	// wants carries a request for each batch where nothing may be read ahead;
	// it is nil where it may.
	wants  chan struct{}
	ctx    context.Context // of the scan: a goroutine lives as long as it
	cancel context.CancelFunc
	done   chan struct{}

	rows  atomic.Int64
	bytes atomic.Int64
	began time.Time
	// took is how long the scan lasted, once it has ended.
	took atomic.Int64
	// whole says that the source gave its last row, and opened that DuckDB
	// asked for some.
	whole, opened atomic.Bool

	mu       sync.Mutex
	reporter connector.Reporter
	err      error
}

// newFeed begins a scan. It reads ahead unless the request hints that the
// reader may stop early.
func (r *run) newFeed(rel *relation, request connector.ScanRequest, onRequest bool) *feed {
	request.MaxRequests = r.grant(rel.source)
	f := &feed{run: r, relation: rel, request: request, done: make(chan struct{}), began: time.Now()}
	f.ctx, f.cancel = context.WithCancel(r.ctx)
	if onRequest {
		f.wants = make(chan struct{})
		f.batches = make(chan arrow.RecordBatch)
	} else {
		f.batches = make(chan arrow.RecordBatch, readAhead)
	}
	r.add(f)
	go f.read()
	return f
}

// read is the scan's goroutine.
func (f *feed) read() {
	defer close(f.done)
	err := f.scan()
	f.took.Store(int64(time.Since(f.began)))
	if err != nil && f.ctx.Err() == nil {
		f.run.fail(err)
	}
	f.mu.Lock()
	f.err = err
	f.mu.Unlock()
	close(f.batches)
}

func (f *feed) scan() (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = connector.Errorf(connector.Internal, "the connector %s failed: %v", f.relation.source.Connector, fault)
		}
		err = f.operation(err)
	}()
	reader, err := f.relation.source.Source.Scan(f.ctx, f.request)
	if err != nil {
		return err
	}
	defer reader.Release()
	f.mu.Lock()
	f.reporter, _ = reader.(connector.Reporter)
	f.mu.Unlock()
	for f.wanted() && reader.Next() {
		if !f.deliver(reader.RecordBatch()) {
			return context.Cause(f.ctx)
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	if err := f.ctx.Err(); err != nil {
		return context.Cause(f.ctx)
	}
	f.whole.Store(true)
	return f.complete()
}

// operation says what an error was met at.
func (f *feed) operation(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("scan %s: %w", f.relation.name(), err)
}

// wanted waits until a batch is asked for, where none is read ahead.
func (f *feed) wanted() bool {
	if f.wants == nil {
		return f.ctx.Err() == nil
	}
	select {
	case <-f.wants:
		return true
	case <-f.ctx.Done():
		return false
	}
}

func (f *feed) deliver(batch arrow.RecordBatch) bool {
	batch.Retain()
	f.rows.Add(batch.NumRows())
	f.bytes.Add(sizeOf(batch))
	select {
	case f.batches <- batch:
		return true
	case <-f.ctx.Done():
		batch.Release()
		return false
	}
}

// complete checks that a stream that ended without an error was whole, where
// its source knows how many rows there are.
func (f *feed) complete() error {
	f.mu.Lock()
	reporter := f.reporter
	f.mu.Unlock()
	if reporter == nil || f.request.Limit > 0 {
		return nil
	}
	total := reporter.Report().Progress.TotalRows
	if rows := f.rows.Load(); total > rows {
		return connector.Errorf(connector.Incomplete, "%d of %d rows came: the rest was cut off without an error", rows, total).
			WithHint("Run the query again; if it happens again, the source loses rows.")
	}
	return nil
}

func sizeOf(batch arrow.RecordBatch) int64 {
	var size int64
	for _, column := range batch.Columns() {
		size += int64(column.Data().SizeInBytes())
	}
	return size
}

// next waits for the next batch; nil is the end.
func (f *feed) next() (arrow.RecordBatch, error) {
	if f.wants != nil {
		select {
		case f.wants <- struct{}{}:
		case <-f.done:
		case <-f.ctx.Done():
		}
	}
	select {
	case batch, ok := <-f.batches:
		if ok {
			return batch, nil
		}
		return nil, f.failure()
	case <-f.ctx.Done():
		return nil, context.Cause(f.ctx)
	}
}

func (f *feed) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// stop ends the scan without waiting for it.
func (f *feed) stop() {
	f.cancel()
	go func() {
		for batch := range f.batches {
			batch.Release()
		}
	}()
}

// report tells how far the scan is.
func (f *feed) report() connector.Report {
	f.mu.Lock()
	reporter := f.reporter
	f.mu.Unlock()
	var report connector.Report
	if reporter != nil {
		report = reporter.Report()
	}
	report.Progress.Rows = f.rows.Load()
	if report.Progress.Bytes == 0 {
		report.Progress.Bytes = f.bytes.Load()
	}
	switch {
	case !f.whole.Load():
		report.Verdict.Completeness = min(report.Verdict.Completeness, connector.Partial)
		if report.Verdict.Completeness == connector.Unknown {
			report.Verdict.Completeness = connector.Partial
		}
	case report.Verdict.Completeness == connector.Unknown:
		report.Verdict.Completeness = connector.Complete
	}
	return report
}

// columnsFeed gives DuckDB some columns of a feed, in the order it wants them.
type columnsFeed struct {
	*feed
	pick   []int
	schema *arrow.Schema
}

var _ duck.Feed = (*columnsFeed)(nil)

// picking returns a feed of the named columns; false where one is not read. Of
// rows without columns, every column is NULL: DuckDB asks for the first column
// where it needs none, as for a bare count(*), and does not look at it.
func (f *feed) picking(names []string) (*columnsFeed, bool) {
	c := &columnsFeed{feed: f, pick: make([]int, len(names))}
	for i, name := range names {
		c.pick[i] = slices.Index(f.request.Columns, name)
		if c.pick[i] < 0 && len(f.request.Columns) > 0 {
			return nil, false
		}
	}
	if len(f.request.Columns) == 0 {
		schema, err := f.relation.table.Schema(names)
		if err != nil {
			return nil, false
		}
		c.schema = schema
	}
	f.opened.Store(true)
	return c, true
}

func (c *columnsFeed) Next() (arrow.RecordBatch, error) {
	batch, err := c.next()
	if err != nil || batch == nil {
		return nil, err
	}
	defer batch.Release()
	if int(batch.NumCols()) != len(c.request.Columns) {
		err := connector.Errorf(connector.Corrupt, "scan %s: a batch has %d columns, and %d were asked for",
			c.relation.name(), batch.NumCols(), len(c.request.Columns))
		c.run.fail(err)
		return nil, err
	}
	if c.schema == nil {
		fields := make([]arrow.Field, len(c.pick))
		for i, column := range c.pick {
			fields[i] = batch.Schema().Field(column)
		}
		c.schema = arrow.NewSchema(fields, nil)
	}
	columns := make([]arrow.Array, len(c.pick))
	for i, column := range c.pick {
		if column < 0 {
			columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, c.schema.Field(i).Type, int(batch.NumRows()))
			defer columns[i].Release()
			continue
		}
		columns[i] = batch.Column(column)
	}
	return array.NewRecordBatch(c.schema, columns, batch.NumRows()), nil
}

// Close ends the scan.
func (c *columnsFeed) Close() { c.stop() }
