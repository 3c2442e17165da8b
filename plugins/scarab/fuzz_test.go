package scarab_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/trackql/trackql/connector"
)

// FuzzDocument reads any bytes as an export. Whatever they are, a scan ends with
// all rows or with an error of kind corrupt, and the light pass has counted the
// rows that come.
func FuzzDocument(f *testing.F) {
	// Small documents: the fuzzer takes a minute to shorten a large one.
	f.Add([]byte(document(anIssue("1", act("X", "new-option=a", "new=a"), act("X", "old-option=a", "new-option=b")))), uint8(0))
	f.Add([]byte(document(anIssue("LIB2", comment("7", "x")+linked("LIB2", "2", "blocking", "false", "new=blocking")))), uint8(1))
	f.Add([]byte(withDoctype("http://example.com/pt.dtd", document(anIssue("1", ended(act("<name>X</name>", "old-user=a", "new")))))), uint8(2))
	f.Add([]byte("\x1f\x8b"), uint8(1))
	validate := []string{"auto", "always", "never"}
	f.Fuzz(func(t *testing.T, data []byte, choice uint8) {
		path := filepath.Join(t.TempDir(), "a.xml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := tryOpen(t.Context(), nil, "Path="+path+";Validate="+validate[int(choice)%3])
		if err != nil {
			t.Fatal(err)
		}
		list, err := src.Tables(t.Context())
		if err != nil && connector.KindOf(err) != connector.Corrupt {
			t.Errorf("Tables = %v of kind %s, want kind corrupt", err, connector.KindOf(err))
		}
		for _, tbl := range list {
			got := scan(t, src, connector.ScanRequest{Table: tbl.Name, Columns: tbl.ColumnNames()})
			if got.err != nil {
				if connector.KindOf(got.err) != connector.Corrupt {
					t.Errorf("scan %s = %v of kind %s, want kind corrupt", tbl.Name, got.err, connector.KindOf(got.err))
				}
				continue
			}
			n, err := src.(connector.Counter).Count(t.Context(), connector.CountRequest{Table: tbl.Name})
			if connector.KindOf(err) != connector.Unimplemented && (err != nil || n != int64(len(got.rows))) {
				t.Errorf("Count of %s = %d, %v, want %d", tbl.Name, n, err, len(got.rows))
			}
		}
	})
}
