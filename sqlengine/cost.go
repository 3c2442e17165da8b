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

type answer struct {
	source   *NamedSource
	request  connector.ScanRequest
	estimate connector.Estimate
	err      error
}

// unknownCost is what a source says that cannot tell.
var unknownCost = connector.Estimate{Rows: -1, Bytes: -1, Requests: -1, Metadata: -1}

// cost asks what a scan would take. Where the source cannot tell, or fails to,
// nothing is known of it.
func (r *run) cost(rel *relation, request connector.ScanRequest) (connector.Estimate, error) {
	estimator, ok := connector.As[connector.Estimator](rel.source.Source)
	if !ok {
		return unknownCost, nil
	}
	r.costs.mu.Lock()
	defer r.costs.mu.Unlock()
	for _, a := range r.costs.answers {
		if a.source == rel.source && reflect.DeepEqual(a.request, request) {
			return a.estimate, a.err
		}
	}
	estimate, err := estimator.Estimate(r.ctx, request)
	if err != nil {
		estimate = unknownCost
	}
	r.costs.answers = append(r.costs.answers, answer{rel.source, request, estimate, err})
	return estimate, err
}

// foreseen returns what a fetch is expected to take: one request where its
// source is to count the rows and not to read them.
func (r *run) foreseen(f *fetch) (connector.Estimate, error) {
	e, err := r.cost(f.relation, f.request)
	if err == nil && e.Requests > 1 && f.toCount() {
		e.Requests, e.Bytes, e.Takes = 1, -1, 0
	}
	return e, err
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
	_, groups := connector.As[connector.Aggregator](f.relation.source.Source)
	return groups && len(f.planned.Groups) > 0
}

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
