package backlog_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

var update = flag.Bool("update", false, "write what came as what is wanted")

// TestRequests compares what a scan, a count, a grouping or an estimate asks the
// server for, one after another, with testdata/requests. Each is made by a
// source that knows nothing yet.
func TestRequests(t *testing.T) {
	files, err := filepath.Glob("testdata/requests/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of requests: %v", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, block := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
				got = append(got, runBlock(t, block))
			}
			text := strings.Join(got, "\n\n") + "\n"
			if *update {
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if text != string(data) {
				t.Errorf("%s is out of date; run go test -update and look at the difference", path)
				showDifference(t, string(data), text)
			}
		})
	}
}

func showDifference(t *testing.T, want, got string) {
	t.Helper()
	wanted, came := strings.Split(want, "\n\n"), strings.Split(got, "\n\n")
	for i := range min(len(wanted), len(came)) {
		if strings.TrimSpace(wanted[i]) != strings.TrimSpace(came[i]) {
			t.Errorf("got\n%s\nwant\n%s", came[i], wanted[i])
		}
	}
}

// asked is the part of a block above the line of dashes.
type asked struct {
	verb    string // scan, count, group, estimate, foresee
	options []string
	request connector.ScanRequest
}

// runBlock does what a block asks for, and returns it with what came.
func runBlock(t *testing.T, block string) string {
	t.Helper()
	head, _, _ := strings.Cut(block, "\n----")
	if !strings.Contains(head, "\n") && strings.HasPrefix(head, "#") {
		return head // a headline
	}
	a := parseBlock(t, head)
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server, append([]string{"MaxConcurrency", "1"}, a.options...)...)
	result := a.run(t, src)
	var lines []string
	for _, r := range server.Requests() {
		lines = append(lines, strings.Replace(r.String(), "/api/v2", "", 1))
	}
	sortMetadata(lines)
	return head + "\n----\n" + strings.Join(append(lines, result...), "\n")
}

// sortMetadata sorts neighbours that ask for metadata: they are asked side by
// side. The projects come first, and are asked alone.
func sortMetadata(lines []string) {
	for from := 0; from < len(lines); from++ {
		to := from
		for to < len(lines) && isMetadata(lines[to]) {
			to++
		}
		slices.Sort(lines[from:to])
		from = to
	}
}

func isMetadata(line string) bool {
	parts := strings.Split(strings.TrimPrefix(line, "GET /"), "/")
	if parts[0] == "projects" {
		return len(parts) == 3
	}
	return len(parts) == 1 && (parts[0] == "users" || parts[0] == "priorities" || parts[0] == "resolutions")
}

func parseBlock(t *testing.T, head string) asked {
	t.Helper()
	a := asked{request: connector.ScanRequest{Statement: "one"}}
	for _, line := range strings.Split(head, "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "#":
		case "scan", "count", "group", "estimate", "foresee":
			table, columns, _ := strings.Cut(rest, " ")
			a.verb, a.request.Table = word, table
			for _, column := range strings.Split(columns, ",") {
				if column = strings.Trim(column, `"`); column != "" {
					a.request.Columns = append(a.request.Columns, column)
				}
			}
		case "where":
			a.request.Where = append(a.request.Where, parsePredicate(t, rest))
		case "order":
			column, direction, _ := strings.Cut(rest, " ")
			a.request.Order = append(a.request.Order, connector.Order{Column: column, Descending: direction == "desc"})
		case "limit":
			a.request.Limit = parseInt(t, rest)
		case "batch":
			a.request.BatchRows = int(parseInt(t, rest))
		case "with":
			key, value, _ := strings.Cut(rest, "=")
			a.options = append(a.options, key, value)
		default:
			t.Fatalf("a block has no lines that begin with %q", word)
		}
	}
	return a
}

func parseInt(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// run asks, and returns what came beside the requests.
func (a asked) run(t *testing.T, src opened) []string {
	t.Helper()
	ctx := context.Background()
	if wide := a.wide(src); wide {
		if _, err := src.Widen(ctx, a.request.Table, a.request.Where); err != nil {
			return []string{"error: " + err.Error()}
		}
	}
	switch a.verb {
	case "count":
		n, err := src.Count(ctx, connector.CountRequest{
			Table: a.request.Table, Where: a.request.Where, Statement: a.request.Statement,
		})
		return orError(err, fmt.Sprintf("count %d", n))
	case "estimate":
		e, err := src.Estimate(ctx, a.request)
		return orError(err, estimated(e)...)
	case "foresee":
		e, err := src.EstimateGroups(ctx, a.groups())
		return orError(err, estimated(e)...)
	case "group":
		reader, err := src.Aggregate(ctx, a.groups())
		if err != nil {
			return orError(err)
		}
		return rowsOf(reader)
	}
	reader, err := src.Scan(ctx, a.request)
	if err != nil {
		return orError(err)
	}
	return rowsOf(reader)
}

// groups is the request as one for groups by its columns.
func (a asked) groups() connector.AggregateRequest {
	return connector.AggregateRequest{
		Table: a.request.Table, Where: a.request.Where, GroupBy: a.request.Columns, Statement: a.request.Statement,
	}
}

func estimated(e connector.Estimate) []string {
	lines := []string{fmt.Sprintf("rows %d, requests %d of %s, metadata %d", e.Rows, e.Requests, e.Category, e.Metadata)}
	for _, note := range e.Notes {
		lines = append(lines, "note: "+note)
	}
	return lines
}

// wide tells whether a request names columns that the table does not list.
func (a asked) wide(src opened) bool {
	tables, _ := src.Tables(context.Background())
	for i := range tables {
		if tables[i].Name != a.request.Table {
			continue
		}
		for _, name := range a.request.Columns {
			if _, ok := tables[i].Column(name); !ok {
				return true
			}
		}
		for _, w := range a.request.Where {
			if _, ok := tables[i].Column(w.Column); !ok {
				return true
			}
		}
	}
	return false
}

func orError(err error, lines ...string) []string {
	if err != nil {
		return []string{"error: " + err.Error()}
	}
	return lines
}

// shownRows is how many rows a block shows.
const shownRows = 5

func rowsOf(reader array.RecordReader) []string {
	defer reader.Release()
	var lines []string
	rows := 0
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			if rows++; rows > shownRows || batch.NumCols() == 0 {
				continue
			}
			var cells []string
			for i := range int(batch.NumCols()) {
				cells = append(cells, cell(batch.Column(i), row))
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
	}
	lines = append(lines, fmt.Sprintf("%d rows", rows))
	if reporter, ok := reader.(connector.Reporter); ok {
		report := reporter.Report()
		for _, w := range report.Warnings {
			lines = append(lines, "warning: "+w.Code+": "+w.Text)
		}
		lines = append(lines, "verdict: "+report.Verdict.String())
	}
	if err := reader.Err(); err != nil {
		lines = append(lines, "error: "+err.Error())
	}
	return lines
}

// parsePredicate reads COLUMN OPERATOR CONSTANTS.
func parsePredicate(t *testing.T, text string) connector.Predicate {
	t.Helper()
	column, rest, _ := strings.Cut(text, " ")
	if name, ok := strings.CutPrefix(text, `"`); ok {
		column, rest, _ = strings.Cut(name, `" `)
	}
	for _, op := range []struct {
		text string
		op   connector.Operator
	}{
		{"IS NOT NULL", connector.IsNotNull},
		{"IS NULL", connector.IsNull},
		{"NOT IN", connector.NotIn},
		{"IN", connector.In},
		{"<>", connector.Ne},
		{"<=", connector.Le},
		{">=", connector.Ge},
		{"<", connector.Lt},
		{">", connector.Gt},
		{"=", connector.Eq},
		{"prefix", connector.Prefix},
		{"contains", connector.Contains},
	} {
		constants, ok := strings.CutPrefix(rest, op.text)
		if !ok {
			continue
		}
		p := connector.Predicate{Column: column, Op: op.op}
		constants = strings.Trim(strings.TrimSpace(constants), "()")
		for _, one := range strings.Split(constants, ", ") {
			if one != "" {
				p.Values = append(p.Values, parseValue(t, one))
			}
		}
		return p
	}
	t.Fatalf("%q is no predicate", text)
	return connector.Predicate{}
}

func parseValue(t *testing.T, text string) connector.Value {
	t.Helper()
	switch text {
	case "true", "false":
		return connector.BoolOf(text == "true")
	}
	if quoted, ok := strings.CutPrefix(text, "'"); ok {
		return connector.TextOf(strings.TrimSuffix(quoted, "'"))
	}
	if at, err := time.Parse("2006-01-02", text); err == nil {
		return connector.DateOf(at.Unix() / 86400)
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return connector.TimestampOf(at.UnixMicro())
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return connector.IntOf(n)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q is no constant", text)
	}
	return connector.FloatOf(f)
}
