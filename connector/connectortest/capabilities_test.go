package connectortest_test

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// silentWriter can be written, and no table says so.
type silentWriter struct{ faulty }

func (silentWriter) Write(context.Context, connector.WriteRequest) ([]connector.Outcome, error) {
	return nil, connector.Errorf(connector.Unimplemented, "nothing can be written")
}

// miscounting counts one more wherever there is a predicate.
type miscounting struct{ faulty }

func (m miscounting) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	counter, _ := connector.As[connector.Counter](m.Source)
	n, err := counter.Count(ctx, req)
	return n + int64(min(1, len(req.Where))), err
}

// oversized counts one more always.
type oversized struct{ faulty }

func (o oversized) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	counter, _ := connector.As[connector.Counter](o.Source)
	n, err := counter.Count(ctx, req)
	return n + 1, err
}

// unfiltered groups all rows, whatever the predicates.
type unfiltered struct{ faulty }

func (u unfiltered) Aggregate(ctx context.Context, req connector.AggregateRequest) (array.RecordReader, error) {
	aggregator, _ := connector.As[connector.Aggregator](u.Source)
	req.Where = nil
	return aggregator.Aggregate(ctx, req)
}

// overlapping gives the first piece twice.
type overlapping struct{ faulty }

func (o overlapping) Split(ctx context.Context, req connector.ScanRequest, n int) ([]connector.ScanRequest, error) {
	splitter, _ := connector.As[connector.Splitter](o.Source)
	parts, err := splitter.Split(ctx, req, n)
	if err != nil || len(parts) == 1 {
		return parts, err
	}
	return append(parts, parts[0]), nil
}

// gapped leaves out the last piece.
type gapped struct{ faulty }

func (g gapped) Split(ctx context.Context, req connector.ScanRequest, n int) ([]connector.ScanRequest, error) {
	splitter, _ := connector.As[connector.Splitter](g.Source)
	parts, err := splitter.Split(ctx, req, n)
	if err != nil || len(parts) == 1 {
		return parts, err
	}
	return parts[:len(parts)-1], nil
}

// clueless cannot estimate scans with predicates.
type clueless struct{ faulty }

func (c clueless) Estimate(_ context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	if len(req.Where) > 0 {
		return connector.Estimate{}, connector.Errorf(connector.Unimplemented, "no estimate with a predicate")
	}
	return connector.Estimate{Rows: -1, Bytes: -1, Requests: -1}, nil
}

// guessing changes estimates, which it counts.
type guessing struct {
	faulty
	change func(e connector.Estimate, n int64) connector.Estimate
	asked  *atomic.Int64
}

func (g guessing) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	estimator, _ := connector.As[connector.Estimator](g.Source)
	e, err := estimator.Estimate(ctx, req)
	return g.change(e, g.asked.Add(1)), err
}

// foreseeing changes estimates of groups, which it counts.
type foreseeing struct {
	faulty
	change func(e connector.Estimate, n int64) (connector.Estimate, error)
	asked  *atomic.Int64
}

func (f foreseeing) EstimateGroups(ctx context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	estimator, _ := connector.As[connector.GroupEstimator](f.Source)
	e, err := estimator.EstimateGroups(ctx, req)
	if err != nil {
		return e, err
	}
	return f.change(e, f.asked.Add(1))
}

// foresee makes a source that changes its estimates of groups.
func foresee(change func(e connector.Estimate, n int64) (connector.Estimate, error)) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source {
		return foreseeing{faulty{Source: src}, change, new(atomic.Int64)}
	}
}

// absentMinded counts all rows wherever there is a statement.
type absentMinded struct{ faulty }

func (a absentMinded) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	counter, _ := connector.As[connector.Counter](a.Source)
	if req.Statement != "" {
		req.Where = nil
	}
	return counter.Count(ctx, req)
}

// answeringOnce keeps the predicates that a statement asks for first.
func answeringOnce(src connector.Source) connector.Source {
	var mu sync.Mutex
	asked := map[string][]connector.Predicate{}
	return requesting(func(req *connector.ScanRequest) {
		if req.Statement == "" || len(req.Where) == 0 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if _, ok := asked[req.Statement]; !ok {
			asked[req.Statement] = req.Where
		}
		req.Where = asked[req.Statement]
	})(src)
}

var capabilityFlaws = map[string]flaw{
	"Count is wrong with predicates": {
		promise: "count", reason: "; a scan gives",
		make: func(src connector.Source) connector.Source { return miscounting{faulty{Source: src}} },
	},
	"Count is wrong": {
		promise: "count", reason: "; a scan gives", also: []string{"complete"},
		make: func(src connector.Source) connector.Source { return oversized{faulty{Source: src}} },
	},
	"groups are not filtered": {
		promise: "aggregate", reason: "GROUP BY", also: []string{"estimate-groups"},
		make: func(src connector.Source) connector.Source { return unfiltered{faulty{Source: src}} },
	},
	"pieces overlap": {
		promise: "split", reason: "give rows twice", also: []string{"complete"},
		make: func(src connector.Source) connector.Source { return overlapping{faulty{Source: src}} },
	},
	"a piece is lost": {
		promise: "split", reason: "the pieces lack rows", also: []string{"complete"},
		make: func(src connector.Source) connector.Source { return gapped{faulty{Source: src}} },
	},
	"Estimate is less than nothing": {
		promise: "estimate", reason: "it takes -1s",
		make: func(src connector.Source) connector.Source {
			return guessing{faulty{Source: src}, func(e connector.Estimate, _ int64) connector.Estimate { e.Takes = -time.Second; return e }, new(atomic.Int64)}
		},
	},
	"Estimate changes": {
		promise: "estimate", reason: "the second time, in one statement, it is ",
		make: func(src connector.Source) connector.Source {
			return guessing{faulty{Source: src}, func(e connector.Estimate, n int64) connector.Estimate { e.Metadata = n % 2; return e }, new(atomic.Int64)}
		},
	},
	"EstimateGroups takes less than no time": {
		promise: "estimate-groups", reason: "it takes -1s",
		make: foresee(func(e connector.Estimate, _ int64) (connector.Estimate, error) { e.Takes = -time.Second; return e, nil }),
	},
	"EstimateGroups changes": {
		promise: "estimate-groups", reason: "the second time, in one statement, it is ",
		make: foresee(func(e connector.Estimate, n int64) (connector.Estimate, error) { e.Metadata = n % 2; return e, nil }),
	},
	"EstimateGroups tells too few": {
		promise: "estimate-groups", reason: "groups, not 1 at most",
		make: foresee(func(e connector.Estimate, _ int64) (connector.Estimate, error) {
			e.Rows = min(e.Rows, 1)
			return e, nil
		}),
	},
	"EstimateGroups refuses what is counted": {
		promise: "estimate-groups", reason: "it is refused, and then the rows are counted",
		make: foresee(func(connector.Estimate, int64) (connector.Estimate, error) {
			return connector.Estimate{}, connector.Errorf(connector.Unimplemented, "read them")
		}),
	},
	"EstimateGroups fails": {
		promise: "estimate-groups", reason: "the tracker is gone",
		make: foresee(func(connector.Estimate, int64) (connector.Estimate, error) {
			return connector.Estimate{}, connector.Errorf(connector.Unavailable, "the tracker is gone")
		}),
	},
	"Count forgets predicates in a statement": {
		promise: "statement", reason: "in a statement, and ",
		make: func(src connector.Source) connector.Source { return absentMinded{faulty{Source: src}} },
	},
	"a statement has one answer": {
		promise: "statement", reason: "it does not outside of a statement", make: answeringOnce,
	},
	"a statement has no rows": {
		promise: "statement", reason: "gives other rows than one in none", make: requesting(func(req *connector.ScanRequest) {
			if req.Statement != "" && len(req.Where) == 0 {
				req.Where = []connector.Predicate{{Column: "Id", Op: connector.IsNull}}
			}
		}),
	},
	"Estimate fails": {
		promise: "estimate", reason: "no estimate with a predicate",
		make: func(src connector.Source) connector.Source { return clueless{faulty{Source: src}} },
	},
}
