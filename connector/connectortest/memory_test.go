package connectortest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// numbers is a source of the numbers from 1 to n, five a page.
func numbers(n int, before connectortest.Hook) *connectortest.Memory {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{i + 1, strings.Repeat("x", i%3)}
	}
	return connectortest.NewMemory(connectortest.MemoryConfig{
		PageRows: 5, Before: before,
		Tables: []connectortest.MemoryTable{{Rows: rows, Table: connector.Table{
			Name: "Numbers", Key: []string{"N"}, StopsAtLimit: true,
			Columns: []connector.Column{
				{Name: "N", Type: arrow.PrimitiveTypes.Int64, Sortable: true, Filters: connectortest.Every(arrow.PrimitiveTypes.Int64, connector.Exact)},
				{Name: "X", Type: arrow.BinaryTypes.String, Filters: connector.Filters{connector.Eq: connector.Inexact}},
			},
		}}},
	})
}

func where(column string, op connector.Operator, values ...connector.Value) connector.Predicate {
	return connector.Predicate{Column: column, Op: op, Values: values}
}

// read returns the first column of a scan, which holds int64.
func read(t *testing.T, src connector.Source, req connector.ScanRequest) ([]int64, error) {
	t.Helper()
	r, err := src.Scan(t.Context(), req)
	if err != nil {
		return nil, err
	}
	defer r.Release()
	var got []int64
	for r.Next() {
		got = append(got, r.RecordBatch().Column(0).(*array.Int64).Int64Values()...)
	}
	return got, r.Err()
}

func TestMemoryTellsWhatItWasAsked(t *testing.T) {
	src := numbers(23, nil)
	scan := connector.ScanRequest{
		Table: "Numbers", Columns: []string{"N"}, Limit: 2,
		Where: []connector.Predicate{where("N", connector.Gt, connector.IntOf(7))},
	}
	if got, err := read(t, src, scan); err != nil || !slices.Equal(got, []int64{8, 9}) {
		t.Fatalf("Scan = %v, %v, want 8 and 9", got, err)
	}
	if got := src.Pages("Numbers"); got != 2 {
		t.Errorf("Pages = %d, want 2: the limit was met on the second", got)
	}
	count := connector.CountRequest{Table: "Numbers", Where: scan.Where}
	if n, err := src.Count(t.Context(), count); n != 16 || err != nil {
		t.Errorf("Count = %d, %v, want 16", n, err)
	}
	group := connector.AggregateRequest{Table: "Numbers", GroupBy: []string{"X"}}
	groups, err := src.Aggregate(t.Context(), group)
	if err != nil {
		t.Fatal(err)
	}
	groups.Release()
	same := cmp.Comparer(func(v, w connector.Value) bool { return v == w })
	if diff := cmp.Diff([]connector.ScanRequest{scan}, src.Requests(), same); diff != "" {
		t.Errorf("Requests (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]connector.CountRequest{count}, src.Counts(), same); diff != "" {
		t.Errorf("Counts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]connector.AggregateRequest{group}, src.Aggregates()); diff != "" {
		t.Errorf("Aggregates (-want +got):\n%s", diff)
	}
	src.Forget()
	if len(src.Requests())+len(src.Counts())+len(src.Aggregates())+src.Pages() != 0 {
		t.Error("Forget leaves something to tell")
	}
	if err := src.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
}

// TestMemoryPullsPagesOnRequest shows that nothing is read ahead.
func TestMemoryPullsPagesOnRequest(t *testing.T) {
	src := numbers(23, nil)
	r, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Numbers", Columns: []string{"N"}, BatchRows: 3})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []int{1, 1, 2, 2, 3} {
		if !r.Next() || src.Pages() != want {
			t.Errorf("after batch %d: %d pages, want %d", n+1, src.Pages(), want)
		}
	}
	if got := src.Readers(); got != 1 {
		t.Errorf("Readers = %d, want 1", got)
	}
	if err := src.Close(); connector.KindOf(err) != connector.Internal || err == nil {
		t.Errorf("Close with an open reader = %v, want kind internal", err)
	}
	r.Release()
	if got := src.Readers(); got != 0 {
		t.Errorf("Readers = %d after Release, want 0", got)
	}
}

func TestMemoryRefusesWhatTheContractForbids(t *testing.T) {
	tests := map[string]struct {
		in   connector.ScanRequest
		want connector.Kind
		text string
	}{
		"limit past an inexact predicate": {
			connector.ScanRequest{Limit: 1, Where: []connector.Predicate{where("X", connector.Eq, connector.TextOf(""))}},
			connector.Internal, "X = '', which is inexact",
		},
		"limit past an unsupported predicate": {
			connector.ScanRequest{Limit: 1, Where: []connector.Predicate{where("X", connector.IsNull)}},
			connector.Internal, "X IS NULL, which is unsupported",
		},
		"order that is not declared": {
			connector.ScanRequest{Order: []connector.Order{{Column: "X"}}}, connector.Internal, "not sortable",
		},
		"order by nothing":   {connector.ScanRequest{Order: []connector.Order{{Column: "Y"}}}, connector.NotFound, `no column "Y"`},
		"column twice":       {connector.ScanRequest{Columns: []string{"N", "n"}}, connector.Internal, "asked for twice"},
		"negative limit":     {connector.ScanRequest{Limit: -1}, connector.Internal, "limit -1"},
		"part of nothing":    {connector.ScanRequest{Part: "5-99"}, connector.Invalid, `"5-99" is no part`},
		"unknown column":     {connector.ScanRequest{Columns: []string{"Y"}}, connector.NotFound, `no column "Y"`},
		"constant of a kind": {connector.ScanRequest{Where: []connector.Predicate{where("N", connector.Eq, connector.TextOf("1"))}}, connector.Invalid, "cannot be compared"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := numbers(7, nil)
			test.in.Table = "Numbers"
			_, err := src.Scan(t.Context(), test.in)
			if err == nil || connector.KindOf(err) != test.want || !strings.Contains(err.Error(), test.text) {
				t.Errorf("Scan(%+v) = %v, want kind %s, with %q", test.in, err, test.want, test.text)
			}
		})
	}
	src := numbers(7, nil)
	if _, err := src.Scan(t.Context(), connector.ScanRequest{Table: "numbers"}); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Scan of another spelling = %v, want kind not found", err)
	}
	inexact := []connector.Predicate{where("X", connector.Eq, connector.TextOf(""))}
	if _, err := src.Count(t.Context(), connector.CountRequest{Table: "Numbers", Where: inexact}); err == nil {
		t.Error("Count with an inexact predicate is not refused")
	}
	if err := src.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	if _, err := src.Tables(t.Context()); err == nil {
		t.Error("Tables after Close is not refused")
	}
	if err := src.Close(); err == nil {
		t.Error("a second Close is not refused")
	}
}

func TestMemoryFailsAtAPage(t *testing.T) {
	limited := &connector.Error{Kind: connector.RateLimited, Err: errors.New("slow down"), RetryAfter: time.Second, Hint: "Wait."}
	src := numbers(23, connectortest.FailAt("Numbers", 2, limited))
	got, err := read(t, src, connector.ScanRequest{Table: "Numbers", Columns: []string{"N"}})
	if len(got) != 10 || connector.KindOf(err) != connector.RateLimited || connector.HintOf(err) != "Wait." {
		t.Errorf("Scan = %d rows, %v, want 10 and kind rate limited with its hint", len(got), err)
	}
	if want := "scan Numbers: page 2: slow down"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

func TestMemoryFailsInOtherCalls(t *testing.T) {
	down := connector.Errorf(connector.Unavailable, "down")
	src := numbers(7, func(_ context.Context, call connectortest.Call) error {
		if call.Op == connectortest.ScanCall || call.Op == connectortest.PageCall {
			return nil
		}
		return down
	})
	_, tables := src.Tables(t.Context())
	_, count := src.Count(t.Context(), connector.CountRequest{Table: "Numbers"})
	_, aggregate := src.Aggregate(t.Context(), connector.AggregateRequest{Table: "Numbers"})
	_, split := src.Split(t.Context(), connector.ScanRequest{Table: "Numbers"}, 2)
	_, estimate := src.Estimate(t.Context(), connector.ScanRequest{Table: "Numbers"})
	_, groups := src.EstimateGroups(t.Context(), connector.AggregateRequest{Table: "Nowhere"})
	if connector.KindOf(groups) != connector.NotFound {
		t.Errorf("EstimateGroups of no table = %v", groups)
	}
	_, groups = src.EstimateGroups(t.Context(), connector.AggregateRequest{Table: "Numbers"})
	if want := "estimate Numbers: down"; groups == nil || groups.Error() != want {
		t.Errorf("EstimateGroups = %v, want %s", groups, want)
	}
	for name, err := range map[string]error{
		"tables": tables, "count Numbers": count, "aggregate Numbers": aggregate, "split Numbers": split, "estimate Numbers": estimate,
	} {
		if want := name + ": down"; err == nil || err.Error() != want || connector.KindOf(err) != connector.Unavailable {
			t.Errorf("%s = %v, want %s of kind unavailable", name, err, want)
		}
	}
}

func TestGateHoldsScans(t *testing.T) {
	gate := connectortest.NewGate("Numbers", 1)
	src := numbers(23, connectortest.Hooks(gate.Before))
	done := make(chan []int64)
	go func() {
		got, err := read(t, src, connector.ScanRequest{Table: "Numbers", Columns: []string{"N"}})
		if err != nil {
			t.Errorf("Scan = %v", err)
		}
		done <- got
	}()
	<-gate.Reached()
	if got := src.Pages(); got != 1 {
		t.Errorf("%d pages before the gate, want 1", got)
	}
	gate.Open()
	gate.Open()
	if got := <-done; len(got) != 23 {
		t.Errorf("%d rows past the gate, want 23", len(got))
	}
}

func TestGateHearsTheContext(t *testing.T) {
	for name, stubborn := range map[string]bool{"patient": false, "stubborn": true} {
		t.Run(name, func(t *testing.T) {
			gate := connectortest.NewGate("Numbers", 0)
			if stubborn {
				gate = connectortest.NewStubbornGate("Numbers", 0)
			}
			src := numbers(23, gate.Before)
			ctx, cancel := context.WithCancelCause(t.Context())
			r, err := src.Scan(ctx, connector.ScanRequest{Table: "Numbers", Columns: []string{"N"}})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Release()
			done := make(chan error)
			go func() {
				r.Next()
				done <- r.Err()
			}()
			<-gate.Reached()
			cancel(errors.New("enough"))
			if stubborn {
				select {
				case err := <-done:
					t.Errorf("Next returned with %v before the gate was opened", err)
				default:
				}
				gate.Open()
			}
			if err := <-done; connector.KindOf(err) != connector.Canceled || !strings.HasSuffix(err.Error(), "enough") {
				t.Errorf("Err = %v, want kind canceled, and the cause", err)
			}
		})
	}
}

func TestMemoryFreesWhatItTakes(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	src := connectortest.NewMemory(connectortest.MemoryConfig{
		Tables: []connectortest.MemoryTable{issues(30, connector.Exact)}, Allocator: mem, PageRows: 7,
	})
	table := issues(0, connector.Exact).Table
	r, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Issues", Columns: table.ColumnNames()})
	if err != nil {
		t.Fatal(err)
	}
	r.Retain()
	if !r.Next() || mem.CurrentAlloc() == 0 {
		t.Error("the first batch takes nothing from the allocator")
	}
	r.Release()
	if r.RecordBatch() == nil {
		t.Error("the scan is freed while somebody holds it")
	}
	r.Release()
	mem.AssertSize(t, 0)
}
