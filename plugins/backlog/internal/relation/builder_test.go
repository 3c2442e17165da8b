package relation_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var (
	projects = &relation.Table{Name: "Projects", Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true},
		{Name: "Key", Type: relation.Text, Path: "projectKey", Required: true},
	}}
	wikis = &relation.Table{Name: "Wikis", Parent: "Projects", Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true},
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true},
		{Name: "ProjectKey", Type: relation.Text, Of: "Key", Required: true},
		{Name: "Keyword", Type: relation.Text, Pseudo: true},
	}}
	tags = &relation.Table{Name: "Tags", Parent: "Wikis", Inside: "tags", Columns: []relation.Column{
		{Name: "Name", Type: relation.Text, Path: "name", Required: true},
		{Name: "Place", Type: relation.Int, Position: true, Required: true},
		{Name: "WikiId", Type: relation.Int, Of: "Id", Required: true},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true},
		{Name: "Keyword", Type: relation.Text, Of: "Keyword"},
	}}
)

// grid shows batches as lines of values.
func grid(t *testing.T, batch arrow.RecordBatch) []string {
	t.Helper()
	var lines []string
	for row := range int(batch.NumRows()) {
		var cells []string
		for _, column := range batch.Columns() {
			v, ok := connector.ValueAt(column, row)
			if !ok {
				t.Fatalf("no value in %v", column)
			}
			cells = append(cells, v.String())
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return lines
}

// appended shows the rows as a table's columns have them.
func appended(t *testing.T, table *relation.Table, rows ...relation.Row) []string {
	t.Helper()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	b := relation.NewBuilder(mem, table, table.Columns, nil)
	defer b.Release()
	for _, row := range rows {
		if err := b.Append(row); err != nil {
			t.Fatal(err)
		}
	}
	batch := b.Batch()
	defer batch.Release()
	return grid(t, batch)
}

func TestColumnsOfParents(t *testing.T) {
	project := relation.Row{JSON: gjson.Parse(`{"id":1,"projectKey":"BLG"}`), Table: projects}
	wiki := relation.Row{
		JSON: gjson.Parse(`{"id":30,"tags":[{"name":"a"},{"name":"b"}]}`), Table: wikis, Parent: &project,
		Fixed: map[string]connector.Value{"Keyword": connector.TextOf("x")},
	}
	want := []string{"'a' 1 30 'BLG' 'x'", "'b' 2 30 'BLG' 'x'"}
	if diff := cmp.Diff(want, appended(t, tags, slices.Collect(wiki.Within(tags))...)); diff != "" {
		t.Errorf("rows within a wiki (-want +got):\n%s", diff)
	}

	// Without the project's row: what is known of it comes from the request.
	wiki.Parent = nil
	wiki.Fixed = map[string]connector.Value{"ProjectId": connector.IntOf(1), "ProjectKey": connector.TextOf("BLG")}
	want = []string{"'a' 1 30 'BLG' NULL", "'b' 2 30 'BLG' NULL"}
	if diff := cmp.Diff(want, appended(t, tags, slices.Collect(wiki.Within(tags))...)); diff != "" {
		t.Errorf("rows within a wiki whose project was not read (-want +got):\n%s", diff)
	}

	// Rows of parents that are described in different ways.
	turned := &relation.Table{Name: "Projects", Columns: []relation.Column{projects.Columns[1], {Name: "Id", Type: relation.Int, Path: "number"}}}
	one := relation.Row{JSON: gjson.Parse(`{"id":30}`), Table: wikis, Parent: &project}
	other := one
	other.Parent = &relation.Row{JSON: gjson.Parse(`{"number":2,"projectKey":"OLD"}`), Table: turned}
	if diff := cmp.Diff([]string{"30 1 'BLG' NULL", "30 2 'OLD' NULL", "30 1 'BLG' NULL"}, appended(t, wikis, one, other, one)); diff != "" {
		t.Errorf("wikis of different parents (-want +got):\n%s", diff)
	}

	// Rows of several parents, of which some were read.
	read := relation.Row{JSON: gjson.Parse(`{"id":31}`), Table: wikis, Parent: &project}
	if diff := cmp.Diff([]string{"30 1 'BLG' NULL", "31 1 'BLG' NULL"}, appended(t, wikis, wiki, read)); diff != "" {
		t.Errorf("wikis (-want +got):\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	orphan := relation.Row{JSON: gjson.Parse(`{"id":30}`), Table: wikis}
	stranger := orphan
	stranger.Parent = &relation.Row{JSON: gjson.Parse(`{"id":1}`), Table: tags}
	unknown := orphan
	unknown.Parent = &relation.Row{JSON: gjson.Parse(`{"id":1}`), Table: &relation.Table{Name: "Teams"}}
	broken := orphan
	broken.Parent = &relation.Row{JSON: gjson.Parse(`{"id":{}}`), Table: projects}
	misfit := orphan
	misfit.Fixed = map[string]connector.Value{"ProjectId": connector.TextOf("BLG")}
	absent := orphan
	absent.Fixed = map[string]connector.Value{"ProjectId": connector.Null()}
	tests := map[string]struct {
		row  relation.Row
		want string
	}{
		"parent not read":     {orphan, "internal: table Wikis, column ProjectId: its row of Projects was not read"},
		"other parent":        {unknown, "internal: table Wikis, column ProjectId: table Teams has no column Id"},
		"parent's value":      {broken, "corrupt: table Wikis, column ProjectId: an object came where a whole number of 64 bits was expected"},
		"fixed does not fit":  {misfit, "invalid: table Wikis, column ProjectId: 'BLG' does not fit type int64"},
		"fixed, but required": {absent, "corrupt: table Wikis, column ProjectId: nothing, or null, came where there always is a value"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := relation.NewBuilder(memory.DefaultAllocator, wikis, wikis.Columns[1:2], nil)
			defer b.Release()
			err := b.Append(test.row)
			if got := fmt.Sprintf("%s: %v", connector.KindOf(err), err); got != test.want {
				t.Errorf("Append = %s, want %s", got, test.want)
			}
		})
	}
	b := relation.NewBuilder(memory.DefaultAllocator, wikis, wikis.Columns[1:2], nil)
	defer b.Release()
	if hint := connector.HintOf(b.Append(broken)); !strings.Contains(hint, "API") {
		t.Errorf("hint of a corrupt value: %q", hint)
	}
}

func TestBatches(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	b := relation.NewBuilder(mem, projects, []relation.Column{projects.Columns[1], projects.Columns[0]}, nil)
	defer b.Release()
	var got []string
	for i := range 5 {
		row := relation.Row{JSON: gjson.Parse(fmt.Sprintf(`{"id":%d,"projectKey":"P%d"}`, i, i)), Table: projects}
		if err := b.Append(row); err != nil {
			t.Fatal(err)
		}
		if b.Len() == 2 || i == 4 {
			batch := b.Batch()
			got = append(got, fmt.Sprint(batch.NumRows(), batch.Schema().Equal(b.Schema()), grid(t, batch)))
			batch.Release()
		}
	}
	want := []string{"2 true ['P0' 0 'P1' 1]", "2 true ['P2' 2 'P3' 3]", "1 true ['P4' 4]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
	if b.Len() != 0 {
		t.Errorf("Len() after Batch = %d, want 0", b.Len())
	}
}

func TestNoColumns(t *testing.T) {
	b := relation.NewBuilder(memory.DefaultAllocator, projects, nil, nil)
	defer b.Release()
	for range 3 {
		if err := b.Append(relation.Row{JSON: gjson.Parse(`{}`), Table: projects}); err != nil {
			t.Fatal(err)
		}
	}
	batch := b.Batch()
	defer batch.Release()
	if batch.NumRows() != 3 || batch.NumCols() != 0 {
		t.Errorf("Batch() has %d rows, %d columns, want 3, 0", batch.NumRows(), batch.NumCols())
	}
}

func TestSchema(t *testing.T) {
	b := relation.NewBuilder(memory.DefaultAllocator, wikis, wikis.Columns, nil)
	defer b.Release()
	described := wikis.Describe(func(string) *relation.Table { return projects })
	want, err := described.Schema(described.ColumnNames())
	if err != nil {
		t.Fatal(err)
	}
	if !b.Schema().Equal(want) {
		t.Errorf("Schema() = %v, want what Describe says: %v", b.Schema(), want)
	}
}

func TestRows(t *testing.T) {
	column := func(name, path string) relation.Column {
		return relation.Column{Name: name, Type: relation.Text, Path: path}
	}
	whole := []relation.Column{column("Row", "@this")}
	split := []relation.Column{
		column("Id", "id"), column("Item", "value.name"), column("Value", "value"),
		{Name: "Place", Type: relation.Int, Position: true},
	}
	tests := map[string]struct {
		table  relation.Table
		answer string
		want   []string
	}{
		"array":         {relation.Table{Columns: whole}, `[{"a":1},null,{"a":2}]`, []string{`'{"a":1}'`, `'{"a":2}'`}},
		"one object":    {relation.Table{Columns: whole}, `{"a":1}`, []string{`'{"a":1}'`}},
		"plain values":  {relation.Table{Columns: whole}, `["a","b"]`, []string{`'a'`, `'b'`}},
		"nothing":       {relation.Table{Columns: whole}, `[]`, nil},
		"null":          {relation.Table{Columns: whole}, `null`, nil},
		"deeper":        {relation.Table{Columns: whole, Rows: "a.b"}, `{"a":{"b":[{"c":1}]}}`, []string{`'{"c":1}'`}},
		"deeper, gone":  {relation.Table{Columns: whole, Rows: "a.b"}, `{"a":{}}`, nil},
		"members":       {relation.Table{Rows: "r", Members: true, Columns: []relation.Column{{Name: "M", Type: relation.Text, Member: true}, column("Limit", "limit")}}, `{"r":{"read":{"limit":600},"icon":{"limit":60},"none":null}}`, []string{"'read' '600'", "'icon' '60'"}},
		"split":         {relation.Table{Split: "value", Columns: split}, `[{"id":1,"value":[{"name":"a"},{"name":"b"}]},{"id":2,"value":"x"}]`, []string{`'1' 'a' '{"name":"a"}' 1`, `'1' 'b' '{"name":"b"}' 2`, `'2' NULL 'x' 1`}},
		"split, empty":  {relation.Table{Split: "value", Columns: split}, `[{"id":1,"value":[]},{"id":2,"value":null},{"id":3}]`, []string{`'1' NULL NULL 1`, `'2' NULL NULL 1`, `'3' NULL NULL 1`}},
		"split, object": {relation.Table{Split: "value", Columns: split}, `[{"id":1,"value":{"name":"a"}}]`, []string{`'1' 'a' '{"name":"a"}' 1`}},
		"split, nulls":  {relation.Table{Split: "value", Columns: split}, `{"id":1,"value":[null,{"name":"b"}]}`, []string{`'1' NULL NULL 1`, `'1' 'b' '{"name":"b"}' 2`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rows := slices.Collect(relation.Row{Table: &test.table}.Answer(gjson.Parse(test.answer)))
			if diff := cmp.Diff(test.want, appended(t, &test.table, rows...)); diff != "" {
				t.Errorf("rows of %s (-want +got):\n%s", test.answer, diff)
			}
			for n := range len(rows) {
				if got := first(relation.Row{Table: &test.table}, test.answer, n); got != n {
					t.Errorf("a reader that stops after %d rows got %d", n, got)
				}
			}
		})
	}
}

// first counts the rows that come to a reader of n.
func first(base relation.Row, answer string, n int) int {
	got := 0
	if n == 0 {
		return 0
	}
	for range base.Answer(gjson.Parse(answer)) {
		if got++; got == n {
			break
		}
	}
	return got
}

func TestHas(t *testing.T) {
	row := relation.Row{JSON: gjson.Parse(`{"a":null,"b":{"c":1}}`), Table: projects}
	want := map[string]bool{"a": true, "b.c": true, "b.d": false, "e": false}
	got := maps.Collect(func(yield func(string, bool) bool) {
		for path := range want {
			yield(path, row.Has(&relation.Column{Path: path}))
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Has (-want +got):\n%s", diff)
	}
}
