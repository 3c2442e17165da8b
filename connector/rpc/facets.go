package rpc

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Facet offers the optional interfaces that the source in the child implements.
func (s *source) Facet(target any) bool {
	s.mu.Lock()
	o := s.offers
	s.mu.Unlock()
	switch t := target.(type) {
	case *connector.Counter:
		*t = counter{s}
		return o.Counter
	case *connector.Aggregator:
		*t = aggregator{s}
		return o.Aggregator
	case *connector.Estimator:
		*t = estimator{s}
		return o.Estimator
	case *connector.GroupEstimator:
		*t = groupEstimator{s}
		return o.GroupEstimator
	case *connector.Spender:
		*t = spender{s}
		return o.Spender
	case *connector.Quotas:
		*t = quotas{s}
		return o.Quotas
	case *connector.Splitter:
		*t = splitter{s}
		return o.Splitter
	case *connector.Watcher:
		*t = watcher{s}
		return o.Watcher
	case *connector.Procedures:
		*t = procedures{s}
		return o.Procedures
	case *connector.Metadata:
		*t = metadata{s}
		return o.Metadata
	case *connector.Writer:
		*t = writer{s}
		return o.Writer
	case *connector.Widener:
		*t = widener{s}
		return o.Widener
	}
	return false
}

// Each of these is the source as one optional interface.
type (
	counter        struct{ s *source }
	aggregator     struct{ s *source }
	estimator      struct{ s *source }
	groupEstimator struct{ s *source }
	spender        struct{ s *source }
	quotas         struct{ s *source }
	splitter       struct{ s *source }
	watcher        struct{ s *source }
	procedures     struct{ s *source }
	metadata       struct{ s *source }
	writer         struct{ s *source }
	widener        struct{ s *source }
)

// Count counts rows.
func (c counter) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	answer, err := ask(ctx, c.s, "Count of "+req.Table, c.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.CountResponse, error) {
			return remote.Count(ctx, countToWire(req))
		})
	return answer.GetRows(), err
}

// Aggregate streams groups.
func (a aggregator) Aggregate(ctx context.Context, req connector.AggregateRequest) (array.RecordReader, error) {
	table, err := a.s.table(ctx, req.Table)
	if err != nil {
		return nil, err
	}
	schema, err := table.Schema(req.GroupBy)
	if err != nil {
		return nil, err
	}
	fields := append(schema.Fields(), arrow.Field{Name: "count", Type: arrow.PrimitiveTypes.Int64})
	return a.s.read(ctx, "Aggregate of "+req.Table, arrow.NewSchema(fields, nil),
		func(ctx context.Context, remote wire.ConnectorClient, r *rows) error {
			stream, err := remote.Aggregate(ctx, aggregateToWire(req))
			if err == nil {
				r.receive = stream.Recv
			}
			return err
		})
}

// Estimate tells what a scan would cost.
func (e estimator) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	answer, err := ask(ctx, e.s, "Estimate of "+req.Table, e.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.Estimate, error) {
			return remote.Estimate(ctx, scanToWire(req))
		})
	if err != nil {
		return connector.Estimate{}, err
	}
	return e.s.estimated(answer), nil
}

// EstimateGroups tells what it would take to count rows in groups.
func (e groupEstimator) EstimateGroups(ctx context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	answer, err := ask(ctx, e.s, "EstimateGroups of "+req.Table, e.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.Estimate, error) {
			return remote.EstimateGroups(ctx, aggregateToWire(req))
		})
	if err != nil {
		return connector.Estimate{}, err
	}
	return e.s.estimated(answer), nil
}

// estimated reads an estimate without the source's secrets: EXPLAIN shows its
// category and notes.
func (s *source) estimated(answer *wire.Estimate) connector.Estimate {
	estimate := estimateFromWire(answer)
	estimate.Category = s.redact.text(estimate.Category)
	for i, note := range estimate.Notes {
		estimate.Notes[i] = s.redact.text(note)
	}
	return estimate
}

// Spent tells what a statement took.
func (p spender) Spent(ctx context.Context, statement string) (connector.Spending, error) {
	answer, err := ask(ctx, p.s, "Spent", p.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.Spending, error) {
			return remote.Spent(ctx, &wire.SpentRequest{Statement: statement})
		})
	return spendingFromWire(answer), err
}

// Quotas tells what is left of the system's allowances.
func (q quotas) Quotas(ctx context.Context) ([]connector.Quota, error) {
	answer, err := ask(ctx, q.s, "Quotas", q.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.QuotasResponse, error) {
			return remote.Quotas(ctx, &wire.QuotasRequest{})
		})
	return each(answer.GetQuotas(), quotaFromWire), err
}

// Split cuts a scan into pieces.
func (p splitter) Split(ctx context.Context, req connector.ScanRequest, n int) ([]connector.ScanRequest, error) {
	answer, err := ask(ctx, p.s, "Split of "+req.Table, p.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.SplitResponse, error) {
			return remote.Split(ctx, &wire.SplitRequest{Request: scanToWire(req), Pieces: int64(n)})
		})
	if err != nil {
		return nil, err
	}
	pieces, err := eachOr(answer.Requests, scanFromWire)
	if err != nil {
		return nil, p.s.lies(err)
	}
	return pieces, nil
}

// Procedures describes the actions.
func (p procedures) Procedures(ctx context.Context) ([]connector.Procedure, error) {
	answer, err := ask(ctx, p.s, "Procedures", p.s.plugin.host.CallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.ProceduresResponse, error) {
			return remote.Procedures(ctx, &wire.ProceduresRequest{})
		})
	if err != nil {
		return nil, err
	}
	list, err := eachOr(answer.Procedures, procedureFromWire)
	if err != nil {
		return nil, p.s.lies(err)
	}
	return list, nil
}

// Call runs a procedure.
func (p procedures) Call(ctx context.Context, req connector.CallRequest) (array.RecordReader, error) {
	list, err := p.Procedures(ctx)
	if err != nil {
		return nil, err
	}
	for _, procedure := range list {
		if procedure.Name != req.Procedure {
			continue
		}
		result := connector.Table{Name: procedure.Name, Columns: procedure.Result}
		schema, err := result.Schema(result.ColumnNames())
		if err != nil {
			return nil, p.s.lies(err)
		}
		return p.s.read(ctx, "Call of "+req.Procedure, schema,
			func(ctx context.Context, remote wire.ConnectorClient, r *rows) error {
				stream, err := remote.Call(ctx, callToWire(req))
				if err == nil {
					r.receive = stream.Recv
				}
				return err
			})
	}
	return nil, connector.Errorf(connector.NotFound, "there is no procedure %s", req.Procedure)
}

// Metadata tells what the tracker's issues are made of.
func (m metadata) Metadata(ctx context.Context) (connector.Tracker, error) {
	answer, err := ask(ctx, m.s, "Metadata", m.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.Tracker, error) {
			return remote.Metadata(ctx, &wire.MetadataRequest{})
		})
	if err != nil {
		return connector.Tracker{}, err
	}
	tracker, err := trackerFromWire(answer)
	if err != nil {
		return connector.Tracker{}, m.s.lies(err)
	}
	return tracker, nil
}
