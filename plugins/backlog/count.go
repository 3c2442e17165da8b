package backlog

import (
	"context"
	"iter"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// Count asks how many rows there are, where the server counts just the rows that
// are wanted; of rows that are asked for one by one, it counts those that came.
func (s *Source) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	trip := s.begin(req.Statement, req.MaxRequests)
	p, err := s.plan(ctx, trip, connector.ScanRequest{Table: req.Table, Where: req.Where})
	switch {
	case err != nil:
		return 0, err
	case p.none != "":
		return 0, p.unwarned()
	}
	few, err := p.counts()
	if err != nil {
		return 0, err
	}
	if !few && p.first == len(p.levels)-1 {
		return newReading(p, trip, nil, nil, s.width).count(ctx)
	}
	r, err := s.reading(ctx, p, trip, s.width)
	switch {
	case err != nil:
		return 0, err
	case few:
		return r.countRead(ctx)
	}
	return r.count(ctx)
}

// unwarned refuses to count no rows where there is something to warn of, such as
// a name that nothing has: a scan asks for nothing, either, and can tell.
func (p *plan) unwarned() error {
	if len(p.warnings) == 0 {
		return nil
	}
	return connector.Errorf(connector.Unimplemented, "a scan of %s warns that there are no rows", p.last().table.Name)
}

// counts decides how to count: by reading few requests' rows, or by asking how
// many there are. Kind Unimplemented says that a scan is the better way.
func (p *plan) counts() (few bool, err error) {
	few = p.few()
	if !few && !p.countable() {
		return false, connector.Errorf(connector.Unimplemented, "rows of %s are counted by reading", p.last().table.Name)
	}
	return few, nil
}

// countable tells whether the requests of the last level can be counted instead
// of made.
func (p *plan) countable() bool {
	l := p.last()
	if !p.exact() || l.overlap || len(l.variants) == 0 {
		return false
	}
	for i := range l.variants {
		if l.variants[i].count == "" {
			return false
		}
	}
	return true
}

// few tells whether each of the plan's requests has one page at most, so that
// reading is as cheap as counting.
func (p *plan) few() bool {
	l := p.last()
	if p.first != len(p.levels)-1 || len(l.starts)*len(l.variants) > fewRequests {
		return false
	}
	for i := range l.variants {
		if l.variants[i].most == 0 {
			return false
		}
	}
	return len(l.variants) > 0
}

// fewRequests is for how many requests rows are read to be counted.
const fewRequests = 20

// countRead reads the rows, and counts them.
func (r *reading) countRead(ctx context.Context) (int64, error) {
	var n int64
	for rows, err := range r.all(ctx) {
		if err != nil {
			return 0, err
		}
		n += int64(len(rows))
	}
	return n, ended(ctx)
}

// count asks for the number of rows of every request of the last level.
func (r *reading) count(ctx context.Context) (int64, error) {
	at := len(r.plan.levels) - 1
	l := &r.plan.levels[at]
	one := func(ctx context.Context, j job) iter.Seq2[int64, error] {
		return func(yield func(int64, error) bool) {
			n, err := r.countJob(ctx, at, j)
			if err != nil && l.means(j.variant, err) {
				n, err = 0, nil
			}
			yield(n, err)
		}
	}
	var sum int64
	for n, err := range sideBySide(ctx, r.width, r.jobs(ctx, at), one) {
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, ended(ctx)
}

// countJob asks for the number of rows of one request.
func (r *reading) countJob(ctx context.Context, at int, j job) (int64, error) {
	count, err := r.countOf(at, j)
	if err != nil {
		return 0, err
	}
	return r.trip.Count(ctx, count)
}

// countOf returns the request that counts the rows of a job; its Path is empty
// where there is none.
func (r *reading) countOf(at int, j job) (rest.Call, error) {
	call, err := r.call(at, j)
	if err != nil {
		return rest.Call{}, err
	}
	return r.countCall(at, j, call)
}
