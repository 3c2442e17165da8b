package backlog_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestDaysBeyondAddresses counts rows before and after days that no address can
// name: rows without a day are none of them.
func TestDaysBeyondAddresses(t *testing.T) {
	const yearBefore0, year20000 = -800_000, 6_585_442
	project := connector.Predicate{Column: "ProjectKey", Op: connector.Eq, Values: []connector.Value{connector.TextOf("WEB")}}
	tests := map[string]struct {
		column string
		op     connector.Operator
		day    int64
	}{
		"due before":    {"DueDate", connector.Lt, year20000},
		"due from":      {"DueDate", connector.Ge, yearBefore0},
		"custom before": {"納品日", connector.Le, year20000},
		"custom after":  {"納品日", connector.Gt, yearBefore0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
			if _, err := src.Widen(context.Background(), "Issues", []connector.Predicate{project}); err != nil {
				t.Fatal(err)
			}
			where := []connector.Predicate{project, {Column: test.column, Op: test.op, Values: []connector.Value{connector.DateOf(test.day)}}}
			want := len(readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: where}))
			got, err := src.Count(context.Background(), connector.CountRequest{Table: "Issues", Where: where})
			if err != nil && connector.KindOf(err) != connector.Unimplemented {
				t.Fatal(err)
			}
			if err == nil && got != int64(want) {
				t.Errorf("Count(%s) = %d, want %d as read", where[1], got, want)
			}
			if all := 209; want == 0 || want == all {
				t.Errorf("%d rows of %d have a day; the test needs some", want, all)
			}
		})
	}
}
