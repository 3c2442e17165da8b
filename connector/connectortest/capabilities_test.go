package connectortest_test

import (
	"context"

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
		promise: "aggregate", reason: "GROUP BY",
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
	"Estimate fails": {
		promise: "estimate", reason: "no estimate with a predicate",
		make: func(src connector.Source) connector.Source { return clueless{faulty{Source: src}} },
	},
}
