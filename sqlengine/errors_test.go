package sqlengine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
)

func TestErrors(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	tests := map[string]struct {
		sql, place, text, hint string
	}{
		"table":                 {"SELECT *\nFROM pt.Isues", "query:2:6", "Table with name Isues does not exist", "Did you mean pt.Issues?"},
		"no schema":             {"SELECT * FROM Comentsx", "query:1:15", "Table with name Comentsx does not exist", "Did you mean pt.Comments?"},
		"column":                {"SELECT 1; SELECT Statuss FROM pt.Issues", "query:1:18", `Referenced column "Statuss" not found in FROM clause`, "Did you mean Status?"},
		"no column":             {"SELECT Xyzzy FROM pt.Users", "query:1:8", `Referenced column "Xyzzy" not found`, `Columns here are "Name"`},
		"syntax":                {"SELECT * FRM pt.Issues", "query:1:14", `syntax error at or near "pt"`, ""},
		"top":                   {"SELECT TOP 5 * FROM pt.Issues", "query:1:12", "syntax error", "Write LIMIT 5 at the end of the query."},
		"top in parentheses":    {"SELECT TOP (5) Id FROM pt.Issues", "query:1:8", "top", "Write LIMIT 5 at the end of the query."},
		"top percent":           {"SELECT DISTINCT TOP 5 PERCENT Id FROM pt.Issues", "query:1:21", "syntax error", "Write LIMIT 5% at the end of the query."},
		"top (percent)":         {"SELECT TOP (5) PERCENT Id FROM pt.Issues", "query:1:16", "syntax error", "Write LIMIT 5% at the end of the query."},
		"brackets of a table":   {"SELECT Id FROM [Issues]", "query:1:16", "syntax error", `Write "Issues": names are quoted`},
		"brackets of names":     {"SELECT [Id] FROM [pt].[Issues] i", "query:1:18", "syntax error", `Write "pt"."Issues": names are quoted`},
		"brackets after a dot":  {"SELECT i.[Id] FROM pt.Issues i", "query:1:10", "syntax error", `Write "Id": names are quoted`},
		"brackets with a blank": {"SELECT [Id], [Assigned to] FROM pt.Issues", "query:1:24", "syntax error", `Write "Assigned to": names are quoted`},
		"brackets of an alias":  {"SELECT Id AS [The Id] FROM pt.Issues", "query:1:14", "syntax error", `Write "The Id": names are quoted`},
		"brackets compared":     {"SELECT Id FROM pt.Issues WHERE [Status] = 'Open'", "query:1:43", "VARCHAR[]", `[Status] is a list: write "Status" for the column.`},
		"brackets of a number":  {"SELECT Id FROM pt.Issues WHERE [Id] = 3", "query:1:39", "BIGINT[]", `[Id] is a list: write "Id" for the column.`},
		"brackets in a call":    {"SELECT lower([Status]) FROM pt.Issues", "query:1:8", "lower(VARCHAR[])", `[Status] is a list: write "Status" for the column.`},
		"no bracket":            {"SELECT [1 2] FROM pt.Issues", "query:1:11", "syntax error", ""},
		"no comma":              {"SELECT [x FOR x IN y z] FROM pt.Issues", "query:1:22", "syntax error", ""},
		"convert":               {"SELECT CONVERT(VARCHAR(10), i.Id) FROM pt.Issues i", "query:1:27", "syntax error", "Write CAST(i.Id AS VARCHAR(10))."},
		"convert with a style":  {"SELECT TRY_CONVERT(DATE, lower('x, y'), 120)", "query:1:8", "try_convert", "Write TRY_CAST(lower('x, y') AS DATE)."},
		"a text quoted twice":   {`SELECT Id FROM pt.Issues WHERE Status = "Closed"`, "query:1:41", `Referenced column "Closed" not found`, "Write 'Closed' for a text: double quotes are for names."},
		"near a column":         {`SELECT "Asigned to" FROM pt.Issues`, "query:1:8", `Referenced column "Asigned to" not found`, `Did you mean "Assigned to"? Write 'Asigned to' for a text`},
		"nvl":                   {"SELECT NVL(Status, 'x') FROM pt.Issues", "query:1:8", "nvl", "Write coalesce(a, b) for NVL."},
		"sysdate":               {"SELECT SYSDATE", "query:1:8", `"SYSDATE"`, "Write now() for SYSDATE."},
		"limit of MySQL":        {"SELECT Id FROM pt.Issues LIMIT 5, 10", "", "", "Write LIMIT 10 OFFSET 5 for LIMIT 5, 10."},
		"unknown schema":        {"SELECT 1 FROM p.Issues", "query:1:15", `Table with name "p.Issues" does not exist because schema "p" does not exist`, "Did you mean pt.Issues?"},
		"unknown schema, far":   {"SELECT 1 FROM xx.issues", "query:1:15", `schema "xx" does not exist`, "Did you mean pt.Issues?"},
		"unknown everything":    {"SELECT 1 FROM xx.yyyyyyy", "query:1:15", `schema "xx" does not exist`, "Run SHOW ALL TABLES"},
		"unknown catalog":       {"SELECT 1 FROM trackqll.pt.Issues", "", `Catalog "trackqll" does not exist`, "Write pt.Issues: a table is called by its source and its name here."},
		"names of CData":        {"SELECT * FROM [CData].[Backlog].Issues i", "query:1:15", "syntax error", "Write pt.Issues: a table is called by its source"},
		"brackets of CData":     {"SELECT [Id] FROM pt.Users, [CData].[Backlog].[issues]", "query:1:28", "syntax error", "Write pt.Issues: a table is called by its source"},
		"quotes of CData":       {`SELECT * FROM "CData"."Backlog"."Comments"`, "", `Catalog "CData" does not exist`, "Write pt.Comments: a table is called by its source"},
		"another's table":       {"SELECT * FROM [CData].[Backlog].[Versions]", "query:1:15", "syntax error", `Write "CData"."Backlog"."Versions": names are quoted`},
		"table of a column":     {"SELECT pt.Isues.Id FROM pt.Issues", "query:1:8", `Referenced table "pt.Isues" not found`, "Did you mean pt.Issues?"},
		"schema of a column":    {"SELECT xxxx.Issues.Id FROM pt.Issues", "query:1:8", `Referenced table "xxxx.Issues" not found`, "Did you mean pt.Issues?"},
		"alias of a column":     {"SELECT zz.Id FROM pt.Issues i JOIN pt.Users u ON true", "query:1:8", `Referenced table "zz" not found`, "Tables of this FROM are"},
		"column of a table":     {"SELECT i.Statuss FROM pt.Issues i", "query:1:8", `Table "i" does not have a column named "Statuss"`, "Did you mean Status?"},
		"columns of a regexp":   {"SELECT COLUMNS('z.*') FROM pt.Users", "query:1:8", "No matching columns found", "Did you mean "},
		"arguments":             {"SELECT lower(1, 2)", "query:1:8", "No function matches the given name and argument types 'lower(INTEGER_LITERAL, INTEGER_LITERAL)'", "It is there as lower(VARCHAR) -> VARCHAR"},
		"function":              {"SELECT lowr(Status) FROM pt.Issues", "query:1:8", "lowr does not exist", "Did you mean lower?"},
		"backticks":             {"SELECT `Id` FROM pt.Issues", "query:1:11", "", "Write \"Id\": names are quoted with double quotes."},
		"exec":                  {"EXEC foo", "query:1:1", "syntax error", "Write CALL procedure(…) to run a procedure."},
		"begin":                 {"SELECT 1; BEGIN", "query:1:11", "BEGIN: there are no transactions", "Leave it out"},
		"date part":             {"SELECT DATEADD(day, 1, Created) FROM pt.Issues", "query:1:16", `"day"`, "Write DATEADD('day', …): the part is a text here."},
		"internal":              {"SELECT * FROM trackql_scan('x')", "query:1:15", "the function trackql_scan is not for queries", "Name the table itself"},
		"arrow":                 {"SELECT * FROM arrow_scan(1::POINTER, 2::POINTER, 3::POINTER)", "query:1:15", "the function arrow_scan is not for queries", "Name the table itself"},
		"query":                 {"SELECT * FROM query('SELECT 1')", "query:1:15", "the function query is not for queries", "Name the table itself"},
		"write":                 {"DELETE FROM pt.Issues", "query:1:1", "pt.Issues is read-only here: its rows cannot be deleted", "CREATE TABLE x AS FROM pt.Issues makes a copy"},
		"runtime":               {"SELECT CAST(\"Assigned to\" AS INTEGER) FROM pt.Issues", "query:1:8", "Could not convert string 'user0' to INT32", ""},
		"parameter":             {"SELECT ?", "", "the parameter ? has no value: 0 values were given", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ask(t.Context(), s, test.sql)
			var e *connector.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s = %v, want a connector.Error", test.sql, err)
			}
			if e.Place.String() != test.place || !strings.Contains(e.Error(), test.text) || !strings.HasPrefix(e.Hint, test.hint) || test.hint == "" && e.Hint != "" {
				t.Errorf("%s =\n%v\nhint %q\nwant %q at %q with hint %q", test.sql, e, e.Hint, test.text, test.place, test.hint)
			}
		})
	}
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Users"); got != "n\n10\n" {
		t.Errorf("the next query: %s", got)
	}
}

// TestErrorsBesideOwnThings makes mistakes in a session that has made things of
// its own, whose statements DuckDB refuses when they are run.
func TestErrorsBesideOwnThings(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "CREATE MACRO twice(x) AS 2 * x; CREATE TABLE harvest (a INT)")
	for sql, want := range map[string]string{
		"FROM pt.Isues":                           "Did you mean pt.Issues?",
		"FROM p.Issues":                           "Did you mean pt.Issues?",
		"FROM harvst":                             "Did you mean harvest?",
		"FROM zzzzzz":                             "Run SHOW ALL TABLES to list what there is.",
		"SELECT pt.Isues.Id FROM pt.Issues":       "Did you mean pt.Issues?",
		"SELECT TOP (5) Id FROM pt.Issues":        "Write LIMIT 5 at the end of the query.",
		"SELECT twice(Statuss) FROM pt.Issues":    "Did you mean Status?",
		`SELECT Id FROM Issues WHERE Status="Up"`: "Write 'Up' for a text: double quotes are for names.",
	} {
		if _, err := ask(t.Context(), s, sql); err == nil || connector.HintOf(err) != want || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s = %v, hint %q, want %q", sql, err, connector.HintOf(err), want)
		}
	}
}

func TestListLiteralNotice(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	tests := map[string]struct{ sql, want string }{
		"columns":          {"SELECT [Id], Status, [Status] AS s FROM pt.Issues", "Id Status"},
		"of a call":        {"SELECT count([Status]), count(DISTINCT [Id]), len([Status]) FROM pt.Issues GROUP BY [Status]", "Status Id Status Status"},
		"null":             {"SELECT 1 FROM pt.Issues WHERE [Status] IS NULL", "Status"},
		"case":             {"SELECT CASE WHEN Id > 1 THEN [Status] ELSE [担当者] END FROM pt.Issues ORDER BY [Id]", "Status 担当者 Id"},
		"two columns":      {"SELECT 1 FROM pt.Issues WHERE [Status] = [担当者]", "Status"},
		"elements":         {"SELECT [1,2][Id], (['a'])[Id], [1, 2, 3][1] FROM pt.Issues", ""},
		"lists":            {"SELECT [], [1], [Id, Id], ['a'], [NULL], [true], [\"Id\"], [Id + 1], [[Id]], [x FOR x IN [1]], 1::INT FROM pt.Issues", ""},
		"types":            {"SELECT NULL::INT[], CAST(NULL AS VARCHAR[3]) FROM pt.Issues", ""},
		"functions":        {"SELECT list_contains([Id], 3), array_to_string([Status], ','), unnest([Id]), list_transform([1], lambda x: [x]) FROM pt.Issues", ""},
		"operators":        {"SELECT [Id] || [1], [1] = [Id], [Id]::BIGINT[], [Id][1], ARRAY[Id] FROM pt.Issues WHERE Id IN [Id] AND Id = ANY([Id])", ""},
		"maps and structs": {"SELECT MAP {'a': [Id]}, {'a': [Id]}, MAP([Id], [Status]) FROM pt.Issues", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for result, err := range s.Run(t.Context(), test.sql, nil) {
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for _, n := range result.Notices() {
					name := strings.TrimPrefix(strings.TrimSuffix(n.Hint, `" for the column.`), `Write "`)
					if n.Code != "list-literal" || !strings.HasPrefix(n.Text, "["+name+"] is a list of one value, not the column ") {
						t.Errorf("notice %+v", n)
					}
					names = append(names, name)
				}
				if got := strings.Join(names, " "); got != test.want {
					t.Errorf("%s warns of %q, want %q", test.sql, got, test.want)
				}
			}
		})
	}
}
