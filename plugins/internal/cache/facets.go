package cache

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// Facet offers what the source offers and the cache has a part in. Offline it
// offers what needs no request.
func (s *Source) Facet(target any) bool {
	switch target := target.(type) {
	case *connector.Counter:
		inner, ok := connector.As[connector.Counter](s.inner)
		if ok || s.cfg.Offline {
			*target = counter{s, inner}
		}
		return ok || s.cfg.Offline
	case *connector.Aggregator:
		inner, ok := connector.As[connector.Aggregator](s.inner)
		if ok && !s.cfg.Offline {
			*target = aggregator{s, inner}
		}
		return ok && !s.cfg.Offline
	case *connector.GroupEstimator:
		inner, ok := connector.As[connector.GroupEstimator](s.inner)
		if ok && !s.cfg.Offline {
			*target = groupEstimator{s, inner}
		}
		return ok && !s.cfg.Offline
	case *connector.Widener:
		inner, ok := connector.As[connector.Widener](s.inner)
		if ok {
			*target = widener{s, inner}
		}
		return ok
	case *connector.Splitter:
		*target = splitter{}
		return true
	}
	return false
}

// counter counts kept rows, or has the source count.
type counter struct {
	*Source
	inner connector.Counter // nil offline, where the source has none
}

// Count answers from fresh rows; what the cache does not have, the source counts.
func (c counter) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	q, err := c.question(ctx, connector.ScanRequest{Table: req.Table, Where: req.Where, Statement: req.Statement})
	if err != nil {
		return 0, err
	}
	if q != nil {
		if f := c.find(q); f.state == hit {
			if n, err := c.count(ctx, q, f.segment); err == nil || ctx.Err() != nil {
				return n, err
			}
		}
	}
	if c.cfg.Offline {
		return 0, c.absent(req.Table)
	}
	return c.inner.Count(ctx, req)
}

func (s *Source) count(ctx context.Context, q *question, g segment) (n int64, err error) {
	reader, err := s.read(ctx, q, g)
	if err != nil {
		return 0, err
	}
	defer reader.Release()
	for reader.Next() {
		n += reader.RecordBatch().NumRows()
	}
	return n, reader.Err()
}

// aggregator has the source group what is not kept.
type aggregator struct {
	*Source
	inner connector.Aggregator
}

// Aggregate refuses what the cache can answer by a scan, which takes no request.
func (a aggregator) Aggregate(ctx context.Context, req connector.AggregateRequest) (array.RecordReader, error) {
	f, err := a.kept(ctx, req)
	if err != nil {
		return nil, err
	}
	if f.state == hit {
		return nil, inCache(req.Table)
	}
	return a.inner.Aggregate(ctx, req)
}

func inCache(table string) error {
	return connector.Errorf(connector.Unimplemented, "the rows of %s are in the cache", table)
}

// kept finds the rows that groups can be made of.
func (s *Source) kept(ctx context.Context, req connector.AggregateRequest) (finding, error) {
	q, err := s.question(ctx, connector.ScanRequest{Table: req.Table, Columns: req.GroupBy, Where: req.Where})
	if err != nil || q == nil {
		return finding{}, err
	}
	return s.find(q), nil
}

// groupEstimator tells what Aggregate and Count take.
type groupEstimator struct {
	*Source
	inner connector.GroupEstimator
}

// EstimateGroups tells of a count of fresh rows that it takes no request, and
// refuses groups of them, as Aggregate does.
func (e groupEstimator) EstimateGroups(ctx context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	f, err := e.kept(ctx, req)
	switch {
	case err != nil:
		return connector.Estimate{}, err
	case f.state != hit:
		return e.inner.EstimateGroups(ctx, req)
	case len(req.GroupBy) > 0:
		return connector.Estimate{}, inCache(req.Table)
	}
	return connector.Estimate{Rows: 1, Bytes: -1, Notes: []string{e.hitNote(f)}}, nil
}

// hitNote says how old the rows are that answer.
func (s *Source) hitNote(f finding) string {
	return "cache: hit, " + s.age(&f.segment)
}

// splitter leaves scans whole, because a whole one is what is kept.
type splitter struct{}

func (splitter) Split(_ context.Context, req connector.ScanRequest, _ int) ([]connector.ScanRequest, error) {
	return []connector.ScanRequest{req}, nil
}

// widener tells further columns, and remembers them: scans name them.
type widener struct {
	*Source
	inner connector.Widener
}

// Widen asks the source; offline it tells the columns of what is kept.
func (w widener) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	if w.cfg.Offline {
		return w.remembered(ctx, table)
	}
	wide, err := w.inner.Widen(ctx, table, where)
	if err != nil {
		return wide, err
	}
	base, fixed, err := w.table(ctx, wide.Name)
	if err == nil && base != nil && len(wide.Columns) >= fixed {
		w.learn(wide.Name, wide.Columns[fixed:])
	}
	return wide, err
}

// learn notes further columns of a table.
func (s *Source) learn(table string, columns []connector.Column) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := connector.Table{Columns: s.further[table]}
	for _, c := range columns {
		if _, ok := known.Column(c.Name); !ok {
			known.Columns = append(known.Columns[:len(known.Columns):len(known.Columns)], c)
		}
	}
	s.further[table] = known.Columns
}

// remembered describes a table with the further columns of all its segments.
func (s *Source) remembered(ctx context.Context, name string) (connector.Table, error) {
	base, fixed, err := s.table(ctx, name)
	if err != nil {
		return connector.Table{}, err
	}
	if base == nil || !base.Wider {
		return connector.Table{}, connector.Errorf(connector.NotFound, "table %s has no further columns", name)
	}
	var columns []connector.Column
	listed := connector.Table{Columns: base.Columns[:fixed]}
	for _, g := range s.store.load().Segments {
		if g.Source != s.cfg.Identity || g.Table != base.Name {
			continue
		}
		for _, k := range g.Columns {
			if k.Told == nil {
				continue
			}
			c, err := k.Told.column()
			if _, fixed := listed.Column(c.Name); err == nil && !fixed {
				columns = append(columns, c)
			}
		}
	}
	s.learn(base.Name, columns)
	base, _, err = s.table(ctx, name)
	if err != nil {
		return connector.Table{}, err
	}
	return *base, nil
}

// Estimate tells what a scan would cost, and what the cache does about it.
func (s *Source) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	q, err := s.question(ctx, req)
	if err != nil {
		return connector.Estimate{}, err
	}
	if q == nil {
		return s.estimate(ctx, req, "cache: not for this scan")
	}
	f := s.find(q)
	if f.state == stale && s.cheaper(ctx, q, f.segment) {
		return s.estimate(ctx, req, "cache: miss, because a refresh would take more requests")
	}
	switch f.state {
	case hit:
		e := connector.Estimate{Rows: -1, Bytes: -1, Notes: []string{s.hitNote(f)}}
		if len(q.where) == 0 {
			e.Rows = f.segment.Rows
		}
		return e, nil
	case stale:
		return connector.Estimate{
			Rows: -1, Bytes: -1, Requests: refreshRequests,
			Notes: []string{"cache: refresh of changes since " + s.moment(f.segment.at())},
		}, nil
	}
	return s.estimate(ctx, req, "cache: miss")
}

// estimate is the source's own, with a note.
func (s *Source) estimate(ctx context.Context, req connector.ScanRequest, note string) (connector.Estimate, error) {
	unknown := connector.Estimate{Rows: -1, Bytes: -1, Requests: -1, Metadata: -1}
	if s.cfg.Offline {
		unknown.Requests, unknown.Metadata = 0, 0
		unknown.Notes = []string{note + ", and Offline is on: the scan will fail"}
		return unknown, nil
	}
	estimator, ok := connector.As[connector.Estimator](s.inner)
	e := unknown
	if ok {
		var err error
		if e, err = estimator.Estimate(ctx, req); err != nil {
			return e, err
		}
	}
	e.Notes = append(e.Notes[:len(e.Notes):len(e.Notes)], note)
	return e, nil
}
