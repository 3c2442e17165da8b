package main

import (
	"context"
	"fmt"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// runner runs statements and prints their results.
type runner struct {
	*program
	session *session
	printer *print.Printer
	format  print.Format
	query   report.Query
	// most is how many results may be printed; 0 is any number.
	most int
}

func (r *runner) run(ctx context.Context, sql string) error {
	stop := r.screen.showProgress(r.scans)
	defer stop()
	results := 0
	for result, err := range r.session.Run(ctx, sql, nil) {
		if err != nil {
			return err
		}
		if results++; r.most > 0 && results > r.most {
			return usage("Explain one statement at a time.", "there is more than one statement")
		}
		if err := r.result(result); err != nil {
			return err
		}
	}
	return r.printer.Close()
}

// result prints what one statement answered, then what a person should know
// about it.
func (r *runner) result(result *sqlengine.Result) error {
	verdict := func() connector.Verdict { return result.Verdict() }
	var rows int64
	var err error
	switch {
	case result.Kind() == sqlengine.Done:
		err = drain(result)
	case result.Kind() == sqlengine.Explain && r.format != print.JSON && r.format != print.NDJSON && r.format != print.Parquet:
		err = r.lines(result)
	default:
		rows, err = r.printer.Print(result, verdict)
	}
	r.notices(result)
	if err == nil && result.Kind() == sqlengine.Rows && r.format != print.Table && r.screen.errWidth > 0 {
		fmt.Fprintln(r.errs, print.Summary(rows, verdict()))
	}
	return err
}

func drain(result *sqlengine.Result) error {
	for result.Next() {
	}
	return result.Err()
}

// lines prints a result of one column of text as it is.
func (r *runner) lines(result *sqlengine.Result) error {
	for result.Next() {
		column := result.RecordBatch().Column(0)
		for i := range column.Len() {
			if err := r.printer.Text(column.ValueStr(i) + "\n"); err != nil {
				return err
			}
		}
	}
	return result.Err()
}

// notices writes what a person should know about a statement.
func (r *runner) notices(result *sqlengine.Result) {
	var notices []report.Notice
	for _, n := range result.Notices() {
		notices = append(notices, report.Notice{Text: n.Text, Hint: n.Hint, Place: n.Place, Code: n.Code, Count: n.Count})
	}
	r.query.Notices(r.errs, notices)
}

// scans tells how far the statement under way is.
func (r *runner) scans() []report.Scan {
	var scans []report.Scan
	for _, s := range r.session.Progress() {
		scans = append(scans, report.Scan{
			Name:     connector.QuoteName(s.Source) + "." + connector.QuoteName(s.Table),
			Progress: s.Report.Progress,
		})
	}
	return scans
}
