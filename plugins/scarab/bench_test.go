package scarab_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/trackql/trackql/connector"
)

// benchIssues make a document of about 50 MB.
const benchIssues = 4800

// BenchmarkScan reads a generated document of about 50 MB in several ways, and
// decodes it with encoding/xml for comparison.
func BenchmarkScan(b *testing.B) {
	path := filepath.Join(b.TempDir(), "issues.xml")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	generate(b, f, benchIssues)
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	src := open(b, "Path="+path)
	tables(b, src)
	eq := func(column, value string) []connector.Predicate {
		return []connector.Predicate{{Column: column, Op: connector.Eq, Values: []connector.Value{connector.TextOf(value)}}}
	}
	requests := []struct {
		name string
		req  connector.ScanRequest
	}{
		{"status", connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "Status"}}},
		{"ids", connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}}},
		{"one-issue", connector.ScanRequest{Table: "Activities", Columns: []string{"Id", "NewValue"}, Where: eq("IssueId", "7")}},
		{"issues", connector.ScanRequest{Table: "Issues", Columns: columnNames(b, src, "Issues")}},
		{"activities", connector.ScanRequest{Table: "Activities", Columns: columnNames(b, src, "Activities")}},
		{"comments", connector.ScanRequest{Table: "Comments", Columns: columnNames(b, src, "Comments")}},
		{"warnings", connector.ScanRequest{Table: "Warnings", Columns: columnNames(b, src, "Warnings")}},
	}
	for _, r := range requests {
		b.Run(r.name, func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				drain(b, src, r.req)
			}
		})
	}
	b.Run("light-pass", func(b *testing.B) {
		b.SetBytes(info.Size())
		b.ReportAllocs()
		for b.Loop() {
			tables(b, open(b, "Path="+path))
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.SetBytes(info.Size())
		b.ReportAllocs()
		for b.Loop() {
			decode(b, path)
		}
	})
}

func columnNames(t testing.TB, src connector.Source, name string) []string {
	tbl := table(t, src, name)
	return tbl.ColumnNames()
}

// drain reads a scan without looking at its rows.
func drain(t testing.TB, src connector.Source, req connector.ScanRequest) (rows int64) {
	t.Helper()
	reader, err := src.Scan(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	for reader.Next() {
		rows += reader.RecordBatch().NumRows()
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// decode reads a document by the tokens of encoding/xml.
func decode(t testing.TB, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := xml.NewDecoder(f)
	for {
		_, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
