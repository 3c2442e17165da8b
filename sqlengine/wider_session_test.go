package sqlengine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// bl is a session over fields, with what a test changes of it.
func bl(t *testing.T, source connector.Source, change func(*sqlengine.Config)) *sqlengine.Session {
	return engine(t, source, func(cfg *sqlengine.Config) {
		cfg.Sources[0].Name = "bl"
		if change != nil {
			change(cfg)
		}
	})
}

// TestFurtherColumnsStay asks one statement after the other: what was told is
// not asked again, and names keep their places.
func TestFurtherColumnsStay(t *testing.T) {
	source := fields()
	s := bl(t, source, nil)
	steps := []struct{ sql, want, widens string }{
		{"FROM bl.Issues WHERE Id = 3 AND Project = 'PT'", "Id|Project|Summary|Budget|Due\n3|PT|issue 3|1.5|2026-01-31\n", "Issues & Id = 3 & Project = 'PT'"},
		{"FROM bl.Issues WHERE Project = 'PT' AND Id = 3", "Id|Project|Summary|Budget|Due\n3|PT|issue 3|1.5|2026-01-31\n", ""},
		{"FROM bl.Issues WHERE Project = 'PT' AND Id = 3 AND Budget > 1", "Id|Project|Summary|Budget|Due\n3|PT|issue 3|1.5|2026-01-31\n", ""},
		{"SELECT Budget, count(*) AS n FROM bl.Issues WHERE Project = 'QA' GROUP BY ALL", "Budget|n\n∅|4\n", ""},
		{"SELECT count(*) AS n FROM bl.Issues WHERE Budget >= 1.5", "n\n3\n", ""},
		{"FROM bl.Issues WHERE Project = 'QA' LIMIT 1", "Id|Project|Summary|Budget|Due|Team|Labels\n1|QA|issue 1|∅|∅|blue|[\"a\",\"b\"]\n", "Issues & Project = 'QA'"},
		{"FROM bl.Issues WHERE Project = 'OPS' LIMIT 1", "Id|Project|Summary|Budget|Due|Team|Labels\n2|OPS|issue 2|∅|∅|∅|∅\n", "Issues & Project = 'OPS'"},
		{"FROM bl.Issues ORDER BY Id LIMIT 1", "Id|Project|Summary|Budget|Due|Team|Labels\n0|PT|issue 0|0|2026-01-31|∅|∅\n", "Issues"},
		{"FROM bl.Issues WHERE Project IN ('PT', 'QA') AND Team = 'red' LIMIT 1", "Id|Project|Summary|Budget|Due|Team|Labels\n4|QA|issue 4|∅|∅|red|[\"a\"]\n", ""},
	}
	for _, step := range steps {
		source.Forget()
		if got := mustAsk(t, s, step.sql); got != step.want {
			t.Errorf("%s = %s\nwant %s", step.sql, got, step.want)
		}
		if got := widens(source); got != step.widens {
			t.Errorf("%s widened %q, want %q", step.sql, got, step.widens)
		}
		for _, request := range source.Requests() {
			if strings.Contains(strings.Join(request.Columns, " "), "trackql") {
				t.Errorf("%s asked for %q", step.sql, request.Columns)
			}
		}
	}
}

// TestFurtherColumnsAreRead reads them in every way in which tables are.
func TestFurtherColumnsAreRead(t *testing.T) {
	tests := map[string]struct{ sql, want string }{
		"kept for two reads": {"SELECT a.Id, b.Team FROM bl.Issues a JOIN bl.Issues b ON a.Id = b.Id + 2 WHERE a.Budget > 4", "Id|Team\n9|blue\n"},
		"all, kept":          {"SELECT a.*, b.Id FROM bl.Issues a JOIN bl.Issues b ON a.Id = b.Id + 3 WHERE a.Id = 6", "Id|Project|Summary|Budget|Due|Team|Labels|Id\n6|PT|issue 6|3|2026-01-31|∅|∅|3\n"},
		"a dynamic filter":   {"SELECT i.Team, p.Name FROM bl.Projects p JOIN bl.Issues i ON i.Project = p.Key WHERE p.Name = 'Quality' AND i.Id < 5 ORDER BY ALL", "Team|Name\nblue|Quality\nred|Quality\n"},
		"keys of it":         {"SELECT p.Name FROM bl.Issues i JOIN bl.Projects p ON p.Key = i.Project WHERE i.Team = 'red' LIMIT 1", "Name\nQuality\n"},
		"counted":            {"SELECT count(*) AS n FROM bl.Issues WHERE Team = 'red'", "n\n2\n"},
		"limited":            {"SELECT Id FROM bl.Issues WHERE Team = 'red' LIMIT 1", "Id\n4\n"},
		"recursive":          {"WITH RECURSIVE r AS (SELECT 0 AS Id UNION ALL SELECT i.Id FROM r JOIN bl.Issues i ON i.Id = r.Id + 3 AND i.Budget > 0) SELECT max(Id) AS m FROM r", "m\n9\n"},
		"a copy":             {"CREATE TABLE x AS FROM bl.Issues; INSERT INTO x FROM bl.Issues WHERE Project = 'PT'; SELECT count(Budget) AS n FROM x", "n\n8\n"},
		"a list":             {"SELECT l, count(*) AS n FROM (SELECT unnest(Labels) AS l FROM bl.Issues) GROUP BY ALL ORDER BY ALL", "l|n\na|4\nb|2\n"},
		"without a plan":     {"SET VARIABLE n = (SELECT sum(Budget) FROM bl.Issues); SELECT getvariable('n') AS n", "n\n9\n"},
		"prepared before":    {"PREPARE p AS SELECT count(*) AS n FROM bl.Projects; FROM bl.Issues LIMIT 0; EXECUTE p", "Id|Project|Summary|Budget|Due|Team|Labels\nn\n3\n"},
		"parameters":         {"SELECT Id FROM bl.Issues WHERE Budget = 1.5", "Id\n3\n"},
	}
	for name, test := range tests {
		for _, pushdown := range []string{"pushed down", "not pushed down"} {
			t.Run(name+", "+pushdown, func(t *testing.T) {
				s := bl(t, fields(), func(cfg *sqlengine.Config) { cfg.NoPushdown = pushdown != "pushed down" })
				if got := mustAsk(t, s, test.sql); got != test.want {
					t.Errorf("%s = %s\nwant %s", test.sql, got, test.want)
				}
				if got := mustAsk(t, s, test.sql[strings.LastIndexByte(test.sql, ';')+1:]); !strings.HasSuffix(test.want, got) {
					t.Errorf("%s, again = %s\nwant %s", test.sql, got, test.want)
				}
			})
		}
	}
}

// TestFurtherColumnsOfSavedViews reads them through views: of the configuration.
func TestFurtherColumnsOfSavedViews(t *testing.T) {
	views := []sqlengine.View{
		{Name: "All", SQL: "SELECT * FROM bl.Issues"},
		{Name: "Rich", SQL: "SELECT Id, Budget AS b FROM bl.Issues WHERE Project = 'PT' AND Budget > 2"},
		{Name: "Teams", SQL: "SELECT Team FROM \"All\" WHERE Project = 'QA'"},
		{Name: "Broken", SQL: "SELECT Budgett FROM bl.Issues WHERE Project = 'PT'"},
	}
	tests := map[string]struct{ sql, want, widens string }{
		"fixed":             {"SELECT max(Id) AS m FROM \"All\"", "m\n11\n", ""},
		"star":              {"FROM \"All\" WHERE Project = 'PT' AND Id = 3", "Id|Project|Summary|Budget|Due\n3|PT|issue 3|1.5|2026-01-31\n", "Issues & Id = 3 & Project = 'PT'"},
		"a column":          {"SELECT Team FROM \"All\" WHERE Id = 4", "Team\nred\n", "Issues & Id = 4"},
		"of the view":       {"SELECT sum(b) AS s FROM Rich", "s\n7.5\n", "Issues & Project = 'PT'"},
		"of a view in it":   {"SELECT DISTINCT Team FROM Teams ORDER BY 1", "Team\nblue\nred\n", "Issues & Project = 'QA'"},
		"of the catalog":    {"SELECT count(*) AS n FROM information_schema.columns WHERE table_name = 'All'", "n\n7\n", "Issues & Project = 'PT'; Issues & Project = 'QA'; Issues"},
		"described":         {"SELECT column_name FROM (DESCRIBE Teams)", "column_name\nTeam\n", "Issues"},
		"one that is wrong": {"FROM Broken", "invalid: view Broken: Referenced column \"Budgett\" not found in FROM clause (Did you mean Budget?)", "Issues & Project = 'PT'; Issues"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := fields()
			s := bl(t, source, func(cfg *sqlengine.Config) { cfg.Views = views })
			got, err := ask(t.Context(), s, test.sql)
			if err != nil {
				got = connector.KindOf(err).String() + ": " + err.Error() + " (" + connector.HintOf(err) + ")"
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.sql, diff)
			}
			if diff := cmp.Diff(test.widens, widens(source)); diff != "" {
				t.Errorf("%s: widened (-want +got):\n%s", test.sql, diff)
			}
		})
	}
}

// TestFurtherColumnsMisspelled checks what a person reads, and that no request is
// made for what the fixed columns tell.
func TestFurtherColumnsMisspelled(t *testing.T) {
	tests := map[string]struct{ sql, want, widens string }{
		"a further one":        {"SELECT Id,\n  Budgett FROM bl.Issues WHERE Project = 'PT'", "query:2:3: Referenced column \"Budgett\" not found in FROM clause (Did you mean Budget?)", "Issues & Project = 'PT'; Issues"},
		"a fixed one":          {"SELECT Summari FROM bl.Issues", "query:1:8: Referenced column \"Summari\" not found in FROM clause (Did you mean Summary?)", "Issues"},
		"nothing like it":      {"SELECT xyzzy FROM bl.Issues", "query:1:8: Referenced column \"xyzzy\" not found in FROM clause (Columns here are \"Summary\" …)", "Issues"},
		"of another table":     {"SELECT p.Nam FROM bl.Projects p JOIN bl.Issues i ON i.Project = p.Key", "query:1:8: Table \"p\" does not have a column named \"Nam\" (Did you mean Name?)", ""},
		"of another one alone": {"SELECT Nam FROM bl.Projects", "query:1:8: Referenced column \"Nam\" not found in FROM clause (Did you mean Name?)", ""},
		"a table":              {"SELECT * FROM bl.Isues", "query:1:15: Table with name Isues does not exist (Did you mean bl.Issues?)", ""},
		"an alias":             {"SELECT x.Id FROM bl.Issues i", "query:1:8: Referenced table \"x\" not found (Did you mean i?)", "Issues"},
		"a function":           {"SELECT uper(Summary) FROM bl.Issues", "query:1:8: Scalar Function with name uper does not exist (Did you mean upper?)", ""},
		"excluded":             {"SELECT * EXCLUDE (Budgett) FROM bl.Issues", "Column \"Budgett\" in EXCLUDE list not found in FROM clause ()", "Issues"},
		"in a write":           {"UPDATE bl.Issues SET Budget = 1", "query:1:1: bl.Issues is read-only here: its rows cannot be updated (CREATE TABLE x AS FROM bl.Issues makes a copy in this session, which can be changed.)", "Issues"},
		"under other names":    {"SELECT further FROM bl.Issues t (a, b, c, d)", "query:1:8: Referenced column \"further\" not found in FROM clause ()", ""},
		"too few columns":      {"SELECT * FROM bl.Issues UNION SELECT 1", "Set operations can only apply to expressions with the same number of result columns ()", "Issues"},
		"after a SET":          {"SET threads = 2; SELECT Budgett FROM bl.Issues", "query:1:25: Referenced column \"Budgett\" not found in FROM clause (Did you mean Budget?)", "Issues"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := fields()
			s := bl(t, source, nil)
			_, err := ask(t.Context(), s, test.sql)
			if err == nil {
				t.Fatalf("%s is no error", test.sql)
			}
			if diff := cmp.Diff(test.want, err.Error()+" ("+connector.HintOf(err)+")"); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.sql, diff)
			}
			if diff := cmp.Diff(test.widens, widens(source)); diff != "" {
				t.Errorf("%s: widened (-want +got):\n%s", test.sql, diff)
			}
		})
	}
}

// TestFurtherColumnsExplained shows nothing of what stands for them.
func TestFurtherColumnsExplained(t *testing.T) {
	for sql, want := range map[string]string{
		"EXPLAIN SELECT * FROM bl.Issues WHERE Project = 'PT' ORDER BY ALL LIMIT 2": "scan bl.Issues (Id, Project, Summary, Budget, Due)",
		"EXPLAIN ANALYZE SELECT COLUMNS('a') FROM bl.Issues WHERE Project = 'QA'":   "scan bl.Issues (Project, Summary, Team, Labels)",
		"EXPLAIN SELECT DISTINCT * FROM bl.Issues NATURAL JOIN bl.Issues i":         "scan bl.Issues (Id, Project, Summary, Budget, Due, Team, Labels)",
	} {
		got := mustAsk(t, bl(t, fields(), nil), sql)
		if !strings.Contains(got, want) || strings.Contains(got, "trackql: ") {
			t.Errorf("%s = %s\nwant %s in it", sql, got, want)
		}
	}
}

// TestFurtherColumnsFail tells why they cannot be known, and asks again.
func TestFurtherColumnsFail(t *testing.T) {
	broken := true
	source := fieldsWith(func(_ context.Context, call connectortest.Call) error {
		if call.Op == connectortest.WidenCall && broken {
			return connector.Errorf(connector.RateLimited, "too many requests").WithHint("Wait.")
		}
		return nil
	})
	s := bl(t, source, nil)
	for _, sql := range []string{"FROM bl.Issues", "SELECT Budget FROM bl.Issues", "DESCRIBE bl.Issues", "SET VARIABLE n = (SELECT sum(Budget) FROM bl.Issues)"} {
		broken = true
		_, err := ask(t.Context(), s, sql)
		if connector.KindOf(err) != connector.RateLimited || connector.HintOf(err) != "Wait." || !strings.Contains(err.Error(), "further columns of bl.Issues: ") {
			t.Errorf("%s = %v", sql, err)
		}
		if got := mustAsk(t, s, "SELECT count(*) AS n FROM bl.Issues"); got != "n\n12\n" {
			t.Errorf("after %s: %s", sql, got)
		}
	}
	broken = false
	if got := mustAsk(t, s, "SELECT Budget FROM bl.Issues WHERE Id = 3"); got != "Budget\n1.5\n" {
		t.Errorf("when it works again: %s", got)
	}
}

// TestNoWidener reads a table that says that it is wider, of a source that tells
// no further columns.
func TestNoWidener(t *testing.T) {
	s := bl(t, connectortest.Plain(fields()), nil)
	if got := mustAsk(t, s, "FROM bl.Issues WHERE Id = 3"); got != "Id|Project|Summary\n3|PT|issue 3\n" {
		t.Errorf("FROM bl.Issues = %s", got)
	}
}

// TestDescribeTable describes a table with all columns, where the catalog lists
// only those that take no request.
func TestDescribeTable(t *testing.T) {
	source := fields()
	s := bl(t, source, nil)
	catalog, err := s.Catalog(t.Context())
	if err != nil || len(catalog[0].Tables[0].Columns) != 3 || widens(source) != "" {
		t.Errorf("Catalog = %v, %v, and widened %q", catalog, err, widens(source))
	}
	table, err := s.Describe(t.Context(), "bl", "issues")
	if err != nil || len(table.Columns) != 7 || widens(source) != "Issues" {
		t.Errorf("Describe = %v, %v, and widened %q", table, err, widens(source))
	}
	if _, err := s.Describe(t.Context(), "bl", "Isues"); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Describe of no table = %v", err)
	}
	if got := mustAsk(t, s, "SELECT Team FROM bl.Issues WHERE Id = 1"); got != "Team\nblue\n" {
		t.Errorf("after Describe: %s", got)
	}
}

// TestOwn lists what the session has made, and asks for nothing.
func TestOwn(t *testing.T) {
	source := fields()
	s := bl(t, source, func(cfg *sqlengine.Config) {
		cfg.Views = []sqlengine.View{{Name: "All", SQL: "FROM bl.Issues"}, {Name: "Broken", SQL: "FROM nothing"}}
	})
	mustAsk(t, s, "CREATE TABLE x (n INT, s TEXT); CREATE TEMP TABLE y AS SELECT count(*) AS n FROM bl.Issues")
	want := []sqlengine.OwnTable{
		{Name: "All", View: true, Columns: []sqlengine.OwnColumn{{Name: "Id", Type: "BIGINT"}, {Name: "Project", Type: "VARCHAR"}, {Name: "Summary", Type: "VARCHAR"}}},
		{Name: "x", Columns: []sqlengine.OwnColumn{{Name: "n", Type: "INTEGER"}, {Name: "s", Type: "VARCHAR"}}},
		{Name: "y", Columns: []sqlengine.OwnColumn{{Name: "n", Type: "BIGINT"}}},
	}
	got, err := s.Own(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Own = %v (-want +got):\n%s", err, diff)
	}
	if got := widens(source); got != "" {
		t.Errorf("Own widened %q", got)
	}
}
