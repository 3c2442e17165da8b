package connectortest

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
)

// checkEstimate asks for the cost of scans of each shape.
func checkEstimate(s *session) {
	estimator, ok := connector.As[connector.Estimator](s.src)
	if !ok {
		return
	}
	s.eachTable(func(w *whole) {
		requests := []connector.ScanRequest{
			{Table: w.table.Name, Columns: w.columns},
			{Table: w.table.Name},
			{Table: w.table.Name, Columns: w.columns, Limit: 1},
		}
		for _, p := range s.pool(w, connector.Inexact) {
			requests = append(requests, connector.ScanRequest{
				Table: w.table.Name, Columns: w.columns, Where: []connector.Predicate{p},
			})
		}
		for i, req := range requests {
			req.Statement = fmt.Sprintf("estimate %d of %s", i, w.table.Name)
			if text := s.estimateFault(estimator, req); text != "" {
				s.failf(w.table.Name, "Estimate of %s: %s", showRequest(req), text)
				return
			}
		}
	})
}

// estimateFault estimates a scan twice.
func (s *session) estimateFault(estimator connector.Estimator, req connector.ScanRequest) string {
	_, text := twice(func() (connector.Estimate, error) { return estimator.Estimate(s.ctx, req) })
	return text
}

// twice asks for one estimate two times, and compares. How long it takes may
// change meanwhile: a quota is filled up again.
func twice(ask func() (connector.Estimate, error)) (connector.Estimate, string) {
	var told []connector.Estimate
	for range 2 {
		e, err := ask()
		if err != nil {
			return e, err.Error()
		}
		if e.Takes < 0 {
			return e, fmt.Sprintf("it takes %v; what is not known is 0", e.Takes)
		}
		e.Takes = 0
		told = append(told, e)
	}
	if first, second := fmt.Sprintf("%+v", told[0]), fmt.Sprintf("%+v", told[1]); first != second {
		return told[1], fmt.Sprintf("the second time, in one statement, it is %s, and was %s", second, first)
	}
	return told[1], ""
}

// checkEstimateGroups asks for the cost of counts, in all and in groups, and
// then has them made.
func checkEstimateGroups(s *session) {
	estimator, ok := connector.As[connector.GroupEstimator](s.src)
	if !ok {
		return
	}
	s.eachTable(func(w *whole) {
		scans := s.exactScans(w)
		var requests []connector.AggregateRequest
		for _, scan := range scans {
			requests = append(requests, connector.AggregateRequest{Table: w.table.Name, Where: scan.where})
		}
		for _, columns := range s.groupings(w) {
			scan := scans[s.rand.IntN(len(scans))]
			requests = append(requests, connector.AggregateRequest{Table: w.table.Name, Where: scan.where, GroupBy: columns})
		}
		for i, req := range requests {
			req.Statement = fmt.Sprintf("groups %d of %s", i, w.table.Name)
			if text := s.estimateGroupsFault(estimator, req); text != "" {
				s.failf(w.table.Name, "EstimateGroups WHERE %s GROUP BY (%s): %s", showWhere(req.Where), strings.Join(req.GroupBy, ", "), text)
				return
			}
		}
	})
}

// estimateGroupsFault compares an estimate with what comes, in one statement. A
// count that was estimated may be refused: only the attempt shows whether every
// row is in a group.
func (s *session) estimateGroupsFault(estimator connector.GroupEstimator, req connector.AggregateRequest) string {
	refused := 0
	e, text := twice(func() (connector.Estimate, error) {
		e, err := estimator.EstimateGroups(s.ctx, req)
		if connector.KindOf(err) == connector.Unimplemented {
			refused++
			return connector.Estimate{}, nil
		}
		return e, err
	})
	if text != "" {
		return text
	}
	groups, err := s.counted(req)
	switch {
	case connector.KindOf(err) == connector.Unimplemented:
		return ""
	case err != nil:
		return err.Error()
	case refused == 1:
		return "it is refused only once, in one statement"
	case refused == 2:
		return "it is refused, and then the rows are counted"
	case e.Rows >= 0 && groups > e.Rows:
		return fmt.Sprintf("there are %d groups, not %d at most", groups, e.Rows)
	}
	return ""
}

// counted returns how many groups there are; all rows are one.
func (s *session) counted(req connector.AggregateRequest) (int64, error) {
	none := connector.Errorf(connector.Unimplemented, "the source does not count")
	if len(req.GroupBy) == 0 {
		counter, ok := connector.As[connector.Counter](s.src)
		if !ok {
			return 0, none
		}
		_, err := counter.Count(s.ctx, connector.CountRequest{Table: req.Table, Where: req.Where, Statement: req.Statement})
		return 1, err
	}
	aggregator, ok := connector.As[connector.Aggregator](s.src)
	if !ok {
		return 0, none
	}
	reader, err := aggregator.Aggregate(s.ctx, req)
	if err != nil {
		return 0, err
	}
	defer reader.Release()
	var groups int64
	for reader.Next() {
		groups += reader.RecordBatch().NumRows()
	}
	return groups, reader.Err()
}
