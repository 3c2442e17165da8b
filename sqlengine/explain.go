package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// explain answers with what a statement would ask the sources for.
func (s *Session) explain(ctx context.Context, stmt statement, params []connector.Value) (_ *Result, err error) {
	if len(stmt.tokens) == 0 {
		return nil, fault(stmt.start, connector.Errorf(connector.Invalid, "EXPLAIN of nothing").
			WithHint("Write the statement to explain behind it."))
	}
	if err := errors.Join(refuseStatement(stmt), refuseFunctions(stmt), s.refuseReach(stmt)); err != nil {
		return nil, err
	}
	r := newRun(ctx, s)
	result := &Result{session: s, run: r, stmt: stmt, kind: Explain, notices: habits(stmt)}
	defer func() {
		if err != nil {
			err = errors.Join(s.hinted(ctx, stmt, s.callError(stmt, err)), result.abort())
		}
	}()
	p, err := s.decide(ctx, stmt, params, result)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.permit(p, stmt), r.adopt(p)); err != nil {
		return nil, err
	}
	likely, err := r.likely()
	if err != nil {
		return nil, err
	}
	lines := append(append(p.FetchLines(), s.callLines(p)...), likely...)
	costs := r.forecast()
	for _, f := range r.fetches {
		lines = append(lines, f.spared()...)
		told, err := costs.scan(f)
		if err != nil {
			return nil, err
		}
		lines = append(lines, told...)
	}
	limited, err := costs.limited()
	if err != nil {
		return nil, err
	}
	lines = append(append(lines, costs.all()...), limited...)
	result.answer(lines)
	return result, nil
}

// spared says which columns of a table the statement does without.
func (f *fetch) spared() []string {
	var unread []string
	for _, name := range f.relation.table.ColumnNames() {
		if !slices.Contains(f.request.Columns, name) {
			unread = append(unread, name)
		}
	}
	if len(unread) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("not read of %s: %s", f.relation.name(), plan.ShortColumns(unread))}
}

// explainAnalyze runs a statement and answers with what it asked the sources
// for and what came.
func (s *Session) explainAnalyze(ctx context.Context, stmt statement, params []connector.Value) (*Result, error) {
	if len(stmt.tokens) == 0 {
		return s.explain(ctx, stmt, params)
	}
	inner, err := s.execute(ctx, stmt, params)
	if err != nil {
		return nil, err
	}
	for inner.Next() {
	}
	if err := inner.Err(); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	if err := inner.Close(); err != nil {
		return nil, err
	}
	result := &Result{
		session: s, run: newRun(ctx, s), stmt: stmt, kind: Explain,
		notices: inner.Notices(), reports: inner.reports,
	}
	result.answer(inner.analyzed())
	return result, nil
}

// analyzed describes a statement that was run.
func (r *Result) analyzed() []string {
	lines := append(r.run.plan.FetchLines(), r.run.unused()...)
	for _, f := range r.run.fetches {
		lines = append(lines, f.spared()...)
		for _, link := range f.links {
			lines = append(lines, fmt.Sprintf("dynamic filter of %s: %s", f.relation.name(), link))
		}
		if f.counted != nil {
			lines = append(lines, f.counted.line(f.relation.name()))
		}
	}
	lines = append(lines, r.run.callLines()...)
	for _, f := range r.run.opened() {
		report := f.report()
		line := fmt.Sprintf("read %s: %s, %d bytes, %s, %s", f.relation.name(),
			rowsOf(f.relation, report.Progress.Rows), report.Progress.Bytes, time.Duration(f.took.Load()).Round(time.Millisecond), report.Verdict)
		if report.Progress.Requests > 0 {
			line += ", " + amount(report.Progress.Requests, "request")
		}
		lines = append(lines, line)
	}
	lines = append(append(lines, r.run.spending()...), r.run.made()...)
	return append(lines, fmt.Sprintf("answered %s in %s", amount(r.rows, "row"), time.Since(r.run.began).Round(time.Millisecond)))
}

// made says how many requests all scans have made, where there are several, also
// those of which DuckDB wanted no row in the end: of sources that tell it no
// better.
func (r *run) made() []string {
	r.mu.Lock()
	feeds := r.feeds
	r.mu.Unlock()
	total, scans := int64(0), 0
	for _, f := range feeds {
		if !keepsAccounts(f.relation.source) {
			total += f.report().Progress.Requests
			scans++
		}
	}
	if scans < 2 || total == 0 {
		return nil
	}
	return []string{fmt.Sprintf("requests made: %d", total)}
}

// rowsOf says how many rows came, and how many the table has, where its source
// estimates them.
func rowsOf(r *relation, came int64) string {
	if r.table.Rows == 0 {
		return amount(came, "row")
	}
	return fmt.Sprintf("%d of about %s", came, amount(r.table.Rows, "row"))
}

// explainSchema is what EXPLAIN answers with: lines of text.
var explainSchema = arrow.NewSchema([]arrow.Field{{Name: "explain", Type: arrow.BinaryTypes.String}}, nil)

// answer makes lines of text the rows of the result.
func (r *Result) answer(lines []string) {
	schema := explainSchema
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues(lines, nil)
	batch := b.NewRecordBatch()
	r.schema = schema
	r.reader = array.ReaderFromIter(schema, func(yield func(arrow.RecordBatch, error) bool) { yield(batch, nil) })
}
