package backlog

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// Estimate tells what a scan would cost. Where only a count can tell how many
// rows there are, it asks for it; the scan of the same statement then knows it.
func (s *Source) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	if err := ended(ctx); err != nil {
		return connector.Estimate{}, err
	}
	trip := s.begin(req.Statement, req.MaxRequests)
	p, err := s.plan(ctx, trip, req)
	if err != nil {
		return connector.Estimate{}, err
	}
	r, err := s.reading(ctx, p, trip, s.widthOf(req))
	if err != nil {
		return connector.Estimate{}, err
	}
	cost := costs{rows: -1, category: p.last().table.Category}
	if p.none != "" {
		cost = costs{category: cost.category}
		p.note("%s, so nothing is asked", p.none)
	} else if cost, err = r.costs(ctx, s.pageSize); err != nil {
		return connector.Estimate{}, err
	}
	return s.told(p, cost, s.metadataOf(req.Statement, req.Table, req.Where, trip)), nil
}

// told is an estimate with the notes and warnings of a plan.
func (s *Source) told(p *plan, cost costs, metadata int64) connector.Estimate {
	for _, w := range p.warnings {
		p.note("%s", w.Text)
	}
	return connector.Estimate{
		Rows: cost.rows, Bytes: -1, Requests: cost.requests, Metadata: metadata,
		AtLeast: cost.open, Category: cost.category.String(), Takes: s.takes(cost), Notes: p.notes,
	}
}

// EstimateGroups tells what Aggregate would take, or Count where nothing is
// grouped by. The count that decides between counting and reading is asked for;
// what comes after it in the same statement then knows it.
func (s *Source) EstimateGroups(ctx context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	if err := ended(ctx); err != nil {
		return connector.Estimate{}, err
	}
	trip := s.begin(req.Statement, req.MaxRequests)
	p, err := s.planned(ctx, trip, connector.ScanRequest{Table: req.Table, Columns: req.GroupBy, Where: req.Where})
	if err != nil {
		return connector.Estimate{}, err
	}
	cost := costs{category: p.plan.last().table.Category}
	switch {
	case p.plan.none != "":
		p.plan.note("%s, so nothing is asked", p.plan.none)
	case len(req.GroupBy) == 0:
		cost, err = s.countCosts(ctx, p.plan, trip)
	default:
		cost, err = s.groupCosts(ctx, p, req.GroupBy)
	}
	if err != nil {
		return connector.Estimate{}, err
	}
	what := req.Table + " by " + strings.Join(req.GroupBy, ", ")
	return s.told(p.plan, cost, s.metadataOf(req.Statement, what, req.Where, trip)), nil
}

// groupCosts is what it takes to count all rows, and those of each group.
func (s *Source) groupCosts(ctx context.Context, p *planner, by []string) (costs, error) {
	g, err := s.grouping(ctx, p, by)
	if err != nil {
		return costs{}, err
	}
	query := g.base.variant.query
	asked := int64(1)
	for i := range g.groups {
		if !sameQuery(query, g.groups[i].within(query)) {
			asked++ // the other is the count of all
		}
	}
	if g.total > 0 {
		p.plan.note("counts %s in all by 1 request, and each group by its own", plural(int(g.total), "row"))
	}
	return costs{rows: int64(len(g.groups)), requests: asked, category: g.base.variant.category}, nil
}

// countCosts is what it takes to count rows: one request in place of each series
// of pages.
func (s *Source) countCosts(ctx context.Context, p *plan, trip *rest.Trip) (costs, error) {
	if _, err := p.counts(); err != nil {
		return costs{}, err
	}
	at := len(p.levels) - 1
	if p.first != at {
		r, err := s.reading(ctx, p, trip, s.width)
		if err != nil {
			return costs{}, err
		}
		sum, err := r.costs(ctx, s.pageSize)
		sum.rows = 1
		return sum, err
	}
	sum := costs{rows: 1}
	for j, err := range newReading(p, trip, nil, nil, s.width).jobs(ctx, at) {
		if err != nil {
			return sum, err
		}
		sum.category = j.variant.category
		sum.requests++
	}
	return sum, nil
}

// costs are what a level takes, with all above it. A negative number is unknown.
type costs struct {
	rows, requests int64
	// open says that there may be more requests: nothing counts the rows.
	open     bool
	category relation.Category
}

// costs adds up what the levels take.
func (r *reading) costs(ctx context.Context, size int) (costs, error) {
	sum := costs{rows: -1}
	for at := r.plan.first; at < len(r.plan.levels); at++ {
		l := &r.plan.levels[at]
		var err error
		switch {
		case at == r.plan.first:
			sum, err = r.firstCosts(ctx, at, int64(size))
		case len(l.variants) == 0:
			sum.rows = -1 // as many as are inside
		default:
			sum = r.walkCosts(l, sum)
		}
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// firstCosts is what the requests cost that need no parent.
func (r *reading) firstCosts(ctx context.Context, at int, size int64) (costs, error) {
	var sum costs
	pages := false // of a number that is not known
	for j, err := range r.jobs(ctx, at) {
		if err != nil {
			return sum, err
		}
		rows, requests, err := r.jobCosts(ctx, at, j, size)
		if err != nil {
			return sum, err
		}
		sum.category = j.variant.category
		sum.requests += requests
		if rows < 0 || sum.rows < 0 {
			pages = pages || rows < 0 && j.variant.paging != relation.Whole
			sum.rows = -1
			continue
		}
		sum.rows += rows
	}
	l := &r.plan.levels[at]
	sum.open = pages || l.opens()
	if pages {
		r.plan.note("no count of %s is asked for: where there are more than %d rows, each %d take one request more",
			l.table.Name, size, size)
	}
	if limit := r.plan.limit; limit > 0 && at == len(r.plan.levels)-1 && sum.rows >= 0 {
		sum.rows = min(sum.rows, limit)
	}
	return sum, nil
}

// opens tells whether rows of a level may lead to further requests: for what a
// list leaves out, or for the rows in a folder.
func (l *level) opens() bool {
	return len(l.details) > 0 || l.table.Folders != nil && l.folders == nil
}

// jobCosts is what one request, or one series of pages, takes.
func (r *reading) jobCosts(ctx context.Context, at int, j job, size int64) (rows, requests int64, err error) {
	if limit := r.limit(at, j.variant); limit > 0 {
		return limit, max(1, (limit+size-1)/size), nil
	}
	l := &r.plan.levels[at]
	many := len(l.starts)*len(l.variants) > fewRequests
	if j.variant.paging != relation.Offset || j.variant.count == "" || many {
		return -1, 1, nil
	}
	count, err := r.countOf(at, j)
	if err != nil {
		return 0, 0, err
	}
	if r.trip.Limited() {
		// A count that the scan does not need would be one request too many; the
		// first page serves the scan in any case.
		call, err := r.call(at, j)
		if err != nil {
			return 0, 0, err
		}
		if _, err := r.trip.Few(ctx, rest.OffsetScan{Call: call, Count: count}); err != nil && !l.means(j.variant, err) {
			return 0, 0, err
		}
	}
	rows, err = r.trip.Count(ctx, count)
	if err != nil && l.means(j.variant, err) {
		return 0, 1, nil
	}
	if err != nil || rows < size {
		return rows, 1, err
	}
	return rows, (rows+size-1)/size + 1, nil
}

// walkCosts is what it takes to ask for something of each row of the parent.
func (r *reading) walkCosts(l *level, parents costs) costs {
	sum := costs{rows: -1, requests: -1, open: true, category: l.table.Category}
	if parents.rows < 0 || parents.requests < 0 {
		r.plan.note("asks for %s of each row of %s, whose number is not known", l.table.Name, l.table.Parent)
		return sum
	}
	walked := parents.rows
	if r.plan.limit > 0 {
		walked = min(walked, r.plan.limit)
	}
	r.plan.note("walks %s of %s, 1 request or more each", plural(int(walked), "row"), l.table.Parent)
	sum.requests = parents.requests + walked*int64(len(l.variants))
	sum.open = parents.open || r.plan.limit > 0 || l.opens() || slices.ContainsFunc(l.variants, func(v variant) bool {
		return v.paging != relation.Whole
	})
	return sum
}

// takes is how long the requests last under what is left of the allowance: 0
// where that is not known, or they need not wait.
func (s *Source) takes(c costs) time.Duration {
	q, ok := s.client.Quotas()[c.category]
	if !ok || q.Limit <= 0 || c.requests <= q.Remaining {
		return 0
	}
	windows := (c.requests - q.Remaining - 1) / q.Limit
	return max(0, q.Reset.Sub(s.clock.Now())) + time.Duration(windows)*time.Minute
}

// metadataOf is how many requests for metadata the first estimate of something
// made in a statement: those after it know the answers.
func (s *Source) metadataOf(statement, what string, where []connector.Predicate, trip *rest.Trip) int64 {
	asked := trip.Tally().Metadata
	if statement == "" {
		return asked
	}
	key := statement + "\x00" + what
	for _, w := range where {
		key += "\x00" + w.String()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.estimated[key]; ok {
		return known
	}
	if len(s.estimated) >= keptEstimates || s.estimated == nil {
		s.estimated = map[string]int64{}
	}
	s.estimated[key] = asked
	return asked
}

// keptEstimates is of how many scans is kept what their metadata took.
const keptEstimates = 256
