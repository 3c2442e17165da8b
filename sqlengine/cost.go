package sqlengine

import (
	"reflect"
	"sync"

	"github.com/trackql/trackql/connector"
)

// costs are what sources said that scans of a statement take. A source may have
// to ask its system for that, so each question is put once.
type costs struct {
	mu      sync.Mutex
	answers []answer
}

// answer is to what scans, or counts in groups, take.
type answer struct {
	source   *NamedSource
	request  any // a connector.ScanRequest or connector.AggregateRequest
	estimate connector.Estimate
	err      error
}

// way is how a source is expected to serve a fetch.
type way uint8

const (
	reading way = iota
	counting
	grouping
)

// unknownCost is what a source says that cannot tell.
var unknownCost = connector.Estimate{Rows: -1, Bytes: -1, Requests: -1, Metadata: -1}

// cost asks what a scan would take. Where the source cannot tell, or fails to,
// nothing is known of it.
func (r *run) cost(rel *relation, request connector.ScanRequest) (connector.Estimate, error) {
	estimator, ok := connector.As[connector.Estimator](rel.source.Source)
	if !ok {
		return unknownCost, nil
	}
	return r.costs.once(rel.source, request, func() (connector.Estimate, error) {
		request.MaxRequests = r.allowance(rel.source)
		return estimator.Estimate(r.ctx, request)
	})
}

// once puts a question, unless it was put before.
func (c *costs) once(source *NamedSource, request any, ask func() (connector.Estimate, error)) (connector.Estimate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.answers {
		if a.source == source && reflect.DeepEqual(a.request, request) {
			return a.estimate, a.err
		}
	}
	estimate, err := ask()
	if err != nil {
		estimate = unknownCost
	}
	c.answers = append(c.answers, answer{source, request, estimate, err})
	return estimate, err
}

// foreseen returns what a fetch is expected to take, and how: its source may
// count the rows, or groups of them, and not read them.
func (r *run) foreseen(f *fetch) (connector.Estimate, way, error) {
	if f.toGroup() && f.tellsGroups() {
		e, err := r.groupCost(f, f.planned.Groups)
		if connector.KindOf(err) != connector.Unimplemented {
			return e, grouping, err
		}
	}
	e, err := r.cost(f.relation, f.request)
	if err != nil || !f.toCount() {
		return e, reading, err
	}
	counts := connector.Estimate{Requests: min(e.Requests, 1), Category: e.Category}
	if f.tellsGroups() {
		counts, err = r.groupCost(f, nil)
		if connector.KindOf(err) == connector.Unimplemented {
			return e, reading, nil
		}
	}
	e.Requests, e.AtLeast = counts.Requests, counts.AtLeast
	e.Category, e.Takes, e.Bytes = counts.Category, counts.Takes, -1
	return e, counting, err
}

// groupCost asks what it takes to count the rows of a fetch in groups; by no
// column, it is the count of all.
func (r *run) groupCost(f *fetch, by []string) (connector.Estimate, error) {
	estimator, _ := connector.As[connector.GroupEstimator](f.relation.source.Source)
	request := f.groupRequest(by)
	return r.costs.once(f.relation.source, request, func() (connector.Estimate, error) {
		request.MaxRequests = r.allowance(f.relation.source)
		return estimator.EstimateGroups(r.ctx, request)
	})
}

// groupRequest asks for the groups of a fetch.
func (f *fetch) groupRequest(by []string) connector.AggregateRequest {
	return connector.AggregateRequest{Table: f.request.Table, Where: f.request.Where, GroupBy: by, Statement: f.request.Statement}
}

// tellsGroups tells whether the source of a fetch knows what it takes to count.
func (f *fetch) tellsGroups() bool {
	_, ok := connector.As[connector.GroupEstimator](f.relation.source.Source)
	return ok
}

// toCount tells whether the source is to count the rows of a fetch.
func (f *fetch) toCount() bool {
	if !f.planned.CountOnly || f.uncountable {
		return false
	}
	_, counts := connector.As[connector.Counter](f.relation.source.Source)
	_, ok := madeUp(f, nil)
	return counts && ok
}

// toGroup tells whether the source is to be asked for groups of the rows.
func (f *fetch) toGroup() bool {
	_, ok := f.inGroups()
	return ok
}

// mayGroup tells whether the source is to be asked for groups, and nobody knows
// what they take.
func (f *fetch) mayGroup() bool { return f.toGroup() && !f.tellsGroups() }

// requests returns how many requests a scan would take, with those for metadata;
// -1 where that is not known.
func (r *run) requests(f *fetch, request connector.ScanRequest) int64 {
	estimate, err := r.cost(f.relation, request)
	if err != nil || estimate.Requests < 0 {
		return -1
	}
	return estimate.Requests + max(estimate.Metadata, 0)
}

// size returns how many rows a fetch is expected to have, at most; -1 where that
// is not known. It asks only where what the table declares is not enough.
func (r *run) size(f *fetch) int64 {
	rows := f.relation.table.Rows
	if rows > 0 && (rows <= fewRows || len(f.request.Where) == 0) {
		return rows
	}
	estimate, err := r.cost(f.relation, f.request)
	switch {
	case err == nil && estimate.Rows >= 0:
		return estimate.Rows
	case rows > 0:
		return rows
	}
	return -1
}
