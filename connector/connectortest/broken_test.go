package connectortest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// small is a table for sources that break one promise; its columns stand in the
// order of their names.
func small() connectortest.MemoryTable {
	table := connector.Table{
		Name: "Issues", Doc: "One row an issue.", Key: []string{"Id"}, StopsAtLimit: true,
		Columns: []connector.Column{
			{Name: "Created", Type: instant, Nullable: true},
			{Name: "Due", Type: arrow.FixedWidthTypes.Date32},
			{Name: "Id", Type: arrow.PrimitiveTypes.Int64, Sortable: true},
			{Name: "Status", Type: arrow.BinaryTypes.String, Sortable: true},
			{Name: "Title", Type: arrow.BinaryTypes.String, Nullable: true},
		},
		Examples: []connector.Example{{Doc: "All.", SQL: "FROM {source}.Issues"}, {Doc: "One.", SQL: "FROM {source}.Issues LIMIT 1"}},
	}
	for i := range table.Columns {
		c := &table.Columns[i]
		c.Doc, c.Filters = "What it holds.", connectortest.Every(c.Type, connector.Exact)
	}
	column(&table, "Due").Filters = connector.Filters{connector.Eq: connector.Exact, connector.Le: connector.Exact}
	column(&table, "Status").Filters = connector.Filters{connector.Ne: connector.Exact, connector.In: connector.Exact}
	rows := make([][]any, 44)
	for i := range rows {
		all := issue(i)
		rows[i] = []any{all[4], all[5], all[0], all[2], all[3]}
	}
	return connectortest.MemoryTable{Table: table, Rows: rows}
}

// flaw is a way to break a source.
type flaw struct {
	// promise is the check that must find it, and reason is in what it says.
	promise, reason string
	// also are the checks that it may fail too, because they meet it on their
	// way.
	also []string
	// make breaks a source.
	make func(src connector.Source) connector.Source
	// table changes the table of the source that is broken.
	table func(t *connector.Table)
	// further is how many columns of the table Widen tells.
	further int
}

func (f flaw) config() connectortest.Config {
	table := small()
	if f.table != nil {
		f.table(&table.Table)
	}
	table.Further = f.further
	cfg := config(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{table}, PageRows: 11})
	cfg.Constants, cfg.Conjunctions = 5, 8 // other promises are found with fewer requests
	if f.promise == "superset" || f.promise == "exact" {
		cfg.Constants = 16
	}
	open, fail, change := cfg.Open, cfg.Failing, cfg.Changing
	cfg.Open = func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
		src, err := open(ctx, mem)
		return f.make(src), err
	}
	cfg.Failing = func(ctx context.Context, mem memory.Allocator) (connectortest.Failure, error) {
		failure, err := fail(ctx, mem)
		failure.Source = f.make(failure.Source)
		return failure, err
	}
	cfg.Changing = func(ctx context.Context, mem memory.Allocator) (connectortest.Changing, error) {
		changing, err := change(ctx, mem)
		changing.Source = f.make(changing.Source)
		return changing, err
	}
	return cfg
}

func TestSmallTableKeepsTheContract(t *testing.T) {
	whole := flaw{make: func(src connector.Source) connector.Source { return src }}
	connectortest.Run(t, whole.config())
}

func allFlaws() []map[string]flaw {
	return []map[string]flaw{predicateFlaws, limitFlaws, streamFlaws, descriptionFlaws, capabilityFlaws, widerFlaws, askedFlaws, changesFlaws, spendingFlaws}
}

// TestBrokenSourcesFail breaks one promise at a time, and expects the check that
// is about it to find it, for its reason, and no other check.
func TestBrokenSourcesFail(t *testing.T) {
	for _, flaws := range allFlaws() {
		for name, f := range flaws {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				results := connectortest.Verify(f.config())
				got := failed(results)
				others := slices.DeleteFunc(slices.Clone(got), func(check string) bool {
					return check == f.promise || slices.Contains(f.also, check)
				})
				if !slices.Contains(got, f.promise) || len(others) > 0 {
					t.Errorf("%s fails %q, want %s, and perhaps %q\n%s", name, got, f.promise, f.also, said(results))
				}
				if got := saidBy(results, f.promise); !strings.Contains(got, f.reason) {
					t.Errorf("%s fails %s with %q, want %q in it", name, f.promise, got, f.reason)
				}
			})
		}
	}
}

// TestEveryPromiseIsBroken shows that each check can fail.
func TestEveryPromiseIsBroken(t *testing.T) {
	broken := map[string]bool{}
	for _, flaws := range allFlaws() {
		for _, f := range flaws {
			broken[f.promise] = true
		}
	}
	for _, check := range connectortest.Checks() {
		if !broken[check.Name] {
			t.Errorf("no source breaks the promise %q: %s", check.Name, check.Promise)
		}
	}
}

// failed lists the checks that failed, sorted.
func failed(results []connectortest.Result) []string {
	var names []string
	for _, r := range results {
		if r.Failed {
			names = append(names, r.Check)
		}
	}
	slices.Sort(names)
	return names
}

func said(results []connectortest.Result) string {
	var text strings.Builder
	for _, r := range results {
		if r.Failed {
			fmt.Fprintf(&text, "%s: %s\n", r.Check, strings.Join(r.Messages, "\n"))
		}
	}
	return text.String()
}

func saidBy(results []connectortest.Result, check string) string {
	for _, r := range results {
		if r.Check == check {
			return strings.Join(r.Messages, "\n")
		}
	}
	return ""
}

// variants returns the titles that a source without regard to case takes for v.
func variants(v connector.Value) []connector.Value {
	same := []connector.Value{v}
	for _, title := range titles {
		if text, ok := title.(string); ok && text != v.Text() && strings.EqualFold(text, v.Text()) {
			same = append(same, connector.TextOf(text))
		}
	}
	return same
}

// onTitle changes predicates of one operator on Title.
func onTitle(op connector.Operator, change func(p connector.Predicate) connector.Predicate) func(connector.Source) connector.Source {
	return onColumn("Title", op, change)
}

// onColumn changes predicates of one operator on a column that holds text.
func onColumn(name string, op connector.Operator, change func(p connector.Predicate) connector.Predicate) func(connector.Source) connector.Source {
	return rewriting(func(p connector.Predicate) connector.Predicate {
		if p.Column == name && p.Op == op && p.Values[0].Kind() == connector.TextValue {
			return change(p)
		}
		return p
	})
}

// onCreated changes the constants of one operator on Created.
func onCreated(op connector.Operator, change func(micros int64) int64) func(connector.Source) connector.Source {
	return rewriting(func(p connector.Predicate) connector.Predicate {
		if p.Column == "Created" && p.Op == op && p.Values[0].Kind() == connector.TimestampValue {
			p.Values = []connector.Value{connector.TimestampOf(change(p.Values[0].Int()))}
		}
		return p
	})
}

const (
	minute = 60_000_000
	day    = 24 * 60 * minute
)

func cutTo(unit int64) func(int64) int64 {
	return func(micros int64) int64 { return micros - ((micros%unit)+unit)%unit }
}

var predicateFlaws = map[string]flaw{
	"= is blind to case": {
		promise: "exact", reason: "Title = ", table: nil,
		make: onTitle(connector.Eq, func(p connector.Predicate) connector.Predicate {
			p.Op, p.Values = connector.In, variants(p.Values[0])
			return p
		}),
	},
	"<> is blind to case": {
		promise: "superset", reason: "Title <> ",
		make: onTitle(connector.Ne, func(p connector.Predicate) connector.Predicate {
			p.Op, p.Values = connector.NotIn, variants(p.Values[0])
			return p
		}),
	},
	"< is cut to minutes": {
		promise: "superset", reason: "Created < ", make: onCreated(connector.Lt, cutTo(minute)),
	},
	"<= is cut to days": {
		promise: "superset", reason: "Created <= ", make: onCreated(connector.Le, cutTo(day)),
	},
	">= is cut to minutes, and called exact": {
		promise: "exact", reason: "Created >= ", make: onCreated(connector.Ge, cutTo(minute)),
	},
	"<= loses its edge": {
		promise: "superset", reason: "Created <= ",
		make: onCreated(connector.Le, func(micros int64) int64 { return micros - 1 }),
	},
	"> keeps its edge": {
		promise: "exact", reason: "Created > ",
		make: onCreated(connector.Gt, func(micros int64) int64 { return micros - 1 }),
	},
	"text is trimmed": {
		promise: "superset", reason: "Title = ", also: []string{"exact"},
		make: onTitle(connector.Eq, func(p connector.Predicate) connector.Predicate {
			p.Values = []connector.Value{connector.TextOf(strings.TrimSpace(p.Values[0].Text()))}
			return p
		}),
	},
	"the constant is echoed": {
		promise: "superset", reason: "gives rows with other values than a scan without predicates",
		table: func(t *connector.Table) { column(t, "Title").Filters[connector.Eq] = connector.Inexact },
		make:  echoing,
	},
	"prefix matches anywhere": {
		promise: "exact", reason: "prefix(Title, ",
		make: onTitle(connector.Prefix, func(p connector.Predicate) connector.Predicate {
			p.Op = connector.Contains
			return p
		}),
	},
	"IN of nothing is ignored": {
		promise: "exact", reason: "IN ()",
		make: rewriting(func(p connector.Predicate) connector.Predicate {
			if p.Op == connector.In && len(p.Values) == 0 {
				p.Op = connector.NotIn
			}
			return p
		}),
	},
	"= knows whole numbers only":  {promise: "superset", reason: "Id = ", make: wholeNumbers(connector.Eq)},
	"IN knows whole numbers only": {promise: "superset", reason: "Id IN (", make: wholeNumbers(connector.In)},
	"IN takes ten constants": {
		promise: "superset", reason: "IN (",
		make: rewriting(func(p connector.Predicate) connector.Predicate {
			if p.Op == connector.In {
				p.Values = p.Values[:min(10, len(p.Values))]
			}
			return p
		}),
	},
	"NOT IN keeps NULL": {
		promise: "exact", reason: "NOT IN (",
		make: rewriting(func(p connector.Predicate) connector.Predicate {
			if p.Op == connector.NotIn && len(p.Values) == 0 {
				return connector.Predicate{Column: "Id", Op: connector.IsNotNull}
			}
			return p
		}),
	},
	"the last of several predicates wins": {
		promise: "conjunction", reason: "each of them alone holds the law",
		make: requesting(func(req *connector.ScanRequest) {
			req.Where = req.Where[max(0, len(req.Where)-1):]
		}),
	},
	"predicates on a column not asked for are lost": {
		promise: "exact", reason: "is graded exact", also: []string{"conjunction", "order", "statement"},
		make: requesting(func(req *connector.ScanRequest) {
			req.Where = slices.DeleteFunc(slices.Clone(req.Where), func(p connector.Predicate) bool {
				return !slices.Contains(req.Columns, p.Column) && p.Column != "no_such_column"
			})
		}),
	},
	"filters although unsupported": {
		promise: "unsupported", reason: "Title = ",
		make: describing(func(t *connector.Table) { column(t, "Title").Filters[connector.Eq] = connector.Unsupported }),
	},
}

var limitFlaws = map[string]flaw{
	"the limit stops early": {
		promise: "limit", reason: "want 2 or more", also: []string{"order"},
		make: reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
			if req.Limit < 2 {
				return r
			}
			return &cut{RecordReader: r, left: req.Limit - 1}
		}),
	},
	"the limit is below the filter": {
		promise: "limit", reason: "WHERE", make: limitBelowFilter,
	},
	"it stops at a limit, and does not say so": {
		promise: "limit-stops", reason: "StopsAtLimit is false",
		make: describing(func(t *connector.Table) { t.StopsAtLimit = false }),
	},
	"it says that it stops, and does not": {
		promise: "limit-stops", reason: "but the scan goes on",
		table: func(t *connector.Table) { t.StopsAtLimit = false },
		make:  describing(func(t *connector.Table) { t.StopsAtLimit = true }),
	},
	"it reads all for the first row": {
		promise: "limit-stops", reason: "4 requests for the first row",
		make: reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
			return reporting(r, func(int64) connector.Report {
				return connector.Report{Progress: connector.Progress{Requests: 4}}
			})
		}),
	},
	"the order is blind to case": {
		promise: "order", reason: "ORDER BY", make: orderBlindToCase,
	},
	"the order goes up only": {
		promise: "order", reason: "DESC",
		make: requesting(func(req *connector.ScanRequest) {
			req.Order = slices.Clone(req.Order)
			for i := range req.Order {
				req.Order[i].Descending = false
			}
		}),
	},
	"the order is only within a page": {
		promise: "order", reason: "ORDER BY", make: requesting(func(req *connector.ScanRequest) { req.Order = nil }),
	},
	"an order where NULL has a place": {
		promise: "tables", reason: "Created: it is sortable and nullable",
		table: func(t *connector.Table) { column(t, "Created").Sortable = true },
		make:  func(src connector.Source) connector.Source { return src },
	},
}

// limitBelowFilter takes the first rows, and filters them then.
func limitBelowFilter(src connector.Source) connector.Source {
	return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
		if req.Limit == 0 || len(req.Where) == 0 || len(req.Order) > 0 {
			return src.Scan(ctx, req)
		}
		first := connector.Predicate{Column: "Id", Op: connector.Le, Values: []connector.Value{connector.IntOf(req.Limit)}}
		req.Where, req.Limit = append(slices.Clone(req.Where), first), 0
		return src.Scan(ctx, req)
	}}
}

// orderBlindToCase sorts Closed, Open and open as a collation does: the last
// two in any order.
func orderBlindToCase(src connector.Source) connector.Source {
	return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
		if len(req.Order) == 0 || req.Order[0].Column != "Status" {
			return src.Scan(ctx, req)
		}
		req.Order = []connector.Order{{Column: "Status", Descending: !req.Order[0].Descending}}
		return src.Scan(ctx, req)
	}}
}

func wrongKind(err error) error {
	return connector.Errorf(connector.Internal, "something went wrong: %v", err)
}

func noKind(err error) error { return errors.New(err.Error()) }
