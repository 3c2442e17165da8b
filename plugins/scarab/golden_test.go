package scarab_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden shows the whole content of the samples, table by table. What each
// sample is for stands at its top.
func TestGolden(t *testing.T) {
	tests := map[string]string{
		"plain":         "Path=testdata/plain.xml",
		"japanese":      "Path=testdata/japanese.xml",
		"japanese-list": "Path=testdata/japanese.xml;MultiValues=list",
		"odd":           "Path=testdata/odd.xml",
		"folder-none":   "Path=testdata/folder",
		"folder-latest": "Path=testdata/folder;Merge=latest",
	}
	for name, settings := range tests {
		t.Run(name, func(t *testing.T) {
			got := dump(t, open(t, settings))
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// dump writes the rows of every table, and what the scans said at their end.
func dump(t *testing.T, src connector.Source) string {
	t.Helper()
	var b strings.Builder
	for _, tbl := range tables(t, src) {
		got := scan(t, src, connector.ScanRequest{Table: tbl.Name, Columns: tbl.ColumnNames()})
		if got.err != nil {
			t.Fatalf("scan %s = %v", tbl.Name, got.err)
		}
		fmt.Fprintf(&b, "== %s: %s\n%s\n", tbl.Name, got.report.Verdict, strings.Join(tbl.ColumnNames(), " | "))
		for _, row := range got.rows {
			b.WriteString(row + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}
