package rpc

import (
	"context"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Tables describes the tables.
func (s *server) Tables(ctx context.Context, _ *wire.TablesRequest) (*wire.TablesResponse, error) {
	src, err := s.source()
	if err != nil {
		return nil, err
	}
	tables, err := src.Tables(ctx)
	if err != nil {
		return nil, failure(err)
	}
	answer, err := eachOr(tables, tableToWire)
	return &wire.TablesResponse{Tables: answer}, failure(err)
}

// Count counts rows.
func (s *server) Count(ctx context.Context, w *wire.CountRequest) (*wire.CountResponse, error) {
	counter, err := facet[connector.Counter](s)
	if err != nil {
		return nil, err
	}
	req, err := countFromWire(w)
	if err != nil {
		return nil, failure(err)
	}
	rows, err := counter.Count(ctx, req)
	return &wire.CountResponse{Rows: rows}, failure(err)
}

// Estimate tells what a scan would cost.
func (s *server) Estimate(ctx context.Context, w *wire.ScanRequest) (*wire.Estimate, error) {
	estimator, err := facet[connector.Estimator](s)
	if err != nil {
		return nil, err
	}
	req, err := scanFromWire(w)
	if err != nil {
		return nil, failure(err)
	}
	estimate, err := estimator.Estimate(ctx, req)
	return cleanEstimate(estimateToWire(estimate)), failure(err)
}

// EstimateGroups tells what it would take to count rows in groups.
func (s *server) EstimateGroups(ctx context.Context, w *wire.AggregateRequest) (*wire.Estimate, error) {
	estimator, err := facet[connector.GroupEstimator](s)
	if err != nil {
		return nil, err
	}
	req, err := aggregateFromWire(w)
	if err != nil {
		return nil, failure(err)
	}
	estimate, err := estimator.EstimateGroups(ctx, req)
	return cleanEstimate(estimateToWire(estimate)), failure(err)
}

// Spent tells what a statement took.
func (s *server) Spent(ctx context.Context, w *wire.SpentRequest) (*wire.Spending, error) {
	spender, err := facet[connector.Spender](s)
	if err != nil {
		return nil, err
	}
	spent, err := spender.Spent(ctx, w.Statement)
	return spendingToWire(spent), failure(err)
}

// Quotas tells what is left of the system's allowances.
func (s *server) Quotas(ctx context.Context, _ *wire.QuotasRequest) (*wire.QuotasResponse, error) {
	source, err := facet[connector.Quotas](s)
	if err != nil {
		return nil, err
	}
	quotas, err := source.Quotas(ctx)
	return &wire.QuotasResponse{Quotas: each(quotas, quotaToWire)}, failure(err)
}

// Split cuts a scan into pieces.
func (s *server) Split(ctx context.Context, w *wire.SplitRequest) (*wire.SplitResponse, error) {
	splitter, err := facet[connector.Splitter](s)
	if err != nil {
		return nil, err
	}
	req, err := scanFromWire(w.Request)
	if err != nil {
		return nil, failure(err)
	}
	pieces, err := splitter.Split(ctx, req, int(w.Pieces))
	return &wire.SplitResponse{Requests: each(pieces, scanToWire)}, failure(err)
}

// Procedures describes the actions.
func (s *server) Procedures(ctx context.Context, _ *wire.ProceduresRequest) (*wire.ProceduresResponse, error) {
	source, err := facet[connector.Procedures](s)
	if err != nil {
		return nil, err
	}
	procedures, err := source.Procedures(ctx)
	if err != nil {
		return nil, failure(err)
	}
	answer, err := eachOr(procedures, procedureToWire)
	return &wire.ProceduresResponse{Procedures: answer}, failure(err)
}

// Metadata tells what the tracker's issues are made of.
func (s *server) Metadata(ctx context.Context, _ *wire.MetadataRequest) (*wire.Tracker, error) {
	source, err := facet[connector.Metadata](s)
	if err != nil {
		return nil, err
	}
	tracker, err := source.Metadata(ctx)
	return trackerToWire(tracker), failure(err)
}

// Widen describes a table with its further columns.
func (s *server) Widen(ctx context.Context, w *wire.WidenRequest) (*wire.Table, error) {
	widener, err := facet[connector.Widener](s)
	if err != nil {
		return nil, err
	}
	where, err := eachOr(w.Where, predicateFromWire)
	if err != nil {
		return nil, failure(err)
	}
	table, err := widener.Widen(ctx, w.Table, where)
	if err != nil {
		return nil, failure(err)
	}
	answer, err := tableToWire(table)
	return answer, failure(err)
}
