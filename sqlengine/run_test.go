package sqlengine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// before makes a hook part of a tracker.
func before(hook connectortest.Hook) func(*connectortest.MemoryConfig) {
	return func(cfg *connectortest.MemoryConfig) { cfg.Before = hook }
}

func TestFailingScan(t *testing.T) {
	gone := connector.Errorf(connector.Unavailable, "the tracker is gone").WithHint("Try again later.")
	source := tracker(before(connectortest.FailAt("Issues", 3, gone)))
	s := engine(t, source, nil)
	_, err := ask(t.Context(), s, "SELECT sum(Id) FROM pt.Issues JOIN pt.Comments ON Id = IssueId")
	if connector.KindOf(err) != connector.Unavailable || connector.HintOf(err) != gone.Hint || !strings.Contains(err.Error(), "scan pt.Issues: ") {
		t.Errorf("a failing scan = %v (kind %v, hint %q)", err, connector.KindOf(err), connector.HintOf(err))
	}
	if n := source.Readers(); n != 0 {
		t.Errorf("%d readers are left", n)
	}
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Users"); got != "n\n10\n" {
		t.Errorf("the next query: %s", got)
	}
}

func TestRowsBeforeFailure(t *testing.T) {
	source := tracker(before(connectortest.FailAt("Issues", 9, connector.Errorf(connector.Corrupt, "page 9 is broken"))))
	s := engine(t, source, nil)
	rows := int64(0)
	for result, err := range s.Run(t.Context(), "SELECT Id, 'x' FROM pt.Issues; SELECT 1", nil) {
		if err != nil {
			t.Fatal(err)
		}
		for result.Next() {
			rows += result.RecordBatch().NumRows()
		}
		if connector.KindOf(result.Err()) != connector.Corrupt {
			t.Errorf("Err() = %v, want the page's", result.Err())
		}
	}
	if rows == 0 || rows > 900 {
		t.Errorf("%d rows came before the failure, want some of the 900", rows)
	}
}

func TestCancelBlockedScan(t *testing.T) {
	gate := connectortest.NewGate("Issues", 2)
	source := tracker(before(gate.Before))
	s := engine(t, source, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-gate.Reached()
		cancel()
	}()
	if _, err := ask(ctx, s, "SELECT sum(Id) FROM pt.Issues"); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled query = %v, want %v", err, context.Canceled)
	}
	if n := source.Readers(); n != 0 {
		t.Errorf("%d readers are left", n)
	}
	gate.Open()
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues WHERE \"Assigned to\" = 'user1'"); got != "n\n100\n" {
		t.Errorf("the next query: %s", got)
	}
}

func TestStubbornScanIsLeftBehind(t *testing.T) {
	gate := connectortest.NewStubbornGate("Issues", 2)
	source := tracker(before(gate.Before))
	var log bytes.Buffer
	s := engine(t, source, func(cfg *sqlengine.Config) {
		cfg.Patience = time.Nanosecond
		cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-gate.Reached()
		cancel()
	}()
	if _, err := ask(ctx, s, "SELECT sum(Id) FROM pt.Issues"); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled query = %v, want %v", err, context.Canceled)
	}
	if !strings.Contains(log.String(), "source=pt table=Issues") {
		t.Errorf("log = %q, want the scan's name", log.String())
	}
	gate.Open()
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Users"); got != "n\n10\n" {
		t.Errorf("the next query: %s", got)
	}
}

func TestRowsStream(t *testing.T) {
	gate := connectortest.NewGate("Issues", 2)
	s := engine(t, tracker(before(gate.Before)), nil)
	for result, err := range s.Run(t.Context(), "SELECT Id, 'x' FROM pt.Issues", nil) {
		if err != nil {
			t.Fatal(err)
		}
		if !result.Next() {
			t.Fatalf("no rows while the source waits: %v", result.Err())
		}
		<-gate.Reached() // the rest was not read when the first rows came
		progress := s.Progress()
		if len(progress) != 1 || progress[0].Table != "Issues" || progress[0].Report.Progress.Rows != 200 {
			t.Errorf("Progress() = %+v, want 200 rows of Issues", progress)
		}
		gate.Open()
		for result.Next() {
		}
		if result.Err() != nil || result.Verdict().Completeness != connector.Complete {
			t.Errorf("Err() = %v, Verdict() = %v", result.Err(), result.Verdict())
		}
	}
	if got := s.Progress(); got != nil {
		t.Errorf("Progress() between statements = %v", got)
	}
}

func TestAbandonedRange(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	for result, err := range s.Run(t.Context(), "SELECT Id FROM pt.Issues; SELECT no such column", nil) {
		if err != nil {
			t.Fatal(err)
		}
		result.Next()
		break
	}
	if n := source.Readers(); n != 0 {
		t.Errorf("%d readers are left", n)
	}
}

// cut is a source whose streams end too early and say nothing.
type cut struct{ connector.Source }

type cutReader struct {
	array.RecordReader
	left int
}

func (c cut) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	reader, err := c.Source.Scan(ctx, req)
	return &cutReader{reader, 4}, err
}

func (c *cutReader) Next() bool {
	c.left--
	return c.left >= 0 && c.RecordReader.Next()
}

func (c *cutReader) Report() connector.Report {
	return connector.Report{Progress: connector.Progress{TotalRows: 1000}}
}

func TestTruncatedStreamIsAnError(t *testing.T) {
	s := engine(t, cut{tracker(nil)}, nil)
	_, err := ask(t.Context(), s, "SELECT sum(Id) FROM pt.Issues")
	if connector.KindOf(err) != connector.Incomplete || !strings.Contains(err.Error(), "400 of 1000 rows came") {
		t.Errorf("a truncated stream = %v", err)
	}
}

// panicking is a source that panics in Scan.
type panicking struct{ connector.Source }

func (panicking) Scan(context.Context, connector.ScanRequest) (array.RecordReader, error) {
	panic("index out of range")
}

func TestPanickingSource(t *testing.T) {
	s := engine(t, panicking{tracker(nil)}, nil)
	_, err := ask(t.Context(), s, "SELECT sum(Id) FROM pt.Issues")
	if connector.KindOf(err) != connector.Internal || !strings.Contains(err.Error(), "scan pt.Issues: the connector memory failed: index out of range") {
		t.Errorf("a panicking source = %v", err)
	}
}

func TestReadTwiceIsFetchedOnce(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues a JOIN pt.Issues b ON a.Id + 1 = b.Id WHERE EXISTS (FROM pt.Issues c WHERE c.Id = a.Id AND c.\"Assigned to\" = 'user1')")
	if got != "n\n100\n" {
		t.Errorf("self join = %s", got)
	}
	if n := len(source.Requests()); n != 1 {
		t.Errorf("%d requests, want 1: %v", n, source.Requests())
	}
}

func TestDynamicFilter(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	sql := "SELECT count(*) AS n FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id WHERE i.Id IN (3, 500, 7)"
	if got := mustAsk(t, s, sql); got != "n\n15\n" {
		t.Errorf("%s = %s", sql, got)
	}
	requests := source.Requests()
	last := requests[len(requests)-1]
	if last.Table != "Comments" || len(last.Where) != 1 || last.Where[0].String() != "IssueId IN (3, 7, 500)" {
		t.Errorf("the comments were asked for with %v", last.Where)
	}
	source.Forget()
	sql = "SELECT count(*) AS n FROM pt.Issues i LEFT JOIN pt.Comments c ON c.IssueId = i.Id WHERE i.担当者 = '担当3' AND i.Id < 20"
	if got := mustAsk(t, s, sql); got != "n\n15\n" {
		t.Errorf("%s = %s", sql, got)
	}
	requests = source.Requests()
	if last := requests[len(requests)-1]; last.Table != "Comments" || len(last.Where) != 1 || last.Where[0].String() != "IssueId IN (3, 10, 17)" {
		t.Errorf("the comments of a left join were asked for with %v", last)
	}
}

// TestDynamicFilterOfSeveralColumns joins by two columns, of which the first
// narrows nothing, as the file does where there is one, and the second is the
// key: more than that is not asked for.
func TestDynamicFilterOfSeveralColumns(t *testing.T) {
	tests := map[string]struct {
		key  connector.Grade // of the comments' IssueId
		want string
	}{
		"the key is all":        {connector.Exact, "[IssueId IN (3, 7, 500)]"},
		"the key is a superset": {connector.Inexact, "[IssueId IN (3, 7, 500) File IN ('a.xml')]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := tracker(func(cfg *connectortest.MemoryConfig) {
				for _, table := range []int{0, 2} {
					of := &cfg.Tables[table]
					text := arrow.BinaryTypes.String
					file := connector.Column{Name: "File", Type: text, Doc: "The file.", Filters: connectortest.Every(text, connector.Exact)}
					of.Table.Columns = append([]connector.Column{file}, of.Table.Columns...)
					for i, row := range of.Rows {
						of.Rows[i] = append([]any{"a.xml"}, row...)
					}
				}
				comments := &cfg.Tables[2].Table
				key, _ := comments.Column("IssueId")
				key.Filters = connectortest.Every(key.Type, test.key)
			})
			s := engine(t, source, nil)
			sql := "SELECT count(*) AS n FROM pt.Issues i JOIN pt.Comments c ON c.File = i.File AND c.IssueId = i.Id WHERE i.Id IN (3, 500, 7)"
			if got := mustAsk(t, s, sql); got != "n\n15\n" {
				t.Errorf("%s = %s", sql, got)
			}
			requests := source.Requests()
			last := requests[len(requests)-1]
			if got := fmt.Sprint(last.Where); last.Table != "Comments" || got != test.want {
				t.Errorf("%s were asked for with %s, want %s", last.Table, got, test.want)
			}
		})
	}
}

// uncounted is a source that cannot count.
type uncounted struct{ connector.Source }

// TestCountWithoutCounter counts the rows of a source that cannot: they are
// read once, without a column.
func TestCountWithoutCounter(t *testing.T) {
	source := tracker(nil)
	s := engine(t, uncounted{source}, nil)
	for result, err := range s.Run(t.Context(), "SELECT count(*) FROM pt.Comments", nil) {
		if err != nil {
			t.Fatal(err)
		}
		for result.Next() {
			if got := result.RecordBatch().Column(0).ValueStr(0); got != "5000" {
				t.Errorf("count = %s, want 5000", got)
			}
		}
		if n := len(result.Scans()); n != 1 || result.Verdict().Completeness != connector.Complete {
			t.Errorf("%d scans, %s; want 1, complete", n, result.Verdict())
		}
	}
	requests := source.Requests()
	if len(requests) != 1 || len(requests[0].Columns) != 0 {
		t.Errorf("asked for %v, want one scan without columns", requests)
	}
}

func TestCountReadsNothing(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	for sql, want := range map[string]string{
		"SELECT count(*) AS n FROM pt.Issues":                                                 "n\n1000\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE Status = 'Open'":                           "n\n334\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE Id >= 5.5 AND Id > 5":                      "n\n994\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE Id IS NOT NULL AND Id > 5 AND Id >= 0":     "n\n994\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE Id <> 5 AND Id NOT IN (6, 7)":              "n\n997\n",
		"SELECT count(Id) AS n, count(1) AS m FROM pt.Issues WHERE 担当者 < '担当3' AND Id >= 500": "n|m\n213|213\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE Id > 5.5 AND Id < 6.5":                     "n\n1\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE Id >= 10 AND Id < 12":                      "n\n2\n",
		"SELECT count(*) AS n FROM pt.Issues WHERE 担当者 IN ('担当3', '担当4') AND Id > 5":          "n\n284\n",
	} {
		source.Forget()
		if got := mustAsk(t, s, sql); got != want {
			t.Errorf("%s = %s, want %s", sql, got, want)
		}
		if n := source.Pages(); n != 0 {
			t.Errorf("%s pulled %d pages", sql, n)
		}
	}
}

func TestNowIsOneMoment(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	got := mustAsk(t, s, "SELECT epoch_us(now()) AS now, count(*) AS n FROM pt.Issues WHERE Created >= now() - INTERVAL 30000 DAY GROUP BY ALL")
	micros := strings.Split(strings.Split(got, "\n")[1], "|")[0]
	where := source.Requests()[0].Where
	if len(where) != 1 {
		t.Fatalf("asked with %v", where)
	}
	moment := where[0].Values[0].Int() + 30000*86_400_000_000
	if fmt.Sprint(moment) != micros {
		t.Errorf("the source was asked for now() = %d, and the engine computed with %s", moment, micros)
	}
}

func TestNoPushdown(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, func(cfg *sqlengine.Config) { cfg.NoPushdown = true })
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues WHERE Id = 7"); got != "n\n1\n" {
		t.Errorf("without pushdown: %s", got)
	}
	requests := source.Requests()
	if len(requests) != 1 || len(requests[0].Where) != 0 || len(source.Counts()) != 0 {
		t.Errorf("asked for %v and %v", requests, source.Counts())
	}
}

func TestVerdict(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	for sql, want := range map[string]connector.Completeness{
		"SELECT * FROM pt.Issues":                          connector.Complete,
		"SELECT * FROM pt.Issues LIMIT 1":                  connector.Complete,
		"SELECT a.Id FROM pt.Issues a, range(3) LIMIT 2":   connector.Complete,
		"SELECT count(*) FROM pt.Issues":                   connector.Complete,
		"SELECT 1":                                         connector.Complete,
		"SELECT * FROM pt.Issues a JOIN pt.Users ON false": connector.Complete,
	} {
		for result, err := range s.Run(t.Context(), sql, nil) {
			if err != nil {
				t.Fatal(err)
			}
			for result.Next() {
			}
			if got := result.Verdict().Completeness; got != want {
				t.Errorf("verdict of %s = %v, want %v", sql, got, want)
			}
		}
	}
}
