package sqlengine_test

import (
	"fmt"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// asks tells what a source was asked for: further columns first, then rows.
func asks(source *connectortest.Memory) string {
	text := "widen: " + widens(source) + "\n"
	for _, request := range source.Requests() {
		text += fmt.Sprintf("%s %v %v %d\n", request.Table, request.Columns, request.Where, request.Limit)
	}
	return text
}

// TestPreparedAsksNoMore compares what a statement with parameters asks of a
// source with what it asks with the values in their places.
func TestPreparedAsksNoMore(t *testing.T) {
	text, number := connector.TextOf, connector.IntOf
	tests := map[string]struct {
		sql, plain string
		params     []connector.Value
	}{
		"star": {
			"SELECT * FROM bl.Issues WHERE Project = ?", "SELECT * FROM bl.Issues WHERE Project = 'PT'",
			[]connector.Value{text("PT")},
		},
		"star, in a query": {
			"SELECT Id FROM (SELECT * FROM bl.Issues) WHERE Project = $1 AND Id > $2", "SELECT Id FROM (SELECT * FROM bl.Issues) WHERE Project = 'PT' AND Id > 3",
			[]connector.Value{text("PT"), number(3)},
		},
		"fixed columns": {
			"SELECT Id FROM bl.Issues WHERE Project = ?", "SELECT Id FROM bl.Issues WHERE Project = 'QA'",
			[]connector.Value{text("QA")},
		},
		"a further column": {
			"SELECT Id, Budget FROM bl.Issues WHERE Project = ?", "SELECT Id, Budget FROM bl.Issues WHERE Project = 'PT'",
			[]connector.Value{text("PT")},
		},
		"a comparison": {
			"SELECT Id FROM bl.Issues WHERE Budget > ? AND Project = 'PT'", "SELECT Id FROM bl.Issues WHERE Budget > 1 AND Project = 'PT'",
			[]connector.Value{number(1)},
		},
		"a parameter elsewhere": {
			"SELECT *, ? AS n FROM bl.Issues WHERE Project = 'OPS'", "SELECT *, 7 AS n FROM bl.Issues WHERE Project = 'OPS'",
			[]connector.Value{number(7)},
		},
		"a limit": {
			"SELECT * FROM bl.Issues WHERE Project = 'OPS' LIMIT ?", "SELECT * FROM bl.Issues WHERE Project = 'OPS' LIMIT 2",
			[]connector.Value{number(2)},
		},
		"another table": {
			"SELECT * FROM bl.Projects WHERE Key = ?", "SELECT * FROM bl.Projects WHERE Key = 'PT'",
			[]connector.Value{text("PT")},
		},
		"a statement without": {
			"SELECT * FROM bl.Issues WHERE Project = 'QA'", "SELECT * FROM bl.Issues WHERE Project = 'QA'", nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plain, prepared := fields(), fields()
			want := mustAsk(t, bl(t, plain, nil), test.plain)
			s := bl(t, prepared, func(*sqlengine.Config) {})
			told, err := s.Prepare(t.Context(), test.sql)
			if err != nil || told.Kind != sqlengine.Rows || told.Params != len(test.params) {
				t.Fatalf("Prepare(%q) = %+v, %v", test.sql, told, err)
			}
			if before := asks(prepared); len(test.params) > 0 && before != "widen: \n" {
				t.Errorf("Prepare(%q) asked for\n%s", test.sql, before)
			}
			got, err := ask(t.Context(), s, test.sql, test.params...)
			if err != nil || got != want {
				t.Errorf("%s = %s%v, want %s", test.sql, got, err, want)
			}
			if got, want := asks(prepared), asks(plain); got != want {
				t.Errorf("%s asked for\n%swant\n%s", test.sql, got, want)
			}
		})
	}
}

// TestPreparedKinds tells of statements over a table with further columns whether
// they answer with rows, or that they are refused.
func TestPreparedKinds(t *testing.T) {
	tests := map[string]struct {
		sql  string
		kind sqlengine.Kind
		err  connector.Kind
	}{
		"rows":              {sql: "FROM bl.Issues WHERE Project = ?", kind: sqlengine.Rows},
		"a copy":            {sql: "CREATE TABLE x AS FROM bl.Issues WHERE Project = ?", kind: sqlengine.Done},
		"rows that go in":   {sql: "INSERT INTO own SELECT * EXCLUDE (Id) FROM bl.Issues WHERE Project = ?", kind: sqlengine.Done},
		"and come out":      {sql: "INSERT INTO own SELECT * FROM bl.Issues WHERE Project = ? RETURNING *", kind: sqlengine.Rows},
		"a delete":          {sql: "DELETE FROM bl.Issues WHERE Id = ?", err: connector.Unimplemented},
		"a delete by field": {sql: "DELETE FROM bl.Issues WHERE Id = ? AND Summary = ?", err: connector.Unimplemented},
		"an update":         {sql: "UPDATE bl.Issues SET Summary = ? WHERE Id = ?", err: connector.Unimplemented},
		"no such table":     {sql: "FROM bl.Isues WHERE Id = ?", err: connector.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := bl(t, fields(), nil)
			mustAsk(t, s, "CREATE TABLE own (a INTEGER)")
			told, err := s.Prepare(t.Context(), test.sql)
			if err == nil != (test.err == 0) || err != nil && connector.KindOf(err) != test.err || told.Kind != test.kind {
				t.Errorf("Prepare(%q) = %+v, %v, want %v, %v", test.sql, told, err, test.kind, test.err)
			}
		})
	}
}
