package sqlengine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// tracker is a source of issues, users and comments, with what a test changes
// of it.
func tracker(change func(*connectortest.MemoryConfig)) *connectortest.Memory {
	text, integer, moment := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	exact := func(t arrow.DataType) connector.Filters { return connectortest.Every(t, connector.Exact) }
	issues := connectortest.MemoryTable{
		Table: connector.Table{
			Name: "Issues", Doc: "Issues, one a row.", Key: []string{"Id"}, Rows: 1000, StopsAtLimit: true,
			Columns: []connector.Column{
				{Name: "Id", Type: integer, Doc: "Its number.", Filters: exact(integer), Sortable: true},
				{Name: "Status", Type: text, Nullable: true, Doc: "Its state.", Filters: connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Inexact}},
				{Name: "Assigned to", Type: text, Nullable: true, Doc: "Who works on it."},
				{Name: "担当者", Type: text, Nullable: true, Doc: "The same, in Japanese.", Filters: exact(text)},
				{Name: "Created", Type: moment, Doc: "When it was made.", Filters: connector.Filters{connector.Ge: connector.Inexact, connector.Lt: connector.Exact}},
			},
		},
	}
	for i := range int64(1000) {
		issues.Rows = append(issues.Rows, []any{i, []any{"Open", "Closed", nil}[i%3], fmt.Sprint("user", i%10), fmt.Sprint("担当", i%7), time.UnixMicro(i * 3_600_000_000).UTC()})
	}
	users := connectortest.MemoryTable{
		Table: connector.Table{
			Name: "Users", Doc: "People.", Key: []string{"Name"}, Rows: 10,
			Columns: []connector.Column{
				{Name: "Name", Type: text, Doc: "The login.", Filters: exact(text)},
				{Name: "Team", Type: text, Doc: "The team.", Filters: exact(text)},
			},
		},
	}
	for i := range 10 {
		users.Rows = append(users.Rows, []any{fmt.Sprint("user", i), fmt.Sprint("team", i%2)})
	}
	comments := connectortest.MemoryTable{
		Table: connector.Table{
			Name: "Comments", Doc: "Comments of issues.", Rows: 5000,
			Columns: []connector.Column{
				{Name: "IssueId", Type: integer, Doc: "The issue.", Filters: connector.Filters{connector.In: connector.Exact, connector.Eq: connector.Exact}},
				{Name: "Text", Type: text, Doc: "What was said."},
			},
		},
	}
	for i := range int64(5000) {
		comments.Rows = append(comments.Rows, []any{i / 5, fmt.Sprint("comment ", i)})
	}
	cfg := connectortest.MemoryConfig{PageRows: 100, Tables: []connectortest.MemoryTable{issues, users, comments}}
	if change != nil {
		change(&cfg)
	}
	return connectortest.NewMemory(cfg)
}

// engine opens a session over one tracker named pt.
func engine(t testing.TB, source connector.Source, change func(*sqlengine.Config)) *sqlengine.Session {
	t.Helper()
	cfg := sqlengine.Config{Timezone: time.UTC, Sources: []sqlengine.NamedSource{{Name: "pt", Connector: "memory", Source: source}}}
	if change != nil {
		change(&cfg)
	}
	e, err := sqlengine.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), e.Close(), source.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask runs a text and returns the answers' rows as text: a row a line, values
// separated by |, "∅" for NULL, and what they were called before them.
func ask(ctx context.Context, s *sqlengine.Session, sql string, params ...connector.Value) (string, error) {
	var out strings.Builder
	for result, err := range s.Run(ctx, sql, params) {
		if err != nil {
			return out.String(), err
		}
		if result.Kind() == sqlengine.Done {
			continue
		}
		for i, field := range result.Schema().Fields() {
			if i > 0 {
				out.WriteString("|")
			}
			out.WriteString(field.Name)
		}
		out.WriteString("\n")
		for result.Next() {
			batch := result.RecordBatch()
			for row := range int(batch.NumRows()) {
				for i, column := range batch.Columns() {
					if i > 0 {
						out.WriteString("|")
					}
					if column.IsNull(row) {
						out.WriteString("∅")
					} else {
						out.WriteString(column.ValueStr(row))
					}
				}
				out.WriteString("\n")
			}
		}
		if err := result.Err(); err != nil {
			return out.String(), err
		}
	}
	return out.String(), nil
}

func mustAsk(t testing.TB, s *sqlengine.Session, sql string, params ...connector.Value) string {
	t.Helper()
	got, err := ask(t.Context(), s, sql, params...)
	if err != nil {
		t.Fatalf("%s: %v (hint: %s)", sql, err, connector.HintOf(err))
	}
	return got
}

func TestQueries(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	tests := map[string]struct{ sql, want string }{
		"count":              {"SELECT count(*) AS n FROM pt.Issues", "n\n1000\n"},
		"without schema":     {"SELECT count(*) AS n FROM Issues WHERE Status = 'Open'", "n\n334\n"},
		"text for a number":  {"SELECT Id, Status FROM pt.Issues WHERE Id = '3'", "Id|Status\n3|Open\n"},
		"spelling":           {"SELECT ID, status AS s, \"assigned TO\" FROM pt.Issues WHERE Id = 1", "ID|s|assigned TO\n1|Closed|user1\n"},
		"spelling and star":  {"SELECT ID, u.*, STATUS FROM pt.Issues i JOIN pt.Users u ON u.Name = i.\"Assigned to\" WHERE Id = 1", "ID|Name|Team|STATUS\n1|user1|team1|Closed\n"},
		"join":               {"SELECT u.Team, count(*) AS n FROM pt.Issues i JOIN pt.Users u ON u.Name = i.\"Assigned to\" GROUP BY ALL ORDER BY 1", "Team|n\nteam0|500\nteam1|500\n"},
		"self join":          {"SELECT count(*) AS n FROM pt.Issues a JOIN pt.Issues b ON a.Id = b.Id + 1", "n\n999\n"},
		"japanese":           {"SELECT count(*) AS n FROM pt.Issues WHERE 担当者 = '担当3'", "n\n143\n"},
		"recursive":          {"WITH RECURSIVE r AS (SELECT Id FROM pt.Issues WHERE Id = 1 UNION ALL SELECT i.Id FROM r JOIN pt.Issues i ON i.Id = r.Id * 2 AND i.Id < 100) SELECT max(Id) AS m FROM r", "m\n64\n"},
		"pivot in":           {"PIVOT (SELECT Status FROM pt.Issues) ON Status IN ('Open', 'Closed') USING count(*)", "Open|Closed\n334|333\n"},
		"pivot":              {"PIVOT (SELECT Team, Name FROM pt.Users) ON Team USING count(*) GROUP BY Name ORDER BY 1 LIMIT 1", "Name|team0|team1\nuser0|1|0\n"},
		"several statements": {"CREATE TABLE x AS SELECT Id FROM pt.Issues WHERE Id < 3; INSERT INTO x VALUES (77); SELECT sum(Id)::BIGINT AS s FROM x; SELECT count(*) AS n FROM x JOIN pt.Issues USING (Id); DROP TABLE x", "s\n80\nn\n4\n"},
		"view of a session":  {"CREATE VIEW v AS SELECT Id AS n FROM pt.Issues WHERE Status = 'Open'; SELECT count(*) AS n FROM v WHERE n < 10; DROP VIEW v", "n\n4\n"},
		"macro":              {"CREATE MACRO twice(x) AS 2 * x; SELECT twice(Id) AS n FROM pt.Issues WHERE Id = 4", "n\n8\n"},
		"three parts":        {"SELECT count(*) AS n FROM trackql.pt.Issues WHERE Id > 990", "n\n9\n"},
		"temp table":         {"CREATE TEMP TABLE tt AS FROM pt.Users; SELECT count(*) AS n FROM tt", "n\n10\n"},
		"summarize":          {"SELECT column_name, \"count\" FROM (SUMMARIZE pt.Users)", "column_name|count\nName|10\nTeam|10\n"},
		"describe":           {"SELECT column_name, column_type FROM (DESCRIBE pt.Users)", "column_name|column_type\nName|VARCHAR\nTeam|VARCHAR\n"},
		"show tables":        {"SHOW ALL TABLES", "database|schema|name|column_names|column_types|temporary\n"},
		"other dialects":     {"SELECT ISNULL(NULL, 3) AS a, CHARINDEX('b', 'abc') AS b, DATEADD('day', 1, DATE '2024-01-31') AS c, DATEPART('yy', DATE '2024-01-31') AS d", "a|b|c|d\n3|2|2024-02-01T00:00:00|2024\n"},
		"bits":               {"SELECT '101'::BIT::VARCHAR AS b, count(*) AS n FROM pt.Users WHERE '101'::BIT = '101'::BIT", "b|n\n101|10\n"},
		"values":             {"VALUES (1), (2)", "col0\n1\n2\n"},
		"empty text":         {" ; -- nothing\n", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := mustAsk(t, s, test.sql)
			if name == "show tables" {
				if !strings.Contains(got, "trackql|pt|Issues") || strings.Contains(got, "plan") {
					t.Errorf("%s = %s", test.sql, got)
				}
				return
			}
			if got != test.want {
				t.Errorf("%s =\n%swant\n%s", test.sql, got, test.want)
			}
		})
	}
}

func TestUse(t *testing.T) {
	other := tracker(nil)
	defer other.Close()
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Sources = append(cfg.Sources, sqlengine.NamedSource{Name: "Other one", Connector: "memory", Source: other})
	})
	if _, err := ask(t.Context(), s, "SELECT 1 FROM Users"); connector.KindOf(err) != connector.NotFound {
		t.Errorf("a bare name with two sources = %v, want not found", err)
	}
	if got := mustAsk(t, s, `USE "Other one"; SELECT count(*) AS n FROM Users WHERE Name = 'user1'`); got != "n\n1\n" {
		t.Errorf("after USE: %s", got)
	}
	if got := len(other.Requests()) + len(other.Counts()); got != 1 {
		t.Errorf("the other source got %d requests, want 1", got)
	}
	if got := mustAsk(t, s, `SELECT count(*) AS n FROM pt.Users a JOIN "Other one".Users b USING (Name)`); got != "n\n10\n" {
		t.Errorf("two sources: %s", got)
	}
}

func TestPushdown(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	tests := map[string]struct {
		sql   string
		want  []connector.ScanRequest
		pages int
	}{
		"predicate and columns": {
			"SELECT Id FROM pt.Issues WHERE Id = '7'",
			[]connector.ScanRequest{{Table: "Issues", Columns: []string{"Id"}, Where: []connector.Predicate{{Column: "Id", Op: connector.Eq, Values: []connector.Value{connector.IntOf(7)}}}}},
			10,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source.Forget()
			mustAsk(t, s, test.sql)
			if diff := cmp.Diff(test.want, source.Requests(), cmp.Comparer(func(a, b connector.Value) bool { return a == b })); diff != "" {
				t.Errorf("%s asked for (-want +got):\n%s", test.sql, diff)
			}
			if got := source.Pages(); got != test.pages {
				t.Errorf("%s pulled %d pages, want %d", test.sql, got, test.pages)
			}
		})
	}
}

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
		"unknown catalog":       {"SELECT 1 FROM trackqll.pt.Issues", "", `Catalog "trackqll" does not exist`, ""},
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

func TestParameters(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	got := mustAsk(t, s, "SELECT Id, $2 AS x FROM pt.Issues WHERE Id = $1 LIMIT $3", connector.IntOf(5), connector.TextOf("it's"), connector.IntOf(3))
	if want := "Id|x\n5|it's\n"; got != want {
		t.Errorf("parameters = %s, want %s", got, want)
	}
	if got := source.Requests()[0].Where; len(got) != 1 || got[0].String() != "Id = 5" {
		t.Errorf("asked with %v, want Id = 5", got)
	}
	got = mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues WHERE Created >= ? AND Created < ?", connector.TimestampOf(3_600_000_000), connector.TextOf("1970-01-01 05:00:00Z"))
	if want := "n\n4\n"; got != want {
		t.Errorf("timestamps = %s, want %s", got, want)
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

// TestExplainLinks verifies which dynamic filters EXPLAIN foresees, and that
// those that are not used are told once for both ways.
func TestExplainLinks(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	const join = "SELECT count(*) FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id"
	neither := "no dynamic filter between pt.Issues and pt.Comments: neither is asked for few rows"
	both := "no dynamic filter between pt.Issues and pt.Comments: each is asked for few rows as it is"
	for sql, want := range map[string]string{
		"EXPLAIN " + join: neither,
		"EXPLAIN " + join + " WHERE i.Id IN (3, 5)":                                         "dynamic filter of pt.Comments: IssueId: source (exact), by Id of pt.Issues, fetched first, unless it has more than 1000 keys",
		"EXPLAIN " + join + " WHERE c.IssueId IN (3, 5) AND i.Id IN (3, 4)":                 both,
		"EXPLAIN " + join + " JOIN pt.Users u ON u.Name = i.\"Assigned to\" WHERE i.Id = 3": "dynamic filter of pt.Users: Name: source (exact), by \"Assigned to\" of pt.Issues, fetched first, unless it has more than 1000 keys; " + both,
		"EXPLAIN ANALYZE " + join:                                                           neither,
		"EXPLAIN ANALYZE " + join + " WHERE i.Id IN (3, 5)":                                 "dynamic filter of pt.Comments: IssueId: source (exact), 2 keys from pt.Issues",
	} {
		got := mustAsk(t, s, sql)
		var lines []string
		for line := range strings.Lines(got) {
			if strings.Contains(line, "dynamic filter") || strings.HasPrefix(line, "link ") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
		if told := strings.Join(lines, "; "); told != want {
			t.Errorf("%s =\n%swant %q", sql, got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	got := mustAsk(t, s, "EXPLAIN SELECT Id FROM pt.Issues WHERE Status = 'Open' AND lower(\"Assigned to\") = 'x'")
	for _, want := range []string{"scan pt.Issues", "Status = 'Open': source (exact)", "kept"} {
		if !strings.Contains(got, want) {
			t.Errorf("EXPLAIN = %s, want %q in it", got, want)
		}
	}
	got = mustAsk(t, s, "EXPLAIN ANALYZE SELECT count(*) FROM pt.Issues WHERE Status = 'Open'")
	if !strings.Contains(got, "counted pt.Issues: 334 rows, none read") {
		t.Errorf("EXPLAIN ANALYZE = %s", got)
	}
}
