package scarab_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/scarab"
)

// TestTables shows the names of the tables and the columns that are always
// there, and that all have what a person needs.
func TestTables(t *testing.T) {
	src := open(t, "Path=testdata/plain.xml")
	var got []string
	for _, tbl := range tables(t, src) {
		got = append(got, tbl.Name)
		file, ok := tbl.Column("File")
		if !ok || file.Nullable {
			t.Errorf("%s has no column File that is never NULL", tbl.Name)
		}
		if len(tbl.Examples) < 2 {
			t.Errorf("%s has %d examples, want 2", tbl.Name, len(tbl.Examples))
		}
		for _, example := range tbl.Examples {
			if !strings.Contains(example.SQL, "{source}."+tbl.Name) || example.Doc == "" {
				t.Errorf("%s has the example %+v, want one with a sentence that asks it", tbl.Name, example)
			}
		}
	}
	want := []string{
		"Issues", "ActivitySets", "Activities", "Comments", "Attachments", "AttributeValues",
		"Dependencies", "Modules", "Users", "Warnings",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
}

// TestKeys shows that a key is declared only where the files keep it.
func TestKeys(t *testing.T) {
	repeated := write(t, "a.xml", document(anIssue("1", act("X"))+anIssue("1", act("X"))))
	noSetID := write(t, "a.xml", document(strings.Replace(anIssue("1", act("X")), "<id>1</id><type>", "<type>", 1)))
	tests := map[string]struct{ settings, table, want string }{
		"issues":                   {"Path=testdata/plain.xml", "Issues", "File, Id"},
		"issues that repeat":       {"Path=" + repeated, "Issues", ""},
		"sets":                     {"Path=testdata/plain.xml", "ActivitySets", "File, IssueId, Id"},
		"sets of repeated issues":  {"Path=" + repeated, "ActivitySets", ""},
		"sets without ids":         {"Path=" + noSetID, "ActivitySets", ""},
		"values":                   {"Path=testdata/plain.xml", "AttributeValues", "File, IssueId, Attribute, Value"},
		"dependencies":             {"Path=testdata/plain.xml", "Dependencies", "File, Parent, Child"},
		"activities have none":     {"Path=testdata/plain.xml", "Activities", ""},
		"modules":                  {"Path=testdata/folder", "Modules", "File"},
		"users, once a role":       {"Path=testdata/plain.xml", "Users", "File, Name, Role"},
		"warnings have none":       {"Path=testdata/odd.xml", "Warnings", ""},
		"comments: unique, if any": {"Path=testdata/plain.xml", "Comments", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(table(t, open(t, test.settings), test.table).Key, ", "); got != test.want {
				t.Errorf("the key of %s is (%s), want (%s)", test.table, got, test.want)
			}
		})
	}
}

// TestPredicateGrades shows that every value can be compared exactly, and lists
// not at all.
func TestPredicateGrades(t *testing.T) {
	src := open(t, "Path=testdata/japanese.xml;MultiValues=list")
	issues := table(t, src, "Issues")
	tests := map[string]struct {
		column string
		op     connector.Operator
		want   connector.Grade
	}{
		"text":           {"Id", connector.Eq, connector.Exact},
		"text, prefix":   {"Key", connector.Prefix, connector.Exact},
		"number":         {"Number", connector.Ge, connector.Exact},
		"number, prefix": {"Number", connector.Prefix, connector.Unsupported},
		"time":           {"Modified", connector.Lt, connector.Exact},
		"attribute":      {"状態", connector.In, connector.Exact},
		"list":           {"担当者", connector.Eq, connector.Unsupported},
		"list, NULL":     {"担当者", connector.IsNull, connector.Exact},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := issues.Grade(connector.Predicate{Column: test.column, Op: test.op}); got != test.want {
				t.Errorf("Grade(%s %s) = %s, want %s", test.column, test.op, got, test.want)
			}
		})
	}
}

func TestInfo(t *testing.T) {
	info := scarab.New().Info()
	if info.Name != "scarab" || info.Summary == "" {
		t.Errorf("Info = %s: %s, want scarab and a sentence", info.Name, info.Summary)
	}
	var names []string
	for _, o := range info.Options {
		names = append(names, o.Name)
		if o.Doc == "" {
			t.Errorf("option %s is not documented", o.Name)
		}
	}
	want := []string{"Path", "Validate", "Dtd", "Encoding", "Timezone", "Merge", "MultiValues"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}
