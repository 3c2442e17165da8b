package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// fetch asks the source, and keeps what comes where all of it is read.
func (s *Source) fetch(ctx context.Context, q *question) (array.RecordReader, error) {
	columns := q.fetched()
	if s.cfg.Offline || q.req.Limit > 0 || len(columns) == 0 || q.constants() > mostConstants {
		return s.pass(ctx, q.req)
	}
	f := &fetching{source: s, ctx: ctx, question: q, began: q.segment(s.cfg.Identity)}
	if err := f.start(ctx, columns); err != nil {
		return nil, err
	}
	schema, err := q.table.Schema(q.columns)
	if err == nil {
		f.schema = schema
		f.describe()
	}
	if err != nil {
		f.rows.Release()
		return nil, err
	}
	f.refs.Store(1)
	return f, nil
}

// mostConstants is how many constants the conditions of kept rows may have: they
// stand in the manifest.
const mostConstants = 500

func (q *question) constants() int {
	n := 0
	for _, p := range q.where {
		n += len(p.Values)
	}
	return n
}

// segment is what a scan of a question becomes.
func (q *question) segment(identity string) segment {
	began := q.began.UnixMicro()
	g := segment{Source: identity, Table: q.table.Name, Fetched: began, Whole: began}
	for _, p := range q.where {
		g.Where = append(g.Where, predicate{p})
	}
	return g
}

// fetching is the reader of a miss: it hands on what comes, and writes it.
type fetching struct {
	source   *Source
	ctx      context.Context
	question *question
	refs     atomic.Int64

	rows   array.RecordReader
	schema *arrow.Schema
	began  segment
	writer *writer // nil where nothing is written, any more
	batch  arrow.RecordBatch
	ended  bool
	err    error

	mu      sync.Mutex
	warning []connector.Warning
}

var (
	_ array.RecordReader = (*fetching)(nil)
	_ connector.Reporter = (*fetching)(nil)
)

// start asks for the rows, with a token of a moment before them where there is
// one.
func (f *fetching) start(ctx context.Context, columns []string) error {
	q := f.question
	if mark := f.source.mark(ctx, q); mark.token != "" {
		f.began.Token, f.began.Marked = mark.token, mark.at
		columns = withKey(q.table, columns)
	}
	req := q.req
	req.Columns = columns
	var err error
	f.rows, err = f.source.inner.Scan(ctx, req)
	return err
}

// withKey adds the columns of a table's key.
func withKey(table *connector.Table, columns []string) []string {
	for _, name := range table.Key {
		if name = columnName(table, name); !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	return columns
}

// watcher returns what tells of changes of a table, where rows can be told apart.
func (s *Source) watcher(t *connector.Table) (connector.Watcher, bool) {
	s.mu.Lock()
	unwatched := s.unwatched[t.Name]
	s.mu.Unlock()
	unstorable := func(name string) bool {
		c, ok := t.Column(name)
		return !ok || !storable(c.Type)
	}
	if unwatched || len(t.Key) == 0 || slices.ContainsFunc(t.Key, unstorable) {
		return nil, false
	}
	return connector.As[connector.Watcher](s.inner)
}

// describe begins the file, with the columns that come.
func (f *fetching) describe() {
	columns, err := f.question.describe(f.rows.Schema())
	if err == nil {
		f.began.Columns = columns
		f.writer, err = f.source.store.newWriter(f.rows.Schema())
	}
	if err != nil {
		f.warn(err)
	}
}

// describe tells what the manifest must know of the columns of a schema.
func (q *question) describe(schema *arrow.Schema) ([]column, error) {
	var columns []column
	for _, field := range schema.Fields() {
		i := slices.IndexFunc(q.table.Columns, func(c connector.Column) bool { return c.Name == field.Name })
		if i < 0 || !arrow.TypeEqual(q.table.Columns[i].Type, field.Type) {
			return nil, fmt.Errorf("the column %s of type %s is not one of table %s", field.Name, field.Type, q.table.Name)
		}
		c := &q.table.Columns[i]
		described := column{Name: c.Name, Type: typeName(c.Type)}
		if i >= q.fixed {
			var err error
			if described.Told, err = tell(c); err != nil {
				return nil, err
			}
		}
		columns = append(columns, described)
	}
	return columns, nil
}

// warn says that the rows are not kept, and ends the writing of them.
func (f *fetching) warn(err error) {
	if f.writer != nil {
		err = errors.Join(err, f.writer.abandon())
		f.writer = nil
	}
	f.source.store.tidy() // it may be the disk that is full
	f.mu.Lock()
	defer f.mu.Unlock()
	f.warning = []connector.Warning{{
		Code: "not-cached", Count: 1,
		Text: fmt.Sprintf("the rows of %s are not kept in the cache: %v", f.question.table.Name, err),
	}}
}

// Retain adds a reference.
func (f *fetching) Retain() { f.refs.Add(1) }

// Release drops a reference; the last one ends the scan, and forgets what was
// written of one that was not read to its end.
func (f *fetching) Release() {
	if f.refs.Add(-1) != 0 {
		return
	}
	f.drop()
	f.stop()
	f.rows.Release()
}

// stop ends the writing of rows that are not to be kept.
func (f *fetching) stop() {
	if f.writer == nil {
		return
	}
	if err := f.writer.abandon(); err != nil {
		f.source.cfg.Log.Debug("an unfinished file stays in the cache", keyError, err)
	}
	f.writer = nil
}

func (f *fetching) drop() {
	if f.batch != nil {
		f.batch.Release()
		f.batch = nil
	}
}

// Schema returns the schema of the columns asked for.
func (f *fetching) Schema() *arrow.Schema { return f.schema }

// RecordBatch returns the batch that Next went to.
func (f *fetching) RecordBatch() arrow.RecordBatch { return f.batch }

// Record returns the batch that Next went to.
//
// Deprecated: use RecordBatch.
func (f *fetching) Record() arrow.RecordBatch { return f.batch }

// Err returns why Next answered false; nil where all rows were read.
func (f *fetching) Err() error { return f.err }

// Next goes to the next batch. At the end of a scan the rows are kept.
func (f *fetching) Next() bool {
	f.drop()
	if f.ended || f.err != nil {
		return false
	}
	if !f.rows.Next() {
		f.ended = true
		if f.err = f.rows.Err(); f.err == nil {
			f.keep()
		} else {
			f.stop()
		}
		return false
	}
	batch := f.rows.RecordBatch()
	if f.writer != nil {
		if err := f.writer.write(batch); err != nil {
			f.warn(err)
		}
	}
	f.batch = array.NewRecordBatch(f.schema, batch.Columns()[:f.schema.NumFields()], batch.NumRows())
	return true
}

// keep makes the rows a segment, where they are all.
func (f *fetching) keep() {
	if f.writer == nil {
		return
	}
	report := f.inner()
	if report.Verdict.Completeness == connector.Partial {
		f.stop()
		return
	}
	f.began.Warnings, f.began.Requests = report.Warnings, rowRequests(f.rows)
	err := f.writer.finish(&f.began)
	f.writer = nil
	if err == nil {
		err = f.source.store.add(f.ctx, f.began, func(m *manifest) { m.supersede(f.began) })
	}
	if err != nil {
		f.warn(err)
	}
}

// inner is the report of the source's own reader.
func (f *fetching) inner() connector.Report {
	if r, ok := f.rows.(connector.Reporter); ok {
		return r.Report()
	}
	return connector.Report{}
}

// Report tells what the source tells, and whether the rows cannot be kept.
func (f *fetching) Report() connector.Report {
	report := f.inner()
	f.mu.Lock()
	defer f.mu.Unlock()
	report.Warnings = slices.Concat(report.Warnings, f.warning)
	return report
}
