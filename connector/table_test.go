package connector_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

func issues() connector.Table {
	return connector.Table{Name: "Issues", Columns: []connector.Column{
		{Name: "Id", Type: arrow.PrimitiveTypes.Int64, Filters: connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Inexact}},
		{Name: "Título", Type: arrow.BinaryTypes.String, Nullable: true},
	}}
}

func TestTableColumn(t *testing.T) {
	table := issues()
	for _, name := range []string{"Id", "ID", "id", "TÍTULO"} {
		if c, ok := table.Column(name); !ok || c != &table.Columns[0] && c != &table.Columns[1] {
			t.Errorf("Column(%q) = %v, %v", name, c, ok)
		}
	}
	if c, ok := table.Column("Ids"); ok || c != nil {
		t.Errorf("Column(%q) = %v, %v, want none", "Ids", c, ok)
	}
	if diff := cmp.Diff([]string{"Id", "Título"}, table.ColumnNames()); diff != "" {
		t.Errorf("ColumnNames() (-want +got):\n%s", diff)
	}
}

func TestTableSchema(t *testing.T) {
	table := issues()
	got, err := table.Schema([]string{"título", "ID"})
	want := arrow.NewSchema([]arrow.Field{
		{Name: "Título", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "Id", Type: arrow.PrimitiveTypes.Int64},
	}, nil)
	if err != nil || !got.Equal(want) {
		t.Errorf("Schema = %v, %v, want %v", got, err, want)
	}
	if _, err := table.Schema([]string{"Id", "x"}); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Schema of an unknown column = %v, want kind not found", err)
	}
	if got, err := table.Schema(nil); err != nil || got.NumFields() != 0 {
		t.Errorf("Schema(nil) = %v, %v, want no fields", got, err)
	}
}

func TestTableGrade(t *testing.T) {
	table := issues()
	tests := map[string]struct {
		column string
		op     connector.Operator
		want   connector.Grade
	}{
		"exact":            {"id", connector.Eq, connector.Exact},
		"inexact":          {"Id", connector.In, connector.Inexact},
		"undeclared":       {"Id", connector.Ne, connector.Unsupported},
		"other column":     {"título", connector.Eq, connector.Unsupported},
		"unknown column":   {"x", connector.Eq, connector.Unsupported},
		"unknown operator": {"Id", connector.Operator(200), connector.Unsupported},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := table.Grade(connector.Predicate{Column: test.column, Op: test.op}); got != test.want {
				t.Errorf("Grade(%s, %d) = %s, want %s", test.column, test.op, got, test.want)
			}
		})
	}
	want := []connector.Operator{connector.Eq, connector.In}
	if diff := cmp.Diff(want, table.Columns[0].Filters.Operators()); diff != "" {
		t.Errorf("Operators() (-want +got):\n%s", diff)
	}
}

func TestWords(t *testing.T) {
	tests := map[string]struct{ got, want string }{
		"read-only":  {connector.ReadOnly.String(), "read-only"},
		"insertable": {connector.Insertable.String(), "insertable"},
		"updatable":  {connector.Updatable.String(), "updatable"},
		"both":       {(connector.Insertable | connector.Updatable).String(), "insertable, updatable"},
		"grade":      {connector.Inexact.String(), "inexact"},
		"kind":       {connector.Canceled.String(), "canceled"},
		"value kind": {connector.LocalValue.String(), "local timestamp"},
		"operator":   {connector.Contains.String(), "contains"},
		"option":     {connector.Zone.String(), "time zone"},
		"result":     {connector.Unsettled.String(), "unknown"},
		"verdict":    {connector.Verdict{Completeness: connector.Partial, Note: "to line 3"}.String(), "partial: to line 3"},
		"no note":    {connector.Verdict{Completeness: connector.Complete}.String(), "complete"},
	}
	for name, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: String() = %q, want %q", name, test.got, test.want)
		}
	}
}
