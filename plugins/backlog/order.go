package backlog

import (
	"context"
	"iter"
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// sorted gives the rows in the order asked for. The server sorts by the first
// key; rows of several requests are merged, and those that are equal by the
// first key are sorted here by the others.
func (r *reading) sorted(ctx context.Context) iter.Seq2[page, error] {
	var streams []iter.Seq2[page, error]
	at := r.plan.first
	for j, err := range r.jobs(ctx, at) {
		if err != nil {
			return func(yield func(page, error) bool) { yield(nil, err) }
		}
		streams = append(streams, r.ask(ctx, at, j))
	}
	rows := r.merged(streams)
	if r.plan.levels[at].overlap {
		rows = once(rows, idPath(r.plan.levels[at].table))
	}
	if len(r.plan.order) > 1 {
		rows = r.regrouped(rows)
	}
	return rows
}

// head is the first row of a stream that has not been given.
type head struct {
	rows page
	next func() (page, error, bool)
}

// merged gives the rows of streams that are sorted by the first key, sorted by
// it.
func (r *reading) merged(streams []iter.Seq2[page, error]) iter.Seq2[page, error] {
	if len(streams) == 1 {
		return streams[0]
	}
	return func(yield func(page, error) bool) {
		var heads []*head
		for _, stream := range streams {
			next, stop := iter.Pull2(stream)
			defer stop()
			heads = append(heads, &head{next: next})
		}
		for {
			var err error
			if heads, err = advance(heads); err != nil {
				yield(nil, err)
				return
			}
			if len(heads) == 0 {
				return
			}
			least, err := r.least(heads)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page{least.rows[0]}, nil) {
				return
			}
			least.rows = least.rows[1:]
		}
	}
}

// advance makes every stream have a first row, without those that have ended.
func advance(heads []*head) ([]*head, error) {
	for _, h := range heads {
		for len(h.rows) == 0 && h.next != nil {
			rows, err, more := h.next()
			if err != nil {
				return nil, err
			}
			h.rows = rows
			if !more {
				h.next = nil
			}
		}
	}
	return slices.DeleteFunc(heads, func(h *head) bool { return len(h.rows) == 0 }), nil
}

func (r *reading) least(heads []*head) (*head, error) {
	best := heads[0]
	for _, h := range heads[1:] {
		order, err := r.compare(h.rows[0], best.rows[0], r.plan.order[:1])
		if err != nil {
			return nil, err
		}
		if order < 0 {
			best = h
		}
	}
	return best, nil
}

// compare compares two rows by keys.
func (r *reading) compare(a, b relation.Row, keys []connector.Order) (int, error) {
	for _, key := range keys {
		column, _ := a.Table.Column(key.Column)
		v, err := relation.Cell(a, column, r.zone)
		if err != nil {
			return 0, err
		}
		w, err := relation.Cell(b, column, r.zone)
		if err != nil {
			return 0, err
		}
		order, _ := v.Compare(w)
		if key.Descending {
			order = -order
		}
		if order != 0 {
			return order, nil
		}
	}
	return 0, nil
}

// regrouped sorts, of rows that are sorted by the first key, those that are
// equal by it by the other keys.
func (r *reading) regrouped(pages iter.Seq2[page, error]) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		var group page
		for rows, err := range pages {
			for i := 0; err == nil && i < len(rows); i++ {
				order := 0
				if len(group) > 0 {
					order, err = r.compare(group[0], rows[i], r.plan.order[:1])
				}
				if order != 0 {
					if !r.give(group, yield) {
						return
					}
					group = nil
				}
				group = append(group, rows[i])
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
		r.give(group, yield)
	}
}

// give yields a group of rows that are equal by the first key.
func (r *reading) give(group page, yield func(page, error) bool) bool {
	var fault error
	slices.SortStableFunc(group, func(a, b relation.Row) int {
		order, err := r.compare(a, b, r.plan.order[1:])
		if err != nil {
			fault = err
		}
		return order
	})
	return yield(group, fault) && fault == nil
}
