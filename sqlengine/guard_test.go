package sqlengine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

func TestGuarded(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := connector.QuoteText(secret)
	refused := []string{
		"FROM read_text(" + file + ")", "FROM read_csv(" + file + ")", "FROM " + file, "FROM glob('/*')",
		"COPY (SELECT 1) TO " + file, "COPY (SELECT 1 AS a) TO " + file + " (FORMAT parquet)",
		"CREATE TABLE own AS FROM read_csv(" + file + ")", "CREATE VIEW own AS FROM read_csv(" + file + ")",
		"ATTACH " + file + " AS f", "ATTACH ':memory:' AS f", "DETACH trackql", "EXPORT DATABASE '/tmp/x'", "IMPORT DATABASE '/tmp/x'",
		"SET enable_external_access = true", "SET GLOBAL threads = 1", "set session timezone = 'UTC'", "RESET threads",
		"SET allowed_paths = [" + file + "]", "PRAGMA threads = 4", "PRAGMA enable_profiling", "CHECKPOINT", "VACUUM",
		"INSTALL httpfs", "LOAD httpfs", "CREATE SECRET s (TYPE http)", "CREATE OR REPLACE SECRET s (TYPE http)",
		"CREATE OR REPLACE PERSISTENT SECRET s (TYPE http)", "CREATE PERSISTENT SECRET IF NOT EXISTS s (TYPE http)",
		"DROP SECRET s", "DROP PERSISTENT SECRET IF EXISTS s", "UPDATE EXTENSIONS", "UPDATE EXTENSIONS (httpfs)",
		"CALL enable_logging()", "FROM enable_profiling()", "PREPARE p AS SELECT 1", "EXPLAIN ANALYZE COPY (SELECT 1) TO " + file,
		"FROM query('SELECT 1')", "FROM duckdb_secrets() s, read_blob(" + file + ")",
	}
	allowed := []string{
		"SELECT 1", "(SELECT 1)", "CREATE TABLE own AS SELECT 1 AS a", "CREATE OR REPLACE TEMP TABLE secret AS SELECT 1 AS a",
		"SET VARIABLE max_requests = 5", "RESET VARIABLE max_requests",
		"SHOW ALL TABLES", "DESCRIBE SELECT 1", "SELECT secret FROM (SELECT 1 AS secret)", "EXPLAIN SELECT 1", "USE main", "PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)",
		"SELECT count(*) FROM (SELECT a FROM range(3000000) t(a) ORDER BY hash(a))", // more than fits into memory
	}
	e, err := sqlengine.Open(t.Context(), sqlengine.Config{Guarded: true, MemoryLimit: "60MB", SpillDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	run := func(text string) error {
		s, err := e.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		for result, err := range s.Run(t.Context(), text, nil) {
			if err != nil {
				return err
			}
			for result.Next() {
			}
			if err := result.Err(); err != nil {
				return err
			}
		}
		return nil
	}
	for _, text := range refused {
		if err := run(text); err == nil {
			t.Errorf("%s is done", text)
		}
		if got, err := os.ReadFile(secret); err != nil || string(got) != "a\n1\n" {
			t.Fatalf("%s has changed a file: %q, %v", text, got, err)
		}
	}
	for _, text := range allowed {
		if err := run(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
