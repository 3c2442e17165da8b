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
	"github.com/google/go-cmp/cmp/cmpopts"

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
			if diff := cmp.Diff(test.want, source.Requests(),
				cmp.Comparer(func(a, b connector.Value) bool { return a == b }), cmpopts.IgnoreFields(connector.ScanRequest{}, "Statement")); diff != "" {
				t.Errorf("%s asked for (-want +got):\n%s", test.sql, diff)
			}
			if got := source.Pages(); got != test.pages {
				t.Errorf("%s pulled %d pages, want %d", test.sql, got, test.pages)
			}
		})
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
