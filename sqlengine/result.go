package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

var _ array.RecordReader = (*Result)(nil)

// Result is what one statement answers: an array.RecordReader over its rows,
// for one goroutine. It is valid until the next result is asked for; Close may
// end it earlier.
type Result struct {
	session *Session
	run     *run
	stmt    statement
	locate  func(error) error

	kind        Kind
	transaction bool
	// called says that the statement is a CALL of a procedure.
	called   bool
	prepared *duck.Stmt
	stream   *duck.RowStream
	reader   array.RecordReader // of the rows: the stream, or lines of text
	schema   *arrow.Schema
	batch    arrow.RecordBatch
	rows     int64

	notices []Notice
	reports []ScanReport
	err     error
	ended   bool
	closed  bool
}

// begin prepares and runs the statement, up to its first rows.
func (r *Result) begin(params []connector.Value) error {
	ctx := r.run.ctx
	spelled, err := r.session.spelling(ctx, r.stmt)
	if err != nil {
		return err
	}
	if r.prepared, err = r.session.conn.Prepare(ctx, r.stmt.text); err != nil {
		return err
	}
	values, err := bound(r.prepared, params)
	if err != nil {
		return err
	}
	if r.stream, err = r.prepared.Run(ctx, values); err != nil {
		return err
	}
	r.reader = r.stream
	if !r.stream.HasRows() {
		r.kind = Done
	}
	r.schema = renamed(r.stream.Schema(), spelled)
	return nil
}

// bound pairs the parameters of a prepared statement with their values.
func bound(stmt *duck.Stmt, params []connector.Value) ([]duck.Param, error) {
	names := stmt.Params()
	values := make([]duck.Param, len(names))
	for i, name := range names {
		v, err := parameterValue("$"+name, i, params)
		if err != nil {
			return nil, err
		}
		values[i] = duck.Param{Name: name, Value: v}
	}
	return values, nil
}

// Kind says how to show the result.
func (r *Result) Kind() Kind { return r.kind }

// Schema returns the columns of the rows, spelled as the query spells them.
func (r *Result) Schema() *arrow.Schema { return r.schema }

// Next reads the next batch. At the end, or at an error, it answers false.
func (r *Result) Next() bool {
	r.drop()
	if r.ended || r.closed {
		return false
	}
	if r.reader.Next() {
		batch := r.reader.RecordBatch()
		r.batch = array.NewRecordBatch(r.schema, batch.Columns(), batch.NumRows())
		r.rows += batch.NumRows()
		return true
	}
	r.ended = true
	if err := r.reader.Err(); err != nil {
		r.err = r.session.hinted(context.WithoutCancel(r.run.ctx), r.stmt, cause(r.run, err))
		if r.locate != nil {
			r.err = r.locate(r.err)
		}
	}
	return false
}

// RecordBatch returns the present batch, valid until Next or Close.
func (r *Result) RecordBatch() arrow.RecordBatch { return r.batch }

// Record is RecordBatch, as the interface wants it.
func (r *Result) Record() arrow.RecordBatch { return r.batch }

// Err returns what ended the rows before their end: a [connector.Error].
func (r *Result) Err() error { return r.err }

// Retain does nothing: a result has one owner.
func (r *Result) Retain() {}

// Release does nothing: whoever ranges over Run closes the result.
func (r *Result) Release() {}

func (r *Result) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

// Notices returns what a person should know; it is complete once the result is
// closed or has ended.
func (r *Result) Notices() []Notice {
	notices := append(slices.Clone(r.notices), r.run.budget.notices()...)
	for _, scan := range r.Scans() {
		for _, w := range scan.Report.Warnings {
			notices = append(notices, Notice{Code: w.Code, Text: w.Text, Count: w.Count})
		}
	}
	return notices
}

// Scans tells how each scan of the statement is getting on, or has ended.
func (r *Result) Scans() []ScanReport {
	if r.closed {
		return r.reports
	}
	return r.run.reports()
}

// Verdict says whether every scan read all that the answer is made of: where a
// LIMIT was met, the rest is no part of it. What a source says of the rest, such
// as that it did not check it, is said all the same.
func (r *Result) Verdict() connector.Verdict {
	verdict := connector.Verdict{Completeness: connector.Complete}
	for _, scan := range r.Scans() {
		v := scan.Report.Verdict
		if scan.Stopped && v.Note == "" && r.ended && r.err == nil {
			continue // the answer is whole without the rest
		}
		verdict.Completeness = min(verdict.Completeness, v.Completeness)
		if v.Note == "" {
			continue
		}
		if verdict.Note != "" {
			verdict.Note += "; "
		}
		verdict.Note += v.Note
	}
	return verdict
}

// Close ends the statement, wherever it is.
func (r *Result) Close() error {
	if r.closed {
		return nil
	}
	r.drop()
	whole := r.err == nil
	acts := r.prepared != nil && !r.prepared.ReadOnly()
	changes := acts && !r.called
	if whole && acts && r.stream != nil { // a statement that changes something is run to its end
		for r.Next() {
		}
		whole = r.err == nil
	}
	r.release()
	if err := r.settle(whole && changes); err != nil {
		return err
	}
	if !changes {
		return nil
	}
	return r.session.changed(context.WithoutCancel(r.run.ctx), r.stmt)
}

// abort ends a statement that did not begin.
func (r *Result) abort() error {
	r.release()
	return r.settle(false)
}

// release ends the stream and the scans below it.
func (r *Result) release() {
	if r.stream != nil {
		r.stream.Close()
	}
	if r.prepared != nil {
		r.prepared.Close()
	}
	r.run.end()
	r.reports = r.run.reports()
	r.closed = true
	r.session.setRunning(nil)
}

// settle ends the transaction.
func (r *Result) settle(commit bool) error {
	if !r.transaction {
		return nil
	}
	r.transaction = false
	ctx := context.WithoutCancel(r.run.ctx)
	if !commit {
		return r.session.conn.Exec(ctx, "ROLLBACK")
	}
	if err := r.run.restore(ctx); err != nil {
		return errors.Join(err, r.session.conn.Exec(ctx, "ROLLBACK"))
	}
	if err := r.session.conn.Exec(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// changed takes note of what a statement changed in the session.
func (s *Session) changed(ctx context.Context, stmt statement) error {
	s.local = true
	if stmt.keyword(0) == "RESET" { // of the path, perhaps: DuckDB then finds nothing
		if stmt.mentions("search_path") || stmt.mentions("schema") {
			s.path = s.home
		}
		if err := s.setPath(ctx, s.path); err != nil {
			return err
		}
	}
	if err := s.detachPlanning(ctx); err != nil {
		return err
	}
	switch stmt.keyword(0) {
	case "USE":
		rows, err := s.conn.Strings(ctx, "SELECT current_database(), current_schema()")
		if err != nil {
			return err
		}
		s.path = quote(rows[0]...)
	case "SET":
		rows, err := s.conn.Strings(ctx, "SELECT current_setting('search_path')")
		if err != nil {
			return err
		}
		s.path = requalified(rows[0][0])
		if stmt.mentions("max_requests") {
			_, err := s.maxRequests(ctx)
			return err
		}
	case "DROP":
		if s.setPath(ctx, s.path) != nil { // the schema in use is gone
			s.path = s.home
			return s.setPath(ctx, s.path)
		}
	case "ATTACH":
		return s.checkAttached(ctx)
	}
	return nil
}
