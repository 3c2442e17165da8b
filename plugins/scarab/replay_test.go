package scarab_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReplay shows what the activities of one attribute come to, in issue 1.
func TestReplay(t *testing.T) {
	const x = "X"
	tests := map[string]struct {
		issues string
		// values are those of AttributeValues: attribute, kind, value.
		values   []string
		warnings []string // codes
	}{
		"text, new": {
			anIssue("1", act(x, "new=a")),
			[]string{"X | text | a"},
			nil,
		},
		"text, changed": {
			anIssue("1", act(x, "new=a"), act(x, "old=a", "new=b")),
			[]string{"X | text | b"},
			nil,
		},
		"text, replaced without an old value": {
			anIssue("1", act(x, "new=a"), act(x, "new=b")),
			[]string{"X | text | b"},
			nil,
		},
		"text, removed": {
			anIssue("1", act(x, "new=a"), act(x, "old=a")),
			nil, nil,
		},
		"text, emptied by an empty element": {
			anIssue("1", act(x, "new=a"), act(x, "old=a", "new")),
			[]string{"X | text | "},
			nil,
		},
		"text, empty from the start": {
			anIssue("1", act(x, "new")),
			[]string{"X | text | "},
			nil,
		},
		"text, an empty old value is a change": {
			anIssue("1", act(x, "old", "new=a")),
			[]string{"X | text | a"},
			nil,
		},
		"text, old and new empty on the null attribute": {
			anIssue("1", act("Null Attribute", "old", "new")),
			nil, nil,
		},
		"text, nothing said": {
			anIssue("1", act(x, "new=a"), act(x)),
			[]string{"X | text | a"},
			nil,
		},
		"text, the old value differs": {
			anIssue("1", act(x, "new=a"), act(x, "old=b", "new=c")),
			[]string{"X | text | c"},
			[]string{"old-value-differs"},
		},
		"text, removed what was not there": {
			anIssue("1", act(x, "old=a")),
			nil,
			[]string{"old-value-differs"},
		},
		"text, twice in one set": {
			anIssue("1", act(x, "new=a")+act(x, "new=b")),
			[]string{"X | text | b"},
			[]string{"contradictory-set"},
		},
		"text, a chain in one set": {
			anIssue("1", act(x, "new=a")+act(x, "old=a", "new=b")),
			[]string{"X | text | b"},
			nil,
		},
		"option": {
			anIssue("1", act(x, "new-option=a", "new=a")),
			[]string{"X | option | a"},
			nil,
		},
		"option, changed": {
			anIssue("1", act(x, "new-option=a"), act(x, "old-option=a", "new-option=b")),
			[]string{"X | option | b"},
			nil,
		},
		"option, removed": {
			anIssue("1", act(x, "new-option=a"), act(x, "old-option=a")),
			nil, nil,
		},
		"option, by its value alone, in an issue before": {
			anIssue("1", act(x, "new=a")) + anIssue("2", act(x, "new-option=b")),
			[]string{"X | option | a"},
			nil,
		},
		"option, the option before the value": {
			anIssue("1", act(x, "new-option=a", "new=text")),
			[]string{"X | option | a"},
			nil,
		},
		"option, an empty one is none": {
			anIssue("1", act(x, "new-option=a"), act(x, "old-option=a", "new-option")),
			nil, nil,
		},
		"option, contradiction": {
			anIssue("1", act(x, "new-option=New"), act(x, "old-option=New", "new-option=Started")+act(x, "old-option=New", "new-option=Fixed")),
			[]string{"X | option | Fixed"},
			[]string{"contradictory-set"},
		},
		"option, the same again is no second value": {
			anIssue("1", act(x, "new-option=a"), act(x, "new-option=a"), act(x, "old-option=a", "new-option=b")),
			[]string{"X | option | b"},
			nil,
		},
		"several options, by a second without an old one": {
			anIssue("1", act(x, "new-option=a"), act(x, "new-option=b")),
			[]string{"X | option | a", "X | option | b"},
			nil,
		},
		"several options, shown by a later issue": {
			anIssue("1", act(x, "new-option=a"), act(x, "old-option=b", "new-option=c")) + anIssue("2", act(x, "new-option=a"), act(x, "new-option=b")),
			[]string{"X | option | a", "X | option | c"},
			[]string{"old-value-differs"},
		},
		"several options, by values alone": {
			anIssue("1", act(x, "new=a"), act(x, "new=b")) + anIssue("2", act(x, "new-option=c")),
			[]string{"X | option | a", "X | option | b"},
			nil,
		},
		"several options, old and new remove and add": {
			anIssue("1", act(x, "new-option=a"), act(x, "new-option=b"), act(x, "old-option=a", "new-option=c")),
			[]string{"X | option | b", "X | option | c"},
			nil,
		},
		"several options, one removed": {
			anIssue("1", act(x, "new-option=a"), act(x, "new-option=b"), act(x, "old-option=a")),
			[]string{"X | option | b"},
			nil,
		},
		"users": {
			anIssue("1", act(x, "new-user=ann", "new=ann"), act(x, "new-user=bob")),
			[]string{"X | user | ann", "X | user | bob"},
			nil,
		},
		"users, one is always several": {
			anIssue("1", act(x, "new-user=ann"), act(x, "old-user=bob", "new-user=carol")),
			[]string{"X | user | ann", "X | user | carol"},
			[]string{"old-value-differs"},
		},
		"users, handed over": {
			anIssue("1", act(x, "new-user=ann"), act(x, "old-user=ann", "new-user=bob")),
			[]string{"X | user | bob"},
			nil,
		},
		"users, added twice": {
			anIssue("1", act(x, "new-user=ann"), act(x, "new-user=ann")),
			[]string{"X | user | ann"},
			nil,
		},
		"users before options": {
			anIssue("1", act(x, "new-option=a"), act(x, "new-user=ann")),
			[]string{"X | user | a", "X | user | ann"},
			nil,
		},
		"a user moves between attributes": {
			anIssue("1", act("A", "new-user=ann"), act("A", "old-user=ann")+act("B", "new-user=ann")),
			[]string{"B | user | ann"},
			nil,
		},
		"one column in any case": {
			anIssue("1", act("ſummary", "new=a"), act("SUMMARY", "old=a", "new=b")),
			[]string{"ſummary | text | b"},
			nil,
		},
		"the null attribute in three spellings": {
			anIssue("1", act("Null Attribute", "new=a")+act("NullAttribute", "new=b")+act("Null attribute", "new=c")),
			nil, nil,
		},
		"end dates agree": {
			anIssue("1", ended(act(x, "new=a")), act(x, "old=a", "new=b")),
			[]string{"X | text | b"},
			nil,
		},
		"end dates disagree: an open activity is not the value": {
			anIssue("1", act(x, "new=a"), act(x, "old=a", "new=b")+ended(act("Y"))),
			[]string{"X | text | b"},
			[]string{"end-dates-disagree"},
		},
		"end dates disagree: the value's activity has ended": {
			anIssue("1", ended(act(x, "new=a"))),
			[]string{"X | text | a"},
			[]string{"end-dates-disagree"},
		},
		"no end dates anywhere say nothing": {
			anIssue("1", act(x, "new=a"), act(x, "old=a", "new=b")),
			[]string{"X | text | b"},
			nil,
		},
		"a number without a value": {
			anIssue("1", act(x, "new-numeric-value=3")),
			nil,
			[]string{"number-without-value"},
		},
		"nought is what old exporters write for none": {
			anIssue("1", act(x, "old-numeric-value=0", "new-numeric-value=0")),
			nil, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", document(test.issues)))
			var values []string
			for _, row := range rows(t, src, "AttributeValues", "IssueId", "Attribute", "Kind", "Value") {
				if row[:4] == "1 | " {
					values = append(values, row[4:])
				}
			}
			if diff := cmp.Diff(test.values, values); diff != "" {
				t.Errorf("AttributeValues of issue 1 (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.warnings, rows(t, src, "Warnings", "Code")); diff != "" {
				t.Errorf("Warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCreatedAndModified(t *testing.T) {
	set := func(kind, by, date string) string {
		return "<activity-set><id>" + by + "</id><type>" + kind + "</type><created-by>" + by + "</created-by>" +
			"<created-date><format>yyyy-MM-dd</format><timestamp>" + date + "</timestamp></created-date><activities/></activity-set>"
	}
	tests := map[string]struct{ sets, want string }{
		"the create set":                {set("Edit Issue", "a", "2004-01-02") + set("Create Issue", "b", "2004-01-01"), "b | 2004-01-01 00:00:00 | a | 2004-01-02 00:00:00"},
		"the move set without a create": {set("Move Issue", "a", "2004-01-02") + set("Move Issue", "b", "2004-01-03"), "a | 2004-01-02 00:00:00 | b | 2004-01-03 00:00:00"},
		"neither":                       {set("Edit Issue", "a", "2004-01-02"), "- | - | a | 2004-01-02 00:00:00"},
		"equally late":                  {set("Create Issue", "a", "2004-01-02") + set("Edit Issue", "b", "2004-01-02"), "a | 2004-01-02 00:00:00 | b | 2004-01-02 00:00:00"},
		"back in time":                  {set("Create Issue", "a", "2004-01-02") + set("Edit Issue", "b", "2004-01-01"), "a | 2004-01-02 00:00:00 | a | 2004-01-02 00:00:00"},
		"without dates":                 {set("Create Issue", "a", "") + set("Edit Issue", "b", ""), "a | - | b | -"},
		"no sets":                       {"", "- | - | - | -"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			issue := "<issue><id>1</id><artifact-type>Task</artifact-type><activity-sets>" + test.sets + "</activity-sets></issue>"
			src := open(t, "Path="+write(t, "a.xml", document(issue)))
			got := rows(t, src, "Issues", "CreatedBy", "Created", "ModifiedBy", "Modified")
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("Issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIds(t *testing.T) {
	tests := map[string]struct{ id, want string }{
		"number":              {"2", "2 | LIB2 | 2"},
		"leading noughts":     {"007", "007 | LIB7 | 7"},
		"with the code":       {"LIB2", "LIB2 | LIB2 | 2"},
		"code in lower case":  {"lib2", "lib2 | LIB2 | 2"},
		"another prefix":      {"tst2", "tst2 | - | -"},
		"a label":             {"new1", "new1 | - | -"},
		"beyond 64 bits":      {"99999999999999999999", "99999999999999999999 | - | -"},
		"nothing":             {"", " | - | -"},
		"white space around":  {"\n  2\t", "2 | LIB2 | 2"},
		"the code, no number": {"LIB", "LIB | - | -"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", document(anIssue(test.id, act("X")))))
			if diff := cmp.Diff([]string{test.want}, rows(t, src, "Issues", "Id", "Key", "Number")); diff != "" {
				t.Errorf("Issues (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOrderOfElements shows what counts where elements are out of order or
// repeated: the last, but for an issue's id and type once its log was read.
func TestOrderOfElements(t *testing.T) {
	sets := "<activity-sets>" + aSet("1", "Create Issue", "2004-01-01 00:00:00 GMT", act("X", "new=a")) + "</activity-sets>"
	tests := map[string]struct{ issues, want, code string }{
		"late id and type":     {"<issue>" + sets + "<artifact-type>Task</artifact-type><id>1</id></issue>", "1 | Task | a | LIB", ""},
		"two ids":              {"<issue><id>1</id><id>2</id><artifact-type>Task</artifact-type>" + sets + "</issue>", "2 | Task | a | LIB", "repeated-element"},
		"a second id, late":    {"<issue><id>1</id><artifact-type>Task</artifact-type>" + sets + "<id>2</id></issue>", "1 | Task | a | LIB", "unknown-element"},
		"a second type, late":  {"<issue><id>1</id><artifact-type>Task</artifact-type>" + sets + "<artifact-type>Bug</artifact-type></issue>", "1 | Task | a | LIB", "unknown-element"},
		"two values":           {anIssue("1", act("X", "new=b", "new=a")), "1 | Task | a | LIB", "repeated-element"},
		"a module in issues":   {"<module><code>XXX</code></module>" + anIssue("1", act("X", "new=a")), "1 | Task | a | LIB", "unknown-element"},
		"a module after them":  {anIssue("1", act("X", "new=a")) + "</issues><module><code>NEW</code></module><issues>", "1 | Task | a | NEW", "repeated-element"},
		"an issue outside":     {anIssue("1", act("X", "new=a")) + "</issues><issue><id>9</id></issue><issues>", "1 | Task | a | LIB", "unknown-element"},
		"issues in two places": {"</issues><issues>" + anIssue("1", act("X", "new=a")), "1 | Task | a | LIB", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", document(test.issues)))
			if diff := cmp.Diff([]string{test.want}, rows(t, src, "Issues", "Id", "Type", "X", "ModuleCode")); diff != "" {
				t.Errorf("Issues (-want +got):\n%s", diff)
			}
			if got := strings.Join(rows(t, src, "Warnings", "Code"), " "); got != test.code {
				t.Errorf("Warnings = %q, want %q", got, test.code)
			}
		})
	}
}

// TestDependencies shows the state of the links after the last activity.
func TestDependencies(t *testing.T) {
	const second = "2"
	tests := map[string]struct {
		issues string
		want   []string // Parent, Child, ParentId, ChildId, Type, Deleted
	}{
		"added, told by both issues": {
			anIssue("1", linked("LIB1", "LIB2", "blocking", "false", "new=blocking")) + anIssue(second, linked("LIB1", "LIB2", "blocking", "false", "new=blocking")),
			[]string{"LIB1 | LIB2 | 1 | 2 | blocking | false"},
		},
		"found by id": {
			anIssue("LIB1", linked("LIB1", "2", "blocking", "false")) + anIssue(second, ""),
			[]string{"LIB1 | 2 | LIB1 | 2 | blocking | false"},
		},
		"found by key in another case": {
			anIssue("1", linked("lib1", "LIB2", "blocking", "false")) + anIssue("lib2", ""),
			[]string{"lib1 | LIB2 | 1 | lib2 | blocking | false"},
		},
		"not there": {
			anIssue("1", linked("LIB1", "LIB9", "blocking", "false")),
			[]string{"LIB1 | LIB9 | 1 | - | blocking | false"},
		},
		"removed: an old and no new value": {
			anIssue("1", linked("LIB1", "LIB1", "blocking", "false", "new=blocking"), linked("LIB1", "LIB1", "blocking", "false", "old=blocking")),
			[]string{"LIB1 | LIB1 | 1 | 1 | blocking | true"},
		},
		"added again": {
			anIssue("1", linked("LIB1", "LIB1", "blocking", "false", "old=blocking"), linked("LIB1", "LIB1", "blocking", "false", "new=blocking")),
			[]string{"LIB1 | LIB1 | 1 | 1 | blocking | false"},
		},
		"deleted, as the element says": {
			anIssue("1", linked("LIB1", "LIB1", "blocking", "true", "new=blocking")),
			[]string{"LIB1 | LIB1 | 1 | 1 | blocking | true"},
		},
		"changed to another type": {
			anIssue("1", linked("LIB1", "LIB1", "blocking", "false", "new=blocking"), linked("LIB1", "LIB1", "blocking", "false", "old=blocking", "new=duplicate")),
			[]string{"LIB1 | LIB1 | 1 | 1 | duplicate | false"},
		},
		"older stores write neither": {
			anIssue("1", linked("LIB1", "LIB1", "non-blocking", "false")),
			[]string{"LIB1 | LIB1 | 1 | 1 | non-blocking | false"},
		},
		"the other issue tells less of the story": {
			anIssue("1", linked("LIB1", "LIB2", "blocking", "false", "new=blocking"), linked("LIB1", "LIB2", "blocking", "false", "old=blocking")) +
				anIssue(second, linked("LIB1", "LIB2", "blocking", "false", "new=blocking")),
			[]string{"LIB1 | LIB2 | 1 | 2 | blocking | true"},
		},
		"both ways are two": {
			anIssue("1", linked("LIB1", "LIB2", "blocking", "false")+linked("LIB2", "LIB1", "blocking", "false")) + anIssue(second, ""),
			[]string{"LIB1 | LIB2 | 1 | 2 | blocking | false", "LIB2 | LIB1 | 2 | 1 | blocking | false"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", document(test.issues)))
			got := rows(t, src, "Dependencies", "Parent", "Child", "ParentId", "ChildId", "Type", "Deleted")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Dependencies (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFirstReference shows that of several attachments with one id the first in
// the file counts, whatever issues a scan leaves out.
func TestFirstReference(t *testing.T) {
	content := document(anIssue("1", comment("7", "first")+comment("7", "again")+comment("", "none")+comment("", "none either")) +
		anIssue("2", comment("7", "in another issue")+comment("8", "of its own")+comment("x", "odd id")+comment("x", "odd id again")))
	src := open(t, "Path="+write(t, "a.xml", content))
	all := []string{"1 | 7 | first", "1 | - | none", "1 | - | none either", "2 | 8 | of its own", "2 | x | odd id"}
	if diff := cmp.Diff(all, rows(t, src, "Comments", "IssueId", "Id", "Text")); diff != "" {
		t.Errorf("Comments (-want +got):\n%s", diff)
	}
	got := scan(t, src, where("Comments", []string{"IssueId", "Id", "Text"}, "IssueId", "2"))
	if diff := cmp.Diff(all[3:], got.rows); diff != "" || got.err != nil {
		t.Errorf("Comments of issue 2, error %v (-want +got):\n%s", got.err, diff)
	}
}
