package sqlengine_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

func TestSavedQueries(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Views = []sqlengine.View{
			{Name: "open_issues", SQL: "SELECT Id, \"Assigned to\" AS who FROM pt.Issues WHERE Status = 'Open'"},
			{Name: "open_by_team", SQL: "SELECT u.Team, count(*) AS n FROM open_issues o JOIN pt.Users u ON u.Name = o.who GROUP BY ALL"},
		}
	})
	if got := mustAsk(t, s, "SELECT sum(n)::BIGINT AS n FROM open_by_team"); got != "n\n334\n" {
		t.Errorf("saved query: %s", got)
	}
	if _, err := ask(t.Context(), s, "FROM open_isues"); connector.HintOf(err) != "Did you mean open_issues?" {
		t.Errorf("a misspelled saved query = %v (hint %q)", err, connector.HintOf(err))
	}
}

// TestBrokenSavedQueries has saved queries that cannot be: each is told with its
// place when it is used, every time, and disturbs nothing else.
func TestBrokenSavedQueries(t *testing.T) {
	at := func(line int) connector.Place { return connector.Place{File: "trackql.yaml", Line: line} }
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Views = []sqlengine.View{
			{Name: "whole", SQL: "SELECT Id FROM pt.Issues; -- all of them", Place: at(2)},
			{Name: "broken", SQL: "SELECT * FROM pt.Isues", Place: at(3)},
			{Name: "above", SQL: "SELECT * FROM broken", Place: at(4)},
			{Name: "Column", SQL: "SELECT Statuss FROM pt.Issues", Place: at(5)},
			{Name: "two", SQL: "SELECT 1 AS a; SELECT 2 AS a", Place: at(6)},
			{Name: "itself", SQL: "SELECT * FROM itself", Place: at(7)},
			{Name: "no query", SQL: "DROP TABLE x", Place: at(8)},
			{Name: "habit", SQL: "SELECT TOP 5 Id FROM pt.Issues", Place: at(9)},
			{Name: "Issues", SQL: "SELECT nothing", Place: at(10)},
			{Name: "empty", SQL: " -- later", Place: at(11)},
		}
	})
	told := map[string]struct{ text, hint string }{
		"FROM broken":                   {"trackql.yaml:3: view broken: Table with name Isues does not exist", "Did you mean pt.Issues?"},
		"DESCRIBE broken":               {"trackql.yaml:3: view broken: Table with name Isues does not exist", "Did you mean pt.Issues?"},
		"FROM above":                    {"trackql.yaml:3: view broken: Table with name Isues does not exist", "Did you mean pt.Issues?"},
		`SELECT a FROM "column"`:        {`trackql.yaml:5: view "Column": Referenced column "Statuss" not found in FROM clause`, "Did you mean Status?"},
		"SELECT count(*) FROM two":      {"trackql.yaml:6: view two: it holds 2 statements", "A saved query is one SELECT."},
		"FROM itself":                   {"trackql.yaml:7: view itself: Table with name itself does not exist", "Run SHOW ALL TABLES to list what there is."},
		`SUMMARIZE "no query"`:          {`trackql.yaml:8: view "no query": syntax error at or near "DROP"`, "Mend the saved query where it was written, under views."},
		"FROM habit":                    {`trackql.yaml:9: view habit: syntax error at or near "5"`, "Write LIMIT 5 at the end of the query."},
		"FROM Issues":                   {`trackql.yaml:10: view Issues: Referenced column "nothing" was not found because the FROM clause is missing`, "Mend the saved query where it was written, under views."},
		"PIVOT two ON a USING count(*)": {"trackql.yaml:6: view two: it holds 2 statements", "A saved query is one SELECT."},
		"FROM empty":                    {"trackql.yaml:11: view empty: it holds 0 statements", "A saved query is one SELECT."},
	}
	for range 2 {
		for sql, want := range told {
			_, err := ask(t.Context(), s, sql)
			if err == nil || err.Error() != want.text || connector.HintOf(err) != want.hint {
				t.Errorf("%s =\n%v\nhint %q, want\n%s\nhint %q", sql, err, connector.HintOf(err), want.text, want.hint)
			}
		}
		for sql, want := range map[string]string{
			"SELECT count(*) AS n FROM whole":                                                        "n\n1000\n",
			"SELECT count(*) AS two FROM pt.Users broken":                                            "two\n10\n",
			"SELECT count(*) AS n FROM pt.Issues":                                                    "n\n1000\n",
			"SELECT count(*) AS n FROM (PIVOT pt.Users ON Team USING count(*) AS two GROUP BY Name)": "n\n10\n",
		} {
			if got := mustAsk(t, s, sql); got != want {
				t.Errorf("%s = %s", sql, got)
			}
		}
	}
	for _, sql := range []string{"SHOW TABLES", "SELECT DISTINCT view_name AS name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"} {
		for result, err := range s.Run(t.Context(), sql, nil) {
			if err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			notices := result.Notices()
			if len(notices) != 9 || notices[0].Code != "broken-view" || notices[0].Place != at(3) ||
				notices[0].Text != "view broken: Table with name Isues does not exist" || notices[0].Hint != "Did you mean pt.Issues?" {
				t.Errorf("%s: notices %+v, want one of each broken view", sql, notices)
			}
		}
	}
}

func TestMemoryLimitSpills(t *testing.T) {
	spill := t.TempDir()
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.MemoryLimit, cfg.SpillDir = "60MB", spill })
	got := mustAsk(t, s, "SELECT count(*) AS n FROM (SELECT range AS a, md5(range::VARCHAR) AS b FROM range(2000000) ORDER BY b)")
	if got != "n\n2000000\n" {
		t.Errorf("a sort beyond the memory limit = %s", got)
	}
	mustAsk(t, s, "CREATE TABLE big AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(2000000)")
	entries, err := os.ReadDir(spill)
	if err != nil || len(entries) == 0 {
		t.Errorf("nothing was spilled: %v %v", entries, err)
	}
	if _, err := sqlengine.Open(t.Context(), sqlengine.Config{MemoryLimit: "lots"}); err != nil {
		t.Fatal(err)
	}
}

// TestThreads looks at the number of threads that work on statements: one where
// they would wait for a source, since the others would take a core each meanwhile.
func TestThreads(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.Threads = 3 })
	const threads = "SELECT current_setting('threads') AS n"
	for _, step := range []struct{ sql, want string }{
		{threads, "n\n3\n"},
		{threads + ", count(DISTINCT Name) AS last FROM pt.Users", "n|last\n1|10\n"},
		{threads + ", count(DISTINCT Name) AS last FROM pt.Users", "n|last\n1|10\n"},
		{threads, "n\n3\n"},
		{"SET threads = 5", ""},
		{threads + " FROM pt.Issues WHERE Id = 1", "n\n1\n"},
		{threads, "n\n5\n"},
	} {
		if got := mustAsk(t, s, step.sql); got != step.want {
			t.Errorf("%s = %q, want %q", step.sql, got, step.want)
		}
	}
}

func TestTimezone(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	for name, zone := range map[string]*time.Location{"name": tokyo, "offset": time.FixedZone("+09:00", 9*3600)} {
		t.Run(name, func(t *testing.T) {
			s := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.Timezone = zone })
			if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues WHERE date_trunc('day', Created) = DATE '1970-01-02'"); got != "n\n24\n" {
				t.Errorf("issues of a day in Tokyo = %s", got)
			}
			if got := mustAsk(t, s, "SELECT strftime(Created, '%H') AS h FROM pt.Issues WHERE Id = 0"); got != "h\n09\n" {
				t.Errorf("hour in Tokyo = %s", got)
			}
		})
	}
}

func TestReservedNames(t *testing.T) {
	for _, name := range []string{"main", "TEMP", "system", "information_schema", "pg_catalog", "trackql", "Trackql_Plan"} {
		_, err := sqlengine.Open(t.Context(), sqlengine.Config{Sources: []sqlengine.NamedSource{{Name: name}}})
		if connector.KindOf(err) != connector.Invalid {
			t.Errorf("a source named %s = %v, want Invalid", name, err)
		}
	}
}

func TestAttachedLikeASource(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	if _, err := ask(t.Context(), s, "ATTACH ':memory:' AS PT"); connector.KindOf(err) != connector.Invalid {
		t.Errorf("ATTACH as a source's name = %v", err)
	}
	if got := mustAsk(t, s, "ATTACH ':memory:' AS other; CREATE TABLE other.x AS SELECT 7 AS a; SELECT a, count(*) AS n FROM other.x JOIN pt.Users ON true GROUP BY a"); got != "a|n\n7|10\n" {
		t.Errorf("another database = %s", got)
	}
}

func TestCatalogShowsNothingOfOurs(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "SELECT 1 FROM pt.Issues LIMIT 1; CREATE VIEW mine AS SELECT 1 AS a")
	for sql, want := range map[string]string{
		"SELECT table_catalog || '.' || table_schema || '.' || table_name AS t FROM information_schema.tables ORDER BY t": "t\ntrackql.main.mine\ntrackql.pt.Comments\ntrackql.pt.Issues\ntrackql.pt.Users\n",
		"SHOW DATABASES":      "database_name\ntrackql\n",
		"SHOW TABLES FROM pt": "name\nComments\nIssues\nUsers\n",
		"SELECT count(*) AS n FROM duckdb_columns() WHERE schema_name = 'pt'":                                                  "n\n9\n",
		"SELECT count(*) AS n FROM duckdb_tables()":                                                                            "n\n0\n",
		"SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'pt' ORDER BY ALL":                                      "view_name|sql\nComments|∅\nIssues|∅\nUsers|∅\n",
		"SELECT view_name, sql FROM duckdb_views WHERE view_name = 'mine'":                                                     "view_name|sql\nmine|CREATE VIEW mine AS SELECT 1 AS a;\n",
		"SELECT name, sql FROM sqlite_master ORDER BY 1":                                                                       "name|sql\nComments|∅\nIssues|∅\nUsers|∅\nmine|CREATE VIEW mine AS SELECT 1 AS a;\n",
		"SELECT count(*) AS n FROM information_schema.views WHERE view_definition LIKE '%trackql%'":                            "n\n0\n",
		"SELECT count(*) AS n FROM pg_catalog.pg_views WHERE definition LIKE '%trackql%'":                                      "n\n0\n",
		"SELECT count(*) AS n FROM duckdb_functions() WHERE function_name LIKE 'trackql%' OR function_name = 'duckdb_schemas'": "n\n1\n",
		"SELECT count(*) AS n FROM pg_catalog.pg_proc WHERE proname LIKE 'trackql%'":                                           "n\n0\n",
		"SELECT name FROM pragma_database_list":                                                                                "name\ntrackql\n",
	} {
		if got := mustAsk(t, s, sql); got != want {
			t.Errorf("%s =\n%swant\n%s", sql, got, want)
		}
	}
}

// closedSource fails where anyone asks for its tables.
type closedSource struct{ connector.Source }

func (closedSource) Tables(context.Context) ([]connector.Table, error) {
	return nil, connector.Errorf(connector.Unavailable, "the other tracker is down")
}

func TestOtherSourcesAreNotAsked(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Sources = append(cfg.Sources, sqlengine.NamedSource{Name: "down", Connector: "memory", Source: closedSource{}})
		cfg.Views = []sqlengine.View{{Name: "people", SQL: "SELECT * FROM pt.Users"}}
	})
	for _, sql := range []string{"SELECT count(*) AS n FROM pt.Users", "SELECT count(*) AS n FROM people", "SELECT count(*) AS n FROM (PIVOT pt.Users ON Team USING count(*) GROUP BY Name)"} {
		if got := mustAsk(t, s, sql); got != "n\n10\n" {
			t.Errorf("%s = %s", sql, got)
		}
	}
	if _, err := ask(t.Context(), s, "FROM down.Users"); connector.KindOf(err) != connector.Unavailable {
		t.Errorf("a source that is down = %v", err)
	}
}

func TestSavedQueryNamedLikeASourcesTable(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Views = []sqlengine.View{{Name: "users", SQL: "SELECT Name FROM pt.Users WHERE Team = 'team1'"}}
	})
	for sql, want := range map[string]string{
		"SELECT count(*) AS n FROM pt.Users": "n\n10\n",
		"SELECT count(*) AS n FROM Users":    "n\n5\n",
	} {
		mustAsk(t, s, "SELECT count(*) FROM pt.Users WHERE Name = 'user1'")
		if got := mustAsk(t, s, sql); got != want {
			t.Errorf("%s = %s", sql, got)
		}
	}
	if got := mustAsk(t, s, "CREATE VIEW Issues AS SELECT Id FROM pt.Issues WHERE Id < 4; SELECT count(*) AS n FROM Issues"); got != "n\n4\n" {
		t.Errorf("a view named like the table that it reads = %s", got)
	}
}

func TestLocalTableNamedLikeASources(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "CREATE TABLE main.Issues AS SELECT 2000 AS Id, 7 AS Other; CREATE VIEW Users AS SELECT 'user1' AS Name, 4 AS Other")
	if got := mustAsk(t, s, "SELECT i.Other, (SELECT Other FROM Users) AS o FROM Issues i WHERE i.Id = 2000"); got != "Other|o\n7|4\n" {
		t.Errorf("local tables = %s", got)
	}
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM Issues i FULL JOIN pt.Comments c ON c.IssueId = i.Id - 1999 WHERE i.Id IN (2000)"); got != "n\n5\n" {
		t.Errorf("join with a local table = %s", got)
	}
}

// TestDaysAndTimes compares days of a stored table with times, at the edge of a
// day that is another one in UTC.
func TestDaysAndTimes(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.Timezone = time.FixedZone("+09:00", 9*3600) })
	mustAsk(t, s, "CREATE TABLE days AS SELECT DATE '2024-10-01' AS Day UNION ALL SELECT DATE '2025-01-01'")
	for sql, want := range map[string]string{
		"SELECT count(*) AS n FROM days WHERE Day < TIMESTAMPTZ '2024-10-01 00:00:00+00'":    "n\n1\n",
		"SELECT count(*) AS n FROM days WHERE Day = TIMESTAMPTZ '2024-09-30 15:00:00+00'":    "n\n1\n",
		"SELECT Day < TIMESTAMPTZ '2024-10-01 00:00:00+00' AS before FROM days ORDER BY Day": "before\n1\n0\n",
	} {
		if got := mustAsk(t, s, sql); got != want {
			t.Errorf("%s = %q, want %q", sql, got, want)
		}
	}
}
