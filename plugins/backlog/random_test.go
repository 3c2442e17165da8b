package backlog_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

var rounds = flag.Int("rounds", 150, "how many random scans to compare")

// random makes up scans of a table whose rows are known.
type random struct {
	*rand.Rand
	table connector.Table
	rows  [][]connector.Value // of all columns
}

// TestRandomScans compares scans under conditions made up at random with the
// rows of a scan without any, compared here. Half of them run while requests
// fail now and then.
func TestRandomScans(t *testing.T) {
	server := serve(backlogtest.Options{Issues: 260})
	src := open(t, memory.DefaultAllocator, server, "PageSize", "20")
	tables := []string{"Issues", "Issues", "IssueComments", "IssueCategories", "IssueAttachments", "ProjectUsers", "ProjectStatuses"}
	known := map[string]*random{}
	for i := range *rounds {
		name := tables[i%len(tables)]
		r := known[name]
		if r == nil {
			r = learn(t, src, name, uint64(i))
			known[name] = r
		}
		if i%2 == 1 {
			server.Inject(backlogtest.Fault{Kind: faults[i%len(faults)], Times: 2, Match: every(3)})
		}
		r.compare(t, src)
		if t.Failed() {
			return
		}
	}
}

var faults = []backlogtest.FaultKind{
	backlogtest.ServerError, backlogtest.CutOff, backlogtest.BadJSON, backlogtest.Reset, backlogtest.BadGateway,
}

// every matches one request of n.
func every(n int) func(*http.Request) bool {
	seen := 0
	return func(*http.Request) bool {
		seen++
		return seen%n == 0
	}
}

// learn reads a whole table.
func learn(t *testing.T, src opened, name string, seed uint64) *random {
	t.Helper()
	ctx := context.Background()
	tables, err := src.Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r := &random{Rand: rand.New(rand.NewPCG(seed, 7))}
	for _, table := range tables {
		if table.Name == name {
			r.table = table
		}
	}
	if r.table.Wider {
		if r.table, err = src.Widen(ctx, name, nil); err != nil {
			t.Fatal(err)
		}
	}
	r.table.Columns = slices.DeleteFunc(r.table.Columns, func(c connector.Column) bool { return c.Asked })
	r.rows = readAll(t, src, connector.ScanRequest{Table: name, Columns: r.table.ColumnNames()})
	return r
}

// readAll returns the values of all rows.
func readAll(t *testing.T, src connector.Source, req connector.ScanRequest) [][]connector.Value {
	t.Helper()
	reader, err := src.Scan(context.Background(), req)
	if err != nil {
		t.Fatalf("%v: %v", req, err)
	}
	defer reader.Release()
	var rows [][]connector.Value
	for reader.Next() {
		batch := reader.RecordBatch()
		for i := range int(batch.NumRows()) {
			row := make([]connector.Value, batch.NumCols())
			for c := range row {
				row[c] = valueAt(batch.Column(c), i)
			}
			rows = append(rows, row)
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatalf("%v: %v", req, err)
	}
	return rows
}

// predicate makes up a condition that the table grades.
func (r *random) predicate() (connector.Predicate, bool) {
	c := r.table.Columns[r.IntN(len(r.table.Columns))]
	ops := c.Filters.Operators()
	if len(ops) == 0 {
		return connector.Predicate{}, false
	}
	p := connector.Predicate{Column: c.Name, Op: ops[r.IntN(len(ops))]}
	n := 1
	switch p.Op {
	case connector.IsNull, connector.IsNotNull:
		return p, true
	case connector.In, connector.NotIn:
		n = r.IntN(5)
	}
	for range n {
		v := r.constant(c)
		if v.IsNull() {
			return p, false
		}
		p.Values = append(p.Values, v)
	}
	return p, true
}

// constant is a value of the column, or one beside it.
func (r *random) constant(c connector.Column) connector.Value {
	at := slices.IndexFunc(r.table.Columns, func(other connector.Column) bool { return other.Name == c.Name })
	v := r.rows[r.IntN(len(r.rows))][at]
	switch r.IntN(8) {
	case 0:
		switch v.Kind() {
		case connector.IntValue:
			return connector.IntOf(v.Int() + int64(r.IntN(3)) - 1)
		case connector.TextValue:
			return connector.TextOf(strings.ToUpper(v.Text()) + " ")
		case connector.DateValue:
			return connector.DateOf(v.Int() + int64(r.IntN(60)) - 30)
		case connector.TimestampValue:
			return connector.TimestampOf(v.Int() + (int64(r.IntN(200))-100)*3_600_000_000)
		}
	}
	return v
}

// compare makes one scan, and its count.
func (r *random) compare(t *testing.T, src opened) {
	t.Helper()
	req := connector.ScanRequest{Table: r.table.Name, Columns: r.table.ColumnNames(), Statement: fmt.Sprint(r.Uint64())}
	exact := true
	for range 1 + r.IntN(3) {
		if p, ok := r.predicate(); ok {
			req.Where = append(req.Where, p)
			exact = exact && r.table.Grade(p) == connector.Exact
		}
	}
	var want []string
	for _, row := range r.rows {
		if r.match(row, req.Where) {
			want = append(want, fmt.Sprint(row))
		}
	}
	if exact && r.IntN(4) == 0 {
		req.Limit = int64(1 + r.IntN(30))
	}
	var got []string
	for _, row := range readAll(t, src, req) {
		if r.match(row, req.Where) {
			got = append(got, fmt.Sprint(row))
		}
	}
	r.judge(t, req, want, got)
	if exact {
		r.compareCount(t, src, req, len(want))
	}
}

func (r *random) judge(t *testing.T, req connector.ScanRequest, want, got []string) {
	t.Helper()
	if req.Limit > 0 {
		if len(got) != min(len(want), int(req.Limit)) {
			t.Errorf("%s WHERE %v LIMIT %d gives %d rows of %d", req.Table, req.Where, req.Limit, len(got), len(want))
		}
		return
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s WHERE %v gives %d rows, want %d", req.Table, req.Where, len(got), len(want))
	}
}

func (r *random) compareCount(t *testing.T, src opened, req connector.ScanRequest, want int) {
	t.Helper()
	n, err := src.Count(context.Background(), connector.CountRequest{Table: req.Table, Where: req.Where})
	if connector.KindOf(err) == connector.Unimplemented && err != nil {
		return
	}
	if err != nil || n != int64(want) {
		t.Errorf("Count of %s WHERE %v = %d, %v; want %d", req.Table, req.Where, n, err, want)
	}
}

func (r *random) match(row []connector.Value, where []connector.Predicate) bool {
	for _, p := range where {
		at := slices.IndexFunc(r.table.Columns, func(c connector.Column) bool { return c.Name == p.Column })
		if !p.Match(row[at]) {
			return false
		}
	}
	return true
}
