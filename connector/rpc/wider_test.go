package rpc_test

import (
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// wider is a table with three further columns, each of which one row has.
func wider() connectortest.MemoryTable {
	exact := connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Exact}
	table := connector.Table{Name: "Wider", Doc: "One row an issue.", Key: []string{"Id"}, Columns: []connector.Column{
		{Name: "Id", Doc: "The key.", Type: arrow.PrimitiveTypes.Int64, Filters: exact},
	}}
	for _, name := range []string{"予算", "Team", "Due (PT)"} {
		table.Columns = append(table.Columns, connector.Column{Name: name, Doc: "A field.", Type: arrow.BinaryTypes.String, Nullable: true, Filters: exact})
	}
	return connectortest.MemoryTable{Table: table, Further: 3, Rows: [][]any{
		{1, "10", nil, nil}, {2, nil, "red", nil}, {3, nil, nil, "2026-01-31"},
	}}
}

// onlyID is a condition that one row of Wider satisfies.
func onlyID(id int64) []connector.Predicate {
	return []connector.Predicate{{Column: "Id", Op: connector.Eq, Values: []connector.Value{connector.IntOf(id)}}}
}

// TestFurtherColumns widens a table, and reads what was told, also from the
// child that takes the place of the one that was told to tell.
func TestFurtherColumns(t *testing.T) {
	child, here := pair(t)
	scan := connector.ScanRequest{Table: "Wider", Columns: []string{"Id", "Due (PT)", "Team"}}
	for name, src := range map[string]connector.Source{"child": child, "here": here} {
		if _, err := src.Scan(t.Context(), scan); connector.KindOf(err) != connector.NotFound {
			t.Errorf("%s: Scan of columns that were not told = %v, want not found", name, err)
		}
	}
	for _, id := range []int64{2, 3, 2} {
		want, wantErr := as[connector.Widener](t, here).Widen(t.Context(), "Wider", onlyID(id))
		got, err := as[connector.Widener](t, child).Widen(t.Context(), "Wider", onlyID(id))
		if diff := cmp.Diff(want, got, sameThings); diff != "" || err != nil || wantErr != nil {
			t.Errorf("Widen(Id = %d) = %v, %v (-in process +child):\n%s", id, err, wantErr, diff)
		}
	}
	want, err := shown(here.Scan(t.Context(), scan))
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{"told", "the tables were listed again", "the child died"} {
		if event == "the child died" {
			die(t, child)
		}
		got, err := shown(child.Scan(t.Context(), scan))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Scan, when %s = %v (-in process +child):\n%s", event, err, diff)
		}
		tables, err := child.Tables(t.Context())
		if i := slices.IndexFunc(tables, func(t connector.Table) bool { return t.Name == "Wider" }); err != nil || i < 0 || len(tables[i].Columns) != 1 {
			t.Errorf("Tables, when %s = %v, %v, want Wider with one column", event, tables, err)
		}
	}
	if _, err := child.Scan(t.Context(), connector.ScanRequest{Table: "Wider", Columns: []string{"予算"}}); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Scan of the column that was never told = %v, want not found", err)
	}
}

// die makes the child of an able source end.
func die(t *testing.T, src connector.Source) {
	t.Helper()
	rows := titles(t, memory.DefaultAllocator, nil, []string{"die"})
	defer rows.Release()
	if _, err := as[connector.Writer](t, src).Write(t.Context(), connector.WriteRequest{Table: "Issues", Action: connector.Insert, Rows: rows}); connector.KindOf(err) != connector.Unavailable {
		t.Fatalf("Write = %v, want the news that the child has ended", err)
	}
}
