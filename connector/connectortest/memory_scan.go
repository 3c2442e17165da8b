package connectortest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// Scan streams rows page by page, on the caller's goroutine: a page is pulled
// when its rows are asked for, and no earlier. With an order, all pages are
// pulled at the first row.
func (m *Memory) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	r, err := m.relation(req.Table)
	if err != nil {
		return nil, err
	}
	if err := m.enter(ctx, Call{Op: ScanCall, Table: req.Table}); err != nil {
		return nil, err
	}
	visible := m.visible(r)
	schema, err := checkScan(&visible, req)
	if err != nil {
		return nil, err
	}
	from, to, err := m.part(r, req.Part)
	if err != nil {
		return nil, err
	}
	m.note(func() {
		m.requests = append(m.requests, copyRequest(req))
		m.readers++
	})
	s := &memoryScan{
		ctx: ctx, memory: m, relation: r, req: req, schema: schema, filters: r.filters(req.Where), given: r.given(req.Where),
		from: from, to: to, at: from, left: math.MaxInt64,
	}
	if req.Limit > 0 && r.table.StopsAtLimit {
		s.left = req.Limit
	}
	if len(req.Where) == 0 && req.Limit == 0 {
		s.total = int64(to - from)
	}
	s.refs.Store(1)
	return s, nil
}

// checkScan refuses what the contract forbids of a table.
func checkScan(t *connector.Table, req connector.ScanRequest) (*arrow.Schema, error) {
	schema, err := t.Schema(req.Columns)
	if err != nil {
		return nil, err
	}
	if err := checkWhere(t, req.Where, req.Limit > 0); err != nil {
		return nil, err
	}
	for i, name := range req.Columns {
		if slices.ContainsFunc(req.Columns[:i], func(other string) bool { return strings.EqualFold(name, other) }) {
			return nil, fault("column %s.%s is asked for twice", req.Table, name)
		}
	}
	for _, key := range req.Order {
		c, ok := t.Column(key.Column)
		if !ok {
			return nil, connector.Errorf(connector.NotFound, "table %s has no column %q", req.Table, key.Column)
		}
		if !c.Sortable {
			return nil, fault("an order by %s.%s, which is not sortable", req.Table, key.Column)
		}
	}
	if req.Limit < 0 || req.BatchRows < 0 {
		return nil, fault("limit %d, batches of %d rows", req.Limit, req.BatchRows)
	}
	return schema, nil
}

func checkWhere(t *connector.Table, where []connector.Predicate, exact bool) error {
	for _, p := range where {
		if err := t.Check(p); err != nil {
			return err
		}
		if exact && t.Grade(p) != connector.Exact {
			return fault("a limit, count or grouping of %s with %s, which is %s", t.Name, p, t.Grade(p))
		}
	}
	return nil
}

// copyRequest keeps the caller's slices from changing what was noted.
func copyRequest(req connector.ScanRequest) connector.ScanRequest {
	req.Columns = slices.Clone(req.Columns)
	req.Where = slices.Clone(req.Where)
	req.Order = slices.Clone(req.Order)
	return req
}

// memoryScan is a scan of a Memory under way.
type memoryScan struct {
	ctx      context.Context
	memory   *Memory
	relation *relation
	req      connector.ScanRequest
	schema   *arrow.Schema
	filters  []filter
	given    map[string]connector.Value

	from, to, at int   // stored rows: of this part, and the next one
	left         int64 // rows until the limit
	pending      []int // stored rows that were found and not given yet
	sorted       bool
	batch        arrow.RecordBatch
	err          error

	refs  atomic.Int64
	total int64
	rows  atomic.Int64
	pages atomic.Int64
	ended atomic.Uint32 // a connector.Completeness
}

var (
	_ array.RecordReader = (*memoryScan)(nil)
	_ connector.Reporter = (*memoryScan)(nil)
)

func (s *memoryScan) Schema() *arrow.Schema          { return s.schema }
func (s *memoryScan) RecordBatch() arrow.RecordBatch { return s.batch }
func (s *memoryScan) Record() arrow.RecordBatch      { return s.batch }
func (s *memoryScan) Err() error                     { return s.err }
func (s *memoryScan) Retain()                        { s.refs.Add(1) }

// Release frees the scan when its last holder calls it.
func (s *memoryScan) Release() {
	if s.refs.Add(-1) != 0 {
		return
	}
	s.drop()
	s.memory.note(func() { s.memory.readers-- })
}

func (s *memoryScan) drop() {
	if s.batch != nil {
		s.batch.Release()
		s.batch = nil
	}
}

// Next gives the next batch.
func (s *memoryScan) Next() bool {
	s.drop()
	if s.err != nil || s.ended.Load() != 0 {
		return false
	}
	s.batch, s.err = s.next()
	return s.batch != nil
}

func (s *memoryScan) next() (arrow.RecordBatch, error) {
	if s.ctx.Err() != nil {
		return nil, canceled(s.ctx, Call{Op: ScanCall, Table: s.req.Table})
	}
	if err := s.fill(); err != nil {
		return nil, err
	}
	n := min(len(s.pending), s.memory.pageRows)
	if s.req.BatchRows > 0 {
		n = min(n, s.req.BatchRows)
	}
	n = int(min(int64(n), s.left))
	if n == 0 {
		s.finish()
		return nil, nil
	}
	batch, err := s.relation.take(s.memory.alloc, s.schema, s.pending[:n], s.given)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", s.req.Table, err)
	}
	s.pending = s.pending[n:]
	s.left -= int64(n)
	s.rows.Add(int64(n))
	return batch, nil
}

// fill pulls pages until a row is found; all of them where there is an order.
func (s *memoryScan) fill() error {
	for s.at < s.to && s.left > 0 && (len(s.pending) == 0 || len(s.req.Order) > 0) {
		if err := s.pull(); err != nil {
			return err
		}
	}
	if !s.sorted {
		s.relation.sort(s.pending, s.req.Order)
		s.sorted = len(s.req.Order) > 0
	}
	return nil
}

func (s *memoryScan) pull() error {
	call := Call{Op: PageCall, Table: s.req.Table, Page: int(s.pages.Load())}
	if err := s.memory.enter(s.ctx, call); err != nil {
		return err
	}
	if err := s.memory.spend(s.req.Statement, s.req.MaxRequests, func(sum *connector.Spending) { sum.Data++ }); err != nil {
		return err
	}
	s.pages.Add(1)
	s.memory.note(func() { s.memory.pages[s.req.Table]++ })
	end := min(s.at+s.memory.pageRows, s.to)
	for ; s.at < end; s.at++ {
		if admits(s.filters, s.at) {
			s.pending = append(s.pending, s.at)
		}
	}
	return nil
}

func (s *memoryScan) finish() {
	verdict := connector.Complete
	if s.at < s.to || len(s.pending) > 0 {
		verdict = connector.Partial
	}
	s.ended.Store(uint32(verdict))
}

// Report tells rows, pages as requests, and the verdict.
func (s *memoryScan) Report() connector.Report {
	return connector.Report{
		Progress: connector.Progress{Rows: s.rows.Load(), TotalRows: s.total, Requests: s.pages.Load()},
		Verdict:  connector.Verdict{Completeness: connector.Completeness(s.ended.Load())},
	}
}
