package cache

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// question is a scan that the cache may answer, with the names of the request
// in the spelling of the table.
type question struct {
	req   connector.ScanRequest
	table *connector.Table
	// fixed is how many columns the table has without those that Widen told.
	fixed int
	// columns are those of the request.
	columns []string
	// where are the predicates that the source grades.
	where []connector.Predicate
	// further are columns to fetch beside those that the scan needs.
	further []string
	// began is when the scan was asked for.
	began time.Time
	// small says that the rows take few requests, and most how many rows they are
	// at most; 0 is not known.
	small bool
	most  int64
}

// question returns nil for a request that is not for the cache: one that the
// source is to refuse, a part of a scan, or one of rows that are not kept.
func (s *Source) question(ctx context.Context, req connector.ScanRequest) (*question, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	table, fixed, err := s.table(ctx, req.Table)
	if err != nil {
		return nil, err
	}
	if table == nil || req.Part != "" || req.Limit < 0 || req.BatchRows < 0 {
		return nil, nil
	}
	q := &question{req: req, table: table, fixed: fixed, began: s.cfg.Clock.Now()}
	for _, p := range req.Where {
		if err := table.Check(p); err != nil {
			return nil, err
		}
		if table.Grade(p) != connector.Unsupported {
			q.where = append(q.where, p)
		}
	}
	if !q.name(req.Columns) || !q.sortable() {
		return nil, nil
	}
	if s.cfg.Keep != nil {
		var keep bool
		if q.further, keep = s.cfg.Keep(table, q.columns); !keep {
			return nil, nil
		}
	}
	return q, nil
}

// name takes the columns of the request, unless one is not there, comes twice,
// or cannot be kept.
func (q *question) name(columns []string) bool {
	for _, name := range columns {
		c, ok := q.table.Column(name)
		if !ok || !storable(c.Type) || slices.Contains(q.columns, c.Name) {
			return false
		}
		q.columns = append(q.columns, c.Name)
	}
	return true
}

func (q *question) sortable() bool {
	for _, key := range q.req.Order {
		c, ok := q.table.Column(key.Column)
		if !ok || !c.Sortable || !storable(c.Type) {
			return false
		}
	}
	return true
}

// needed are the columns of the request, and behind them those that its
// predicates and its order are about.
func (q *question) needed() []string {
	names := slices.Clone(q.columns)
	add := func(name string) {
		c, ok := q.table.Column(name)
		if ok && storable(c.Type) && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	for _, p := range q.where {
		add(p.Column)
	}
	for _, key := range q.req.Order {
		add(key.Column)
	}
	return names
}

// fetched are the columns to fetch: those needed, and what costs nothing.
func (q *question) fetched() []string {
	names := q.needed()
	for _, name := range q.further {
		c, ok := q.table.Column(name)
		if ok && storable(c.Type) && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// table returns a table with the further columns that were told, and how many
// columns it has without them; nil where there is none.
func (s *Source) table(ctx context.Context, name string) (*connector.Table, int, error) {
	tables, err := s.described(ctx)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(tables, func(t connector.Table) bool { return t.Name == name })
	if i < 0 {
		return nil, 0, nil
	}
	table := tables[i]
	fixed := len(table.Columns)
	s.mu.Lock()
	defer s.mu.Unlock()
	table.Columns = slices.Concat(table.Columns, s.further[name])
	return &table, fixed, nil
}

func (s *Source) described(ctx context.Context) ([]connector.Table, error) {
	s.mu.Lock()
	tables := s.tables
	s.mu.Unlock()
	if tables != nil {
		return tables, nil
	}
	tables, err := s.inner.Tables(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables = tables
	return tables, nil
}

// state says what the cache has for a question.
type state uint8

const (
	miss state = iota
	stale
	hit
)

// finding is what the cache has for a question.
type finding struct {
	state   state
	segment segment
}

// find looks for what answers a question: what is fresh, and of that the
// smallest; else what can be refreshed, the youngest first.
func (s *Source) find(q *question) finding {
	var best finding
	for _, g := range s.store.load().Segments {
		if g.Source != s.cfg.Identity || !g.answers(q) {
			continue
		}
		f := finding{state: s.stateOf(q, g), segment: g}
		if f.state != miss && (best.state == miss || f.better(best, s.cfg.Offline)) {
			best = f
		}
	}
	return best
}

// stateOf tells whether a segment will do. One of the future, by a clock that was
// set back, will not; one that was begun after the question will.
func (s *Source) stateOf(q *question, g segment) state {
	switch {
	case s.cfg.Offline, q.began.Sub(g.at()) < s.cfg.Age && !g.at().After(s.cfg.Clock.Now()):
		return hit
	case g.refreshable(q.began):
		return stale
	}
	return miss
}

func (f finding) better(g finding, youngest bool) bool {
	if f.state != g.state {
		return f.state > g.state
	}
	if youngest || f.state == stale {
		return f.segment.Fetched > g.segment.Fetched
	}
	return cmp.Compare(f.segment.Rows, g.segment.Rows) < 0
}

// answers tells whether a segment has all rows that a question wants, and what
// it takes to choose them.
func (g *segment) answers(q *question) bool {
	if g.Table != q.table.Name {
		return false
	}
	for _, name := range q.columns {
		if !g.has(q.table, name) {
			return false
		}
	}
	for _, key := range q.req.Order {
		if !g.has(q.table, key.Column) {
			return false
		}
	}
	for _, p := range q.where {
		if !g.has(q.table, p.Column) && !slices.ContainsFunc(g.Where, func(o predicate) bool { return same(o.Predicate, p) }) {
			return false
		}
	}
	return g.implied(q)
}

// implied tells whether every row that satisfies the question's predicates
// satisfies those of the segment, and comes with the same constants in the columns
// that have no value of their own.
func (g *segment) implied(q *question) bool {
	asked := func(p connector.Predicate) bool {
		c, ok := q.table.Column(p.Column)
		return !ok || c.Asked
	}
	for _, p := range q.where {
		if asked(p) && !slices.ContainsFunc(g.Where, func(o predicate) bool { return same(o.Predicate, p) }) {
			return false
		}
	}
	for _, o := range g.Where {
		if c, ok := q.table.Column(o.Column); !ok || storable(c.Type) && !g.has(q.table, o.Column) {
			return false // it is another column than it was
		}
		if asked(o.Predicate) {
			if !slices.ContainsFunc(q.where, func(p connector.Predicate) bool { return same(o.Predicate, p) }) {
				return false
			}
			continue
		}
		if !implies(q.where, o.Predicate) {
			return false
		}
	}
	return true
}

// has tells whether a segment has a column of a table, of the type that it has
// now.
func (g *segment) has(t *connector.Table, name string) bool {
	c, ok := t.Column(name)
	return ok && slices.ContainsFunc(g.Columns, func(k column) bool {
		return strings.EqualFold(k.Name, c.Name) && k.Type == typeName(c.Type)
	})
}

// typeName tells types apart.
func typeName(t arrow.DataType) string { return t.String() }
