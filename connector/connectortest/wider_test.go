package connectortest_test

import (
	"context"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// widening replaces Widen.
type widening struct {
	faulty
	widen func(ctx context.Context, w connector.Widener, table string, where []connector.Predicate) (connector.Table, error)
}

func (w widening) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	widener, _ := connector.As[connector.Widener](w.Source)
	return w.widen(ctx, widener, table, where)
}

// telling changes what Widen tells.
func telling(change func(t *connector.Table, where []connector.Predicate)) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source {
		return widening{faulty{Source: src}, func(ctx context.Context, w connector.Widener, table string, where []connector.Predicate) (connector.Table, error) {
			t, err := w.Widen(ctx, table, where)
			if err == nil {
				change(&t, where)
			}
			return t, err
		}}
	}
}

// titleOff takes the last column out of what Widen tells.
func titleOff(t *connector.Table) {
	t.Columns = slices.DeleteFunc(t.Columns, func(c connector.Column) bool { return c.Name == "Title" })
}

var widerFlaws = map[string]flaw{
	"further columns that nobody tells": {
		promise: "wider", reason: "the source is no connector.Widener", further: 1,
		make: connectortest.Plain,
	},
	"Widen puts the further columns first": {
		promise: "wider", reason: "column 1 is not Created", further: 1,
		make: telling(func(t *connector.Table, _ []connector.Predicate) { slices.Reverse(t.Columns) }),
	},
	"Widen tells other types": {
		promise: "wider", reason: "column 3 is not Id", further: 1,
		make: telling(func(t *connector.Table, _ []connector.Predicate) {
			column(t, "Id").Type = arrow.PrimitiveTypes.Int32
		}),
	},
	"Widen tells of another table": {
		promise: "wider", reason: `it is called "All Issues" then`, further: 1,
		make: telling(func(t *connector.Table, _ []connector.Predicate) { t.Name = "All " + t.Name }),
	},
	"Widen tells a column twice": {
		promise: "wider", reason: "columns Id and ID have one name", further: 1, also: allChecks(),
		make: telling(func(t *connector.Table, _ []connector.Predicate) {
			t.Columns = append(t.Columns, connector.Column{Name: "ID", Type: arrow.PrimitiveTypes.Int64, Nullable: true, Doc: "Another."})
		}),
	},
	"Widen tells a column without a type": {
		promise: "wider", reason: "column Title has no type", further: 1,
		make: telling(func(t *connector.Table, _ []connector.Predicate) {
			if c := column(t, "Title"); c != nil {
				c.Type = nil
			}
		}),
	},
	"names depend on predicates": {
		promise: "wider", reason: "column Title (some) of type utf8 is not what Widen told before", further: 1,
		make: telling(func(t *connector.Table, where []connector.Predicate) {
			if c := column(t, "Title"); c != nil && len(where) > 0 {
				c.Name = "Title (some)"
			}
		}),
	},
	"Widen leaves out a column that rows have": {
		promise: "wider", reason: "it leaves out the column Title, which is ", further: 1,
		make: telling(func(t *connector.Table, where []connector.Predicate) {
			if len(where) > 0 {
				titleOff(t)
			}
		}),
	},
	"names depend on what was asked first": {
		promise: "wider", reason: "is not what another source told", further: 1, make: namingByTheFirst,
	},
	"scans take no further column": {
		promise: "wider", reason: `no column "Title"`, further: 1, also: allChecks(),
		make: func(src connector.Source) connector.Source {
			return widening{faulty{Source: src}, func(ctx context.Context, w connector.Widener, table string, where []connector.Predicate) (connector.Table, error) {
				t, err := w.Widen(ctx, table, append(where, connector.Predicate{Column: "Id", Op: connector.IsNull}))
				if err == nil {
					t.Columns = append(t.Columns, connector.Column{Name: "Title", Type: arrow.BinaryTypes.String, Nullable: true, Doc: "Not there."})
				}
				return t, err
			}}
		},
	},
	"every table can be widened": {
		promise: "wider", reason: "Widen of a table that is not Wider: there is no error",
		make: func(src connector.Source) connector.Source {
			return widening{faulty{Source: src}, func(context.Context, connector.Widener, string, []connector.Predicate) (connector.Table, error) {
				return small().Table, nil
			}}
		},
	},
}

// namingByTheFirst names a further column otherwise in a source that was asked
// with a predicate first.
func namingByTheFirst(src connector.Source) connector.Source {
	asked, first := false, false
	return telling(func(t *connector.Table, where []connector.Predicate) {
		if !asked {
			asked, first = true, len(where) > 0
		}
		if c := column(t, "Title"); c != nil && first {
			c.Nullable = false
		}
	})(src)
}

func TestMemoryTellsFurtherColumns(t *testing.T) {
	table := small()
	table.Further = 2 // Status and Title
	*column(&table.Table, "Status") = connector.Column{Name: "Status", Type: arrow.BinaryTypes.String, Nullable: true}
	src := connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{table}})
	fixed := []string{"Created", "Due", "Id"}
	tables, err := src.Tables(t.Context())
	if err != nil || !tables[0].Wider || !slices.Equal(tables[0].ColumnNames(), fixed) {
		t.Fatalf("Tables = %+v, %v, want the columns %q", tables, err, fixed)
	}
	scan := connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "Status"}}
	if _, err := src.Scan(t.Context(), scan); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Scan of a column that was not told = %v, want kind not found", err)
	}
	tests := []struct {
		where []connector.Predicate
		want  []string
	}{
		{[]connector.Predicate{where("Id", connector.Lt, connector.IntOf(0))}, fixed},
		{[]connector.Predicate{where("Id", connector.Eq, connector.IntOf(15))}, append(slices.Clone(fixed), "Status")}, // its title is NULL
		{nil, append(slices.Clone(fixed), "Status", "Title")},
		{[]connector.Predicate{where("Title", connector.Eq, connector.TextOf("Crash"))}, append(slices.Clone(fixed), "Status", "Title")},
	}
	for _, test := range tests {
		wide, err := src.Widen(t.Context(), "Issues", test.where)
		if diff := cmp.Diff(test.want, wide.ColumnNames()); diff != "" || err != nil {
			t.Errorf("Widen(%v) = %v (-want +got):\n%s", test.where, err, diff)
		}
	}
	if got, err := read(t, src, scan); err != nil || len(got) != len(table.Rows) {
		t.Errorf("Scan = %d rows, %v, want %d", len(got), err, len(table.Rows))
	}
	if got := src.Widens(); len(got) != len(tests) {
		t.Errorf("Widens = %v, want %d", got, len(tests))
	}
	if src.Forget(); len(src.Widens()) != 0 {
		t.Error("Forget leaves something to tell")
	}
}
