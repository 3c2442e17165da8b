package backlog_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestSeenIssues reads what is inside issues that the statement has read: that
// takes no request, unless one of them was not read, or another statement asks.
func TestSeenIssues(t *testing.T) {
	server := backlogtest.New(backlogtest.Options{Unlimited: true})
	src := open(t, memory.DefaultAllocator, server)
	project := []connector.Predicate{{Column: "ProjectKey", Op: connector.Eq, Values: []connector.Value{connector.TextOf("WEB")}}}
	read := func(table, statement string, where ...connector.Predicate) [][]connector.Value {
		t.Helper()
		return readAll(t, src, connector.ScanRequest{
			Table: table, Columns: []string{map[string]string{"Issues": "Id"}[table] + map[string]string{"IssueCategories": "IssueId"}[table]},
			Where: where, Statement: statement,
		})
	}
	var ids []connector.Value
	for _, row := range read("Issues", "one", project...) {
		ids = append(ids, row[0])
	}
	in := func(ids ...connector.Value) connector.Predicate {
		return connector.Predicate{Column: "IssueId", Op: connector.In, Values: ids}
	}
	want := read("IssueCategories", "another", in(ids...))
	tests := map[string]struct {
		statement string
		where     []connector.Predicate
		rows      int
		free      bool
	}{
		"the same statement":        {"one", []connector.Predicate{in(ids...)}, len(want), true},
		"some of them":              {"one", []connector.Predicate{in(ids[:1]...)}, -1, true},
		"another condition":         {"one", append(project, in(ids...)), len(want), true},
		"another project":           {"one", []connector.Predicate{equal("ProjectKey", "APP"), in(ids...)}, 0, true},
		"one that was not read":     {"one", []connector.Predicate{in(append([]connector.Value{connector.IntOf(7)}, ids[:1]...)...)}, -1, false},
		"another statement":         {"three", []connector.Predicate{in(ids...)}, len(want), false},
		"no statement":              {"", []connector.Predicate{in(ids...)}, len(want), false},
		"what a row does not prove": {"one", []connector.Predicate{in(ids...), {Column: "CategoryName", Op: connector.Eq, Values: []connector.Value{connector.TextOf("Q&A")}}}, -1, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server.Forget()
			rows := read("IssueCategories", test.statement, test.where...)
			if test.rows >= 0 && len(rows) != test.rows {
				t.Errorf("%d rows, want %d", len(rows), test.rows)
			}
			lists := 0
			for _, r := range server.Requests() {
				if r.Path == "/api/v2/issues" {
					lists++
				}
			}
			if free := lists == 0; free != test.free {
				t.Errorf("%d lists of issues are asked for, want free: %t", lists, test.free)
			}
		})
	}
}
