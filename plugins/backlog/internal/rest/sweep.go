package rest

import (
	"context"
	"math"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// maxRepairs is how often all pages are read again for rows that were missed.
const maxRepairs = 3

// round is one reading of all pages.
type round struct {
	count int       // how many rows there were
	since time.Time // when that was so
	after uint64    // the pages are asked for after that
	// seen are the rows met in this round; nil in the first, where they are those
	// of the sweep.
	seen map[string]struct{}
	// stable is how many rows were met that have not changed since.
	stable int
	// shifted says that rows moved before the count, so that stable says nothing.
	shifted bool
}

// whole tells whether no row is missing that was counted and has not changed.
func (r *round) whole() bool { return r != nil && !r.shifted && r.stable >= r.count }

// counted reads all pages side by side, and again until no row is missing.
func (s *sweep) counted(ctx context.Context) error {
	first, err := s.page(ctx, s.start, s.size, 0)
	if err != nil {
		return err
	}
	// More rows than asked for are all there are: the server does not page.
	if !s.give(s.scan.Call.unseen(first.rows, s.seen)) || len(first.rows) != s.size {
		return nil
	}
	r, err := s.newRound(ctx, 0)
	if err != nil {
		return err
	}
	more, err := s.afterFirst(ctx, r, first)
	return s.repair(ctx, r, more, err)
}

// repair reads all pages again until no row is missing, after a round, or after
// pages that missed rows, which are no round. More is whether the reader wants
// more, and err what ended the pages until now.
func (s *sweep) repair(ctx context.Context, r *round, more bool, err error) error {
	least := math.MaxInt
	if r != nil {
		least = r.count
	}
	for range maxRepairs {
		if err != nil || !more || r.whole() {
			return err
		}
		if r, err = s.newRound(ctx, s.trip.client.cfg.Shared.tick()); err != nil {
			return err
		}
		r.seen = make(map[string]struct{})
		least = min(least, r.count)
		more, err = s.read(ctx, r, s.start, func(page) {})
	}
	if err != nil || !more || r.whole() || len(s.seen) >= least {
		return err
	}
	return s.trip.fail(s.scan.Call, connector.Incomplete,
		"only %d of %d rows came, in %d attempts: they change faster than they can be read",
		len(s.seen), least, 1+maxRepairs).WithHint("Run the statement again, or let it ask for fewer rows.")
}

// newRound counts the rows, by a request that began after a moment.
func (s *sweep) newRound(ctx context.Context, after uint64) (*round, error) {
	n, a, err := s.trip.count(ctx, s.scan.Count, after)
	if err != nil {
		return nil, err
	}
	return &round{count: max(0, int(n)-s.start), since: a.moment, after: a.ended}, nil
}

// afterFirst reads the pages after the first one; more is whether the reader
// wants more.
//
// The first page may be older than the count. A row that left it between the two
// is not in the count, but seems to be, and then hides one that is missed. So
// where the last page has room for it, the second begins with the first one's
// last row.
func (s *sweep) afterFirst(ctx context.Context, r *round, first page) (more bool, err error) {
	r.stable = s.stable(first.rows, r.since)
	if first.answer.began > r.after || r.count%s.size == 0 {
		return s.read(ctx, r, s.start+s.size, func(page) {})
	}
	last := s.scan.Call.id(first.rows[s.size-1])
	return s.read(ctx, r, s.start+s.size-1, func(second page) {
		r.shifted = len(second.rows) == 0 || s.scan.Call.id(second.rows[0]) != last
	})
}

// read reads the pages from an offset on, tells of the first of them, and gives
// the rows that are new; more is whether the reader wants more.
func (s *sweep) read(ctx context.Context, r *round, from int, begin func(page)) (more bool, err error) {
	pages := (s.start + r.count - from + s.size - 1) / s.size
	ahead := s.trip.client.cfg.Concurrency
	if s.scan.Lazy {
		ahead = 0
	}
	get := func(ctx context.Context, i int) (page, error) {
		return s.page(ctx, from+i*s.size, s.size, r.after)
	}
	for p, err := range inOrder(ctx, pages, ahead, get) {
		if err != nil {
			return false, err
		}
		begin(p)
		begin = func(page) {}
		if !s.give(s.take(r, p.rows)) {
			return false, nil
		}
	}
	return true, nil
}

// take notes rows as met in this round, and returns those that were never met.
func (s *sweep) take(r *round, rows []gjson.Result) []gjson.Result {
	if r.seen == nil {
		rows = s.scan.Call.unseen(rows, s.seen)
		r.stable += s.stable(rows, r.since)
		return rows
	}
	rows = s.scan.Call.unseen(rows, r.seen)
	r.stable += s.stable(rows, r.since)
	return s.scan.Call.unseen(rows, s.seen)
}

// stable returns how many of the rows have not changed since.
func (s *sweep) stable(rows []gjson.Result, since time.Time) int {
	if s.scan.Stable == nil {
		return len(rows)
	}
	n := 0
	for _, row := range rows {
		if s.scan.Stable(row, since) {
			n++
		}
	}
	return n
}
