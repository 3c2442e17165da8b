package cache

import (
	"context"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// Tallier is implemented by the reader of a scan that tells its requests for rows
// and counts apart from those for metadata, which are not made each time.
type Tallier interface {
	// RowRequests is how many requests for rows and counts were made until now.
	RowRequests() int64
}

// rowRequests is what fetching the rows of a reader took; 0 is not known.
func rowRequests(r array.RecordReader) int64 {
	switch r := r.(type) {
	case Tallier:
		return r.RowRequests()
	case connector.Reporter:
		return r.Report().Progress.Requests
	}
	return 0
}

// refreshRequests is how many requests a refresh takes where little changed:
// one for what did, and one for what is gone. To know better would take some.
const refreshRequests = 2

// wholeAge is for how long changes are put into rows before all of them are
// fetched again: a row tells of things that change without it, as the name of a
// person who has it.
const wholeAge = 24 * time.Hour

// refreshable tells whether a refresh may bring a segment up to date, and is worth
// it.
func (g *segment) refreshable(now time.Time) bool {
	return g.Token != "" && !g.small() && now.Sub(time.UnixMicro(g.Whole)) < wholeAge
}

// small tells whether the rows are known to come by as few requests
// as their changes would.
func (g *segment) small() bool {
	return g.Requests > 0 && g.Requests <= refreshRequests
}

// mark is a token of a table's rows at a time, in microseconds since 1970.
type mark struct {
	token string
	at    int64
}

// mark returns a token of a moment before now, since which a watcher will tell
// what became of a question's rows. Scans share it for as long as rows are fresh.
// The token is empty where what changed cannot be told, or it cannot be told of a
// row that changed whether it is one of the question's, where fetching again takes
// no more than a refresh, and where the statement has no requests to spare.
func (s *Source) mark(ctx context.Context, q *question) mark {
	watcher, ok := s.watcher(q.table)
	if !ok || !q.decidable() {
		return mark{}
	}
	select {
	case s.marking <- struct{}{}:
		defer func() { <-s.marking }()
	case <-ctx.Done():
		return mark{}
	}
	known, small := s.marked(q)
	if known.token != "" || small || q.req.MaxRequests != 0 {
		return known
	}
	at := s.cfg.Clock.Now()
	token, err := watcher.Mark(ctx, connector.MarkRequest{Table: q.table.Name, Statement: q.req.Statement})
	switch {
	case connector.KindOf(err) == connector.Unimplemented && err != nil:
		s.unwatch(q.table.Name)
		return mark{}
	case err != nil:
		s.cfg.Log.Debug("rows cannot be refreshed later", keyError, err)
		return mark{}
	}
	return s.remember(q.table.Name, token, at)
}

// remember notes a token of a table.
func (s *Source) remember(table, token string, at time.Time) mark {
	m := mark{token: token, at: at.UnixMicro()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks[table] = m
	return m
}

// marked returns the last token that was taken of a question's table, where that
// was not long ago, and whether the question is known to take few requests.
func (s *Source) marked(q *question) (mark, bool) {
	s.mu.Lock()
	last := s.marks[q.table.Name]
	s.mu.Unlock()
	small := q.small || q.single()
	for _, g := range s.store.load().Segments {
		if g.Source != s.cfg.Identity || g.Table != q.table.Name {
			continue
		}
		if g.Token != "" && g.Marked > last.at {
			last = mark{g.Token, g.Marked}
		}
		small = small || g.small() && q.asks(&g)
	}
	if q.began.Sub(time.UnixMicro(last.at)) >= s.cfg.Age {
		return mark{}, small
	}
	return last, small
}

// asks tells whether a question is for just the rows that a segment has.
func (q *question) asks(g *segment) bool {
	of := func(p connector.Predicate) bool {
		return slices.ContainsFunc(g.Where, func(o predicate) bool { return same(o.Predicate, p) })
	}
	return len(q.where) == len(g.Where) && !slices.ContainsFunc(q.where, func(p connector.Predicate) bool { return !of(p) })
}

// decidable tells whether a row tells by its own columns that it is one of the
// question's.
func (q *question) decidable() bool {
	return !slices.ContainsFunc(q.where, func(p connector.Predicate) bool {
		c, ok := q.table.Column(p.Column)
		if !ok || c.Asked || !storable(c.Type) {
			return true
		}
		_, compares := connector.ComparesWith(c.Type)
		return !compares
	})
}

// single tells whether the question is for one row, by what tells rows apart.
func (q *question) single() bool {
	return slices.ContainsFunc(q.where, func(p connector.Predicate) bool {
		is := func(key []string) bool {
			return len(key) == 1 && columnName(q.table, key[0]) == columnName(q.table, p.Column)
		}
		return p.Op == connector.Eq && (is(q.table.Key) || slices.ContainsFunc(q.table.Unique, is))
	})
}

// unwatch notes that a table's rows do not tell when they changed.
func (s *Source) unwatch(table string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unwatched[table] = true
}

// cheaper tells whether to fetch what a question wants is as cheap as to refresh
// a segment that has more. The source may count for that.
func (s *Source) cheaper(ctx context.Context, q *question, g segment) bool {
	estimator, ok := connector.As[connector.Estimator](s.inner)
	if !ok || q.asks(&g) {
		return false
	}
	e, err := estimator.Estimate(ctx, q.req)
	if err != nil || e.Requests < 0 {
		return false
	}
	q.small = e.Requests <= refreshRequests
	q.most = max(e.Rows, 0)
	return q.small
}
