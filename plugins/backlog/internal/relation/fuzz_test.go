package relation_test

import (
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// fuzzed is a table with a column of every kind. Some look for the same
// members, and some for what stands in others.
var fuzzed = relation.Table{Name: "T", Split: "value", Columns: []relation.Column{
	{Name: "Int", Type: relation.Int, Path: "id"},
	{Name: "Float", Type: relation.Float, Path: "hours"},
	{Name: "Text", Type: relation.Text, Path: "status.name"},
	{Name: "Object", Type: relation.Text, Path: "status"},
	{Name: "Bool", Type: relation.Bool, Path: "status.done"},
	{Name: "Date", Type: relation.Date, Path: "due"},
	{Name: "Timestamp", Type: relation.Timestamp, Path: "created", Epoch: time.Second},
	{Name: "Texts", Type: relation.Texts, Path: "tags"},
	{Name: "Names", Type: relation.Texts, Path: "tags.#.name"},
	{Name: "Joined", Type: relation.Text, Path: "tags.#.name"},
	{Name: "Place", Type: relation.Text, Path: "tags.1.name"},
	{Name: "Present", Type: relation.Bool, Path: "tags", Present: true},
	{Name: "Else", Type: relation.Text, Path: "none", Else: "status.name"},
	{Name: "When", Type: relation.Int, Path: "id", When: "status.id", Is: []int64{1}},
	{Name: "Only", Type: relation.Text, Path: "tags.#.value.name", Only: []int64{1, 2}},
	{Name: "Part", Type: relation.Text, Path: "value.name"},
	{Name: "Whole", Type: relation.Text, Path: "value"},
}}

// FuzzBuilder gives a Builder any text as an answer. Nothing may panic; and of
// valid JSON, the one pass over a row must find what gjson finds when it looks
// for each path alone.
func FuzzBuilder(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"hours":"4.5","status":{"id":1,"name":"a\"b","done":true},"due":"2024-05-01T00:00:00Z"}`,
		`[{"created":1603881873,"tags":["a",null],"value":[{"name":"x"},null]},{"tags":[{"id":2,"value":{"name":"y"}}]}]`,
		`{"id":1,"id":2,"status":{"name":"\\"},"\u0069d":3}`,
		`{"status":"Open","tags":{"name":1},"value":[],"due":null}`,
		`{"id":1,"id":2,"tags":[],"tags":["x"],"created":"2024-05-01T08:15:00Z"}`, `{"\u0069d":3,"st\u0061tus":{"n\u0061me":"b"}}`,
		`{"id":`, `{"id"`, `{"`, `[{]`, `{"a":[}`, `{"tags":[{"id":1,"value":`, `{:,"id":1}`, `"`, ``, `[[[[`, `{"id":\"`,
		" {\t\"id\"\n:\r1 , \"tags\" : [ 1 , [ ] , { } ] } ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		for row := range (relation.Row{Table: &fuzzed}).Answer(gjson.Parse(answer)) {
			together := values(row, fuzzed.Columns)
			for i := range fuzzed.Columns {
				c := &fuzzed.Columns[i]
				alone := values(row, fuzzed.Columns[i:i+1])
				if c.Type == relation.Texts || !gjson.Valid(answer) {
					continue
				}
				v, err := relation.Cell(row, c, nil)
				want := []string{outcome(v.String(), err)}
				if diff := cmp.Diff(want, alone); diff != "" {
					t.Fatalf("%s of %s (-Cell +Append):\n%s", c.Name, row.JSON.Raw, diff)
				}
				if len(together) > 1 && together[i] != want[0] {
					t.Fatalf("%s of %s = %s among others, want %s", c.Name, row.JSON.Raw, together[i], want[0])
				}
			}
		}
	})
}

// values shows a row of a batch, or its error alone.
func values(row relation.Row, columns []relation.Column) []string {
	b := relation.NewBuilder(memory.DefaultAllocator, &fuzzed, columns, nil)
	defer b.Release()
	if err := b.Append(row); err != nil {
		return []string{outcome("", err)}
	}
	batch := b.Batch()
	defer batch.Release()
	var shown []string
	for _, column := range batch.Columns() {
		v, _ := connector.ValueAt(column, 0)
		shown = append(shown, v.String())
	}
	return shown
}
