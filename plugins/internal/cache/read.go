package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/trackql/trackql/connector"
)

// batchRows is how many rows a batch of a hit has at most.
const batchRows = 4096

// rows reads columns of the file of a segment, batch by batch.
type rows struct {
	mem    memory.Allocator
	file   *opened
	reader pqarrow.RecordReader
	schema *arrow.Schema // what batches have
	at     []int         // where its columns stand in those of reader
}

// rowsOf opens a segment for the columns of a schema.
func (s *Source) rowsOf(ctx context.Context, g *segment, schema *arrow.Schema, size int) (*rows, error) {
	file, err := s.store.open(g, size, s.cfg.Memory)
	if err != nil {
		return nil, err
	}
	r := &rows{mem: s.cfg.Memory, file: file, schema: schema}
	if err := r.begin(ctx, g); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func (r *rows) begin(ctx context.Context, g *segment) error {
	var names []string
	for _, field := range r.schema.Fields() {
		names = append(names, field.Name)
	}
	if len(names) == 0 {
		names = []string{g.Columns[0].Name} // to know how many rows there are
	}
	leaves, err := r.file.leaves(names)
	if err != nil {
		return err
	}
	if r.reader, err = r.file.arrow.GetRecordReader(ctx, leaves, nil); err != nil {
		return err
	}
	for _, field := range r.schema.Fields() {
		at := r.reader.Schema().FieldIndices(field.Name)
		if len(at) != 1 {
			return fmt.Errorf("the file has %d columns %q", len(at), field.Name)
		}
		r.at = append(r.at, at[0])
	}
	return nil
}

// next returns the next batch, which the caller releases; io.EOF after the last
// one.
func (r *rows) next() (arrow.RecordBatch, error) {
	if !r.reader.Next() {
		if err := r.reader.Err(); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, io.EOF
	}
	batch := r.reader.RecordBatch()
	var columns []arrow.Array
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i, at := range r.at {
		column, err := as(batch.Column(at), r.schema.Field(i).Type)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return array.NewRecordBatch(r.schema, columns, batch.NumRows()), nil
}

func (r *rows) close() error {
	if r.reader != nil {
		r.reader.Release()
	}
	return r.file.close()
}

// answer is the reader of a hit.
type answer struct {
	ctx     context.Context
	refs    atomic.Int64
	rows    *rows
	schema  *arrow.Schema
	filters []filter
	order   []connector.Order
	size    int
	// left is how many rows may come; negative is any number.
	left int64

	sorted []int             // rows of all that are left, in their order
	all    arrow.RecordBatch // where they are sorted
	batch  arrow.RecordBatch
	ended  bool
	err    error

	mu       sync.Mutex
	given    int64
	verdict  connector.Verdict
	warnings []connector.Warning
	note     string
}

var (
	_ array.RecordReader = (*answer)(nil)
	_ connector.Reporter = (*answer)(nil)
)

// read answers a question from a segment.
func (s *Source) read(ctx context.Context, q *question, g segment) (array.RecordReader, error) {
	schema, err := q.table.Schema(q.columns)
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, name := range q.needed() {
		if g.has(q.table, name) {
			kept = append(kept, name)
		}
	}
	wide, err := q.table.Schema(kept)
	if err != nil {
		return nil, err
	}
	a := &answer{
		ctx: ctx, schema: schema, size: batchRows, left: -1,
		warnings: g.Warnings, note: "as of " + s.moment(g.at()),
	}
	if q.req.BatchRows > 0 {
		a.size = min(a.size, q.req.BatchRows)
	}
	if q.req.Limit > 0 && q.table.StopsAtLimit {
		a.left = q.req.Limit
	}
	for _, key := range q.req.Order {
		a.order = append(a.order, connector.Order{Column: columnName(q.table, key.Column), Descending: key.Descending})
	}
	for _, p := range q.where {
		at := slices.Index(kept, columnName(q.table, p.Column))
		if c, _ := q.table.Column(p.Column); at >= 0 && !c.Asked {
			a.filters = append(a.filters, newFilter(p, at))
		}
	}
	if a.rows, err = s.rowsOf(ctx, &g, wide, a.size); err != nil {
		return nil, err
	}
	if err := s.store.touch(g.File); err != nil {
		s.cfg.Log.Debug("a file of the cache keeps its old time of use", keyError, err)
	}
	a.refs.Store(1)
	return a, nil
}

// keyError is the key of errors in the log.
const keyError = "error"

// columnName is the spelling of a column's name in its table.
func columnName(t *connector.Table, name string) string {
	if c, ok := t.Column(name); ok {
		return c.Name
	}
	return name
}

// moment shows a time of today by the clock, and another one with its day, and
// the zone.
func (s *Source) moment(t time.Time) string {
	t, now := t.In(s.cfg.Zone), s.cfg.Clock.Now().In(s.cfg.Zone)
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04 MST")
	}
	return t.Format("2006-01-02 15:04 MST")
}

// Retain adds a reference.
func (a *answer) Retain() { a.refs.Add(1) }

// Release drops a reference; the last one closes the file.
func (a *answer) Release() {
	if a.refs.Add(-1) != 0 {
		return
	}
	a.drop()
	if a.all != nil {
		a.all.Release()
	}
	_ = a.rows.close() // it was read only
}

func (a *answer) drop() {
	if a.batch != nil {
		a.batch.Release()
		a.batch = nil
	}
}

// Schema returns the schema of the columns asked for.
func (a *answer) Schema() *arrow.Schema { return a.schema }

// RecordBatch returns the batch that Next went to.
func (a *answer) RecordBatch() arrow.RecordBatch { return a.batch }

// Record returns the batch that Next went to.
//
// Deprecated: use RecordBatch.
func (a *answer) Record() arrow.RecordBatch { return a.batch }

// Err returns why Next answered false; nil where all rows were read.
func (a *answer) Err() error { return a.err }

// Next goes to the next batch.
func (a *answer) Next() bool {
	a.drop()
	for !a.ended && a.err == nil {
		if a.err = ended(a.ctx); a.err != nil {
			return false
		}
		if a.left == 0 {
			a.end(connector.Partial)
			return false
		}
		a.step()
		if a.batch != nil {
			a.count()
			return true
		}
	}
	return false
}

// step makes the next batch, where there are rows for one.
func (a *answer) step() {
	var err error
	if len(a.order) > 0 {
		err = a.stepSorted()
	} else {
		err = a.stepStored()
	}
	switch {
	case errors.Is(err, io.EOF):
		a.end(connector.Complete)
	case err != nil:
		a.err = &connector.Error{Kind: connector.Corrupt, Op: "read the cache", Err: err}
	}
}

// stepStored takes rows as they come.
func (a *answer) stepStored() error {
	batch, err := a.rows.next()
	if err != nil {
		return err
	}
	defer batch.Release()
	found := a.limit(matching(batch, a.filters))
	if len(found) == 0 {
		return nil
	}
	a.batch, err = take(a.rows.mem, a.schema, batch, found)
	return err
}

// limit cuts rows at what may come.
func (a *answer) limit(found []int) []int {
	if a.left >= 0 && int64(len(found)) > a.left {
		return found[:a.left]
	}
	return found
}

func (a *answer) count() {
	n := a.batch.NumRows()
	if a.left >= 0 {
		a.left -= n
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.given += n
}

func (a *answer) end(c connector.Completeness) {
	a.ended = true
	a.mu.Lock()
	defer a.mu.Unlock()
	a.verdict = connector.Verdict{Completeness: c, Note: a.note}
}

// Report tells how many rows came, and of when they are.
func (a *answer) Report() connector.Report {
	a.mu.Lock()
	defer a.mu.Unlock()
	return connector.Report{
		Progress: connector.Progress{Rows: a.given},
		Verdict:  a.verdict,
		Warnings: a.warnings,
	}
}
