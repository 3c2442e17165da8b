package space_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

var abc = []space.Project{{ID: 1, Key: "A"}, {ID: 2, Key: "B"}, {ID: 3, Key: "C"}}

func field(id, project int64, kind int, name string) space.Field {
	return space.Field{ID: id, Project: project, Type: kind, Name: name}
}

// own tells whether a name is one of the columns that the tests' table has.
func own(name string) bool {
	for _, fixed := range []string{"Summary", "Status", "StatusCustomField", "Due (B)"} {
		if strings.EqualFold(name, fixed) {
			return true
		}
	}
	return false
}

// columnsOf shows columns as "Points (a number): 1 2".
func columnsOf(columns []space.FieldColumn) []string {
	var lines []string
	for _, c := range columns {
		line := fmt.Sprintf("%s (%s):", c.Name, c.Kind)
		if c.Alias {
			line = "also " + line
		}
		for _, f := range c.Fields {
			line += fmt.Sprint(" ", f.ID)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestColumns(t *testing.T) {
	const words, lines, number, day, list, lists, boxes, radio = 1, 2, 3, 4, 5, 6, 7, 8
	tests := map[string]struct {
		fields []space.Field
		want   []string
	}{
		"none": {nil, nil},
		"by the ids": {
			[]space.Field{field(3, 1, number, "Points"), field(1, 1, words, "Note"), field(2, 2, day, "When")},
			[]string{"Note (text): 1", "When (a date): 2", "Points (a number): 3"},
		},
		"equal name and type": {
			[]space.Field{field(1, 1, number, "Points"), field(2, 2, number, "Points")},
			[]string{"Points (a number): 1 2"},
		},
		"equal but for case": {
			[]space.Field{field(2, 2, number, "POINTS"), field(1, 1, number, "Points")},
			[]string{"Points (a number): 1 2"},
		},
		"equal but for case, beyond ASCII": {
			[]space.Field{field(1, 1, number, "ÄRGER Ω"), field(2, 2, number, "ärger ω")},
			[]string{"ÄRGER Ω (a number): 1 2"},
		},
		"one line or several, a list or buttons": {
			[]space.Field{field(1, 1, words, "Note"), field(2, 2, lines, "Note"), field(3, 1, list, "OS"), field(4, 2, radio, "OS"), field(5, 1, lists, "On"), field(6, 2, boxes, "On")},
			[]string{"Note (text): 1 2", "OS (one of a list): 3 4", "On (several of a list): 5 6"},
		},
		"other types": {
			[]space.Field{field(1, 1, number, "Size"), field(2, 2, words, "size"), field(3, 3, words, "Size")},
			[]string{"Size (a number): 1", "size (B) (text): 2", "Size (C) (text): 3", "also Size (A) (a number): 1"},
		},
		"twice in a project": {
			[]space.Field{field(1, 1, number, "Size"), field(2, 1, number, "size"), field(3, 1, number, "SIZE"), field(4, 2, number, "Size")},
			[]string{"Size (a number): 1 4", "size (A) (a number): 2", "SIZE (A)CustomField (a number): 3", "also Size (B) (a number): 4"},
		},
		"the table's own": {
			[]space.Field{field(1, 1, words, "summary"), field(2, 2, words, "Summary"), field(3, 1, words, "Status"), field(4, 2, number, "Status"), field(5, 1, day, "Due"), field(6, 2, words, "Due")},
			[]string{"summaryCustomField (text): 1 2", "StatusCustomField 3 (text): 3", "Status (B) (a number): 4", "Due (a date): 5", "Due (B)CustomField (text): 6", "also Status (A) (text): 3", "also Due (A) (a date): 5"},
		},
		"another's name": {
			[]space.Field{field(1, 1, number, "Points"), field(2, 1, number, "Points (B)"), field(3, 2, words, "Points"), field(4, 3, number, "Points (B)"), field(5, 3, words, "Points (B)CustomField")},
			[]string{"Points (a number): 1", "Points (B) (a number): 2 4", "Points (B)CustomField (text): 3", "Points (B)CustomFieldCustomField (text): 5", "also Points (A) (a number): 1"},
		},
		"another's name, later": {
			[]space.Field{field(1, 1, number, "Points"), field(2, 2, words, "Points"), field(3, 1, number, "Points (B)"), field(4, 3, number, "points (b)")},
			[]string{"Points (a number): 1", "Points (B) (text): 2", "Points (B)CustomField (a number): 3 4", "also Points (A) (a number): 1"},
		},
		"no name": {
			[]space.Field{field(1, 1, number, ""), field(2, 2, number, " \t"), field(3, 2, words, "\u3000"), field(4, 1, words, "CustomField")},
			[]string{"CustomField (a number): 1 2", "(B) (text): 3", "CustomFieldCustomField (text): 4", "also (A) (a number): 1"},
		},
		"odd names": {
			[]space.Field{field(1, 1, number, " a\x00b\n"), field(2, 1, number, "a\xffb"), field(3, 9, words, "a b")},
			[]string{"a b (a number): 1", "a\uFFFDb (a number): 2", "a b (9) (text): 3", "also a b (A) (a number): 1"},
		},
		"new type": {
			[]space.Field{field(1, 1, 99, "Odd"), field(2, 2, 100, "Odd")},
			[]string{"Odd (JSON): 1 2"},
		},
		"told twice": {
			[]space.Field{field(1, 1, number, "Points"), field(1, 1, number, "Points")},
			[]string{"Points (a number): 1"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, columnsOf(space.Columns(test.fields, abc, own))); diff != "" {
				t.Errorf("Columns (-want +got):\n%s", diff)
			}
		})
	}
}

// names are what fields may be called, chosen so that they meet.
var names = []string{
	"Points", "points", "POINTS", "Points (A)", "points (b)", "Points (A) (B)", "PointsCustomField", "Points (A)CustomField",
	"PointsCustomField 3", "Summary", "summary", "Status", "StatusCustomField", "", " ", "CustomField", "(A)", "(B)", "K", "\u212a", "ſ", "s",
	"Straße", "STRASSE", "\x00", "a\nb", "a b", "\xff", "\uFFFD", "完了",
}

func someFields(r *rand.Rand, n int) []space.Field {
	fields := make([]space.Field, n)
	for i := range fields {
		fields[i] = field(int64(i+1), 1+r.Int64N(4), 1+r.IntN(9), names[r.IntN(len(names))])
	}
	return fields
}

// byType compares columns whose types are not one pointer.
var byType = cmp.Comparer(func(a, b arrow.DataType) bool { return arrow.TypeEqual(a, b) })

// checkColumns holds what must be true of the columns of any fields.
func checkColumns(t *testing.T, columns []space.FieldColumn, fields int) {
	t.Helper()
	seen := 0
	for i, c := range columns {
		if c.Alias {
			checkAlias(t, &columns[i], columns[:i])
		}
		if c.Name == "" || own(c.Name) {
			t.Errorf("column %q is nobody's, or the table's own", c.Name)
		}
		for _, other := range columns[:i] {
			if strings.EqualFold(c.Name, other.Name) {
				t.Errorf("columns %q and %q are one name", other.Name, c.Name)
			}
		}
		projects := map[int64]bool{}
		for _, f := range c.Fields {
			if f.Kind() != c.Kind || projects[f.Project] {
				t.Errorf("column %q holds %+v", c.Name, c.Fields)
			}
			projects[f.Project] = true
		}
		if !c.Alias {
			seen += len(c.Fields)
		}
	}
	if seen != fields {
		t.Errorf("the columns hold %d fields of %d: %q", seen, fields, columnsOf(columns))
	}
}

// checkAlias: what an alias holds is part of a column before it.
func checkAlias(t *testing.T, alias *space.FieldColumn, before []space.FieldColumn) {
	t.Helper()
	whole := func(c space.FieldColumn) bool {
		return !c.Alias && c.Kind == alias.Kind && c.Alike(alias) && c.In([]int64{alias.Fields[0].Project})
	}
	if len(alias.Fields) != 1 || !slices.ContainsFunc(before, whole) {
		t.Errorf("%q is an alias of no column: %q", alias.Name, columnsOf(before))
	}
}

// TestColumnsOfAnyFields: names are unique whatever the fields are called; the
// order in which they come does not matter; and neither a further field nor a
// further project renames a column.
func TestColumnsOfAnyFields(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 4))
		fields := someFields(r, r.IntN(14))
		columns := space.Columns(fields, abc, own)
		checkColumns(t, columns, len(fields))

		shuffled := append([]space.Field{}, fields...)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(columns, space.Columns(shuffled, abc, own), byType); diff != "" {
			t.Errorf("in another order (-want +got):\n%s", diff)
		}
		fewer := r.IntN(len(fields) + 1)
		checkKept(t, space.Columns(fields[:fewer], abc, own), columns)
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, fields)
		}
	}
}

// checkKept tells whether columns have kept name, kind and place, but for
// aliases: these are behind all others, and go where their name is taken.
func checkKept(t *testing.T, older, newer []space.FieldColumn) {
	t.Helper()
	for i, c := range older {
		if c.Alias {
			return
		}
		if i >= len(newer) || newer[i].Name != c.Name || newer[i].Kind != c.Kind || newer[i].Type != c.Type {
			t.Errorf("column %q is no more: %q became %q", c.Name, columnsOf(older), columnsOf(newer))
			return
		}
	}
}

func FuzzColumns(f *testing.F) {
	f.Add("Points", "Points (A)", "points", uint32(0x12345678))
	f.Add("", "CustomField", "\u212a", uint32(0))
	f.Add("a\xff", "a\uFFFD", "(B)", uint32(0x01010101))
	f.Fuzz(func(t *testing.T, a, b, c string, bits uint32) {
		var fields []space.Field
		for i, name := range []string{a, b, c, a, b, c} {
			kind, project := int(bits>>(4*i)&7)+1, int64(bits>>(4*i+3)&1)+1
			fields = append(fields, field(int64(i+1), project, kind, name))
		}
		columns := space.Columns(fields, abc, own)
		checkColumns(t, columns, len(fields))
		checkKept(t, space.Columns(fields[:3], abc, own), columns)
	})
}

// TestFieldColumn: the column finds its values in the rows of all its projects.
func TestFieldColumn(t *testing.T) {
	columns := space.Columns([]space.Field{
		field(1, 1, 3, "Points"), field(2, 2, 3, "Points"), field(3, 1, 4, "When"), field(4, 1, 5, "OS"),
		field(5, 1, 7, "On"), field(6, 1, 2, "Note"), field(7, 1, 99, "Odd"),
	}, abc, own)
	table := &relation.Table{Name: "Issues"}
	for _, c := range columns {
		table.Columns = append(table.Columns, c.Column(abc))
	}
	rows := map[string]string{
		`{"customFields":[{"id":1,"value":2.5},{"id":3,"value":"2024-05-01T00:00:00Z"},{"id":4,"value":{"id":9,"name":"Linux"}},
			{"id":6,"value":"a"},{"id":7,"value":{"x":[1]}}]}`: `2.5e0 DATE '2024-05-01' 'Linux' 'a' '{"x":[1]}'`,
		`{"customFields":[{"id":2,"value":3},{"id":4,"value":null}]}`: `3e0 NULL NULL NULL NULL`,
		`{"customFields":[]}`: `NULL NULL NULL NULL NULL`,
	}
	for json, want := range rows {
		var cells []string
		for i := range table.Columns {
			if c := &table.Columns[i]; c.Type != relation.Texts {
				v, err := relation.Cell(relation.Row{JSON: gjson.Parse(json), Table: table}, c, nil)
				if err != nil {
					t.Error(err)
				}
				cells = append(cells, v.String())
			}
		}
		if got := strings.Join(cells, " "); got != want {
			t.Errorf("values of %s = %s, want %s", json, got, want)
		}
	}
	var docs []string
	for _, c := range table.Columns {
		docs = append(docs, c.Doc)
	}
	want := []string{
		`The custom field "Points": a number, in A, B.`, `The custom field "When": a date, in A.`, `The custom field "OS": one of a list, in A.`,
		`The custom field "On": several of a list, in A.`, `The custom field "Note": text, in A.`, `The custom field "Odd": JSON, in A.`,
	}
	if diff := cmp.Diff(want, docs); diff != "" {
		t.Errorf("docs (-want +got):\n%s", diff)
	}
}
