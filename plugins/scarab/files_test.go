package scarab_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

func TestCount(t *testing.T) {
	src := open(t, "Path=testdata/folder")
	merged := open(t, "Path=testdata/folder;Merge=latest")
	eq := func(column, text string) []connector.Predicate { return where("", nil, column, text).Where }
	tests := map[string]struct {
		src   connector.Source
		table string
		where []connector.Predicate
		want  int64 // -1 is Unimplemented
	}{
		"issues":                         {src, "Issues", nil, 6},
		"issues of a file":               {src, "Issues", eq("File", "2004-02.xml"), 2},
		"issues of a module":             {src, "Issues", eq("ModuleCode", "LIB"), 3},
		"issues of no file":              {src, "Issues", eq("File", "x"), 0},
		"issues by id":                   {src, "Issues", eq("Id", "1"), -1},
		"merged issues":                  {merged, "Issues", nil, 4},
		"activities":                     {src, "Activities", nil, 10},
		"merged activities":              {merged, "Activities", nil, -1},
		"attachments":                    {src, "Attachments", nil, 1},
		"users by role":                  {src, "Users", eq("Role", "author"), 3},
		"dependencies":                   {src, "Dependencies", nil, 1},
		"merged dependencies":            {merged, "Dependencies", nil, 0},
		"values, which no one counted":   {src, "AttributeValues", nil, -1},
		"warnings, which no one counted": {src, "Warnings", nil, -1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.src.(connector.Counter).Count(t.Context(), connector.CountRequest{Table: test.table, Where: test.where})
			if test.want < 0 {
				if connector.KindOf(err) != connector.Unimplemented {
					t.Errorf("Count = %d, %v, want kind unimplemented", got, err)
				}
				return
			}
			if got != test.want || err != nil {
				t.Errorf("Count = %d, %v, want %d", got, err, test.want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	src := open(t, "Path=testdata/folder")
	req := connector.ScanRequest{Table: "Issues", Columns: []string{"File", "Id"}}
	for n := range 5 {
		pieces, err := src.(connector.Splitter).Split(t.Context(), req, n)
		if err != nil || len(pieces) > max(n, 1) {
			t.Fatalf("Split into %d = %d pieces, %v", n, len(pieces), err)
		}
		var got []string
		for _, piece := range pieces {
			part := scan(t, src, piece)
			if part.err != nil {
				t.Fatal(part.err)
			}
			got = append(got, part.rows...)
		}
		if diff := cmp.Diff(scan(t, src, req).rows, got); diff != "" {
			t.Errorf("the pieces of %d (-whole +pieces):\n%s", n, diff)
		}
	}
	pieces, err := src.(connector.Splitter).Split(t.Context(), req, 3)
	if err != nil || len(pieces) < 2 {
		t.Errorf("Split into 3 = %d pieces, %v, want more than one", len(pieces), err)
	}
	limited := req
	limited.Limit = 1
	if pieces, err := src.(connector.Splitter).Split(t.Context(), limited, 3); err != nil || len(pieces) != 1 {
		t.Errorf("Split with a limit = %d pieces, %v, want one", len(pieces), err)
	}
	req.Part = `["gone.xml"]`
	if got := scan(t, src, req); connector.KindOf(got.err) != connector.NotFound {
		t.Errorf("scan of a part that is not there = %v, want kind not found", got.err)
	}
	req.Part = "x"
	if got := scan(t, src, req); connector.KindOf(got.err) != connector.Invalid {
		t.Errorf("scan of a part that is none = %v, want kind invalid", got.err)
	}
}

// TestFolder shows that a broken file of a folder ends the scans that come to
// it, and no others, and that a partial verdict names the file.
func TestFolder(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a.xml": document(anIssue("1", act("X"))), "b.xml.gz": "\x1f\x8bno gzip", "c.xml": document(anIssue("2", act("X"))),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src := open(t, "Path="+folder)
	if got := scan(t, src, where("Issues", []string{"Id"}, "File", "c.xml")); got.err != nil || len(got.rows) != 1 {
		t.Errorf("scan of c.xml = %v, %v, want one row", got.rows, got.err)
	}
	got := scan(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}})
	if connector.KindOf(got.err) != connector.Corrupt || !strings.Contains(got.err.Error(), "b.xml.gz") || connector.HintOf(got.err) == "" {
		t.Errorf("scan of all = %v, hint %q, want one about b.xml.gz", got.err, connector.HintOf(got.err))
	}
	got = scan(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Limit: 1})
	if verdict := got.report.Verdict.String(); verdict != "partial: read up to line 3 of a.xml" {
		t.Errorf("the verdict is %q, want one that names a.xml", verdict)
	}
}

// TestMergedAttachments shows that an attachment belongs to the first issue that
// is not hidden, once.
func TestMergedAttachments(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a.xml": document(anIssue("1", comment("9", "hidden")) + anIssue("2", comment("9", "first")+comment("9", "again")) + anIssue("3", comment("9", "third"))),
		"b.xml": document(anIssue("1", act("X"), act("X"))),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := rows(t, open(t, "Path="+folder+";Merge=latest"), "Comments", "File", "IssueId", "Text")
	if diff := cmp.Diff([]string{"a.xml | 2 | first"}, got); diff != "" {
		t.Errorf("Comments (-want +got):\n%s", diff)
	}
}

// TestMerge shows that of an issue in several files the latest state counts.
func TestMerge(t *testing.T) {
	src := open(t, "Path=testdata/folder;Merge=latest")
	want := []string{"2004-01.xml | 2", "2004-01.xml | 3", "2004-02.xml | LIB1", "other.xml | 1"}
	if diff := cmp.Diff(want, rows(t, src, "Issues", "File", "Id")); diff != "" {
		t.Errorf("Issues (-want +got):\n%s", diff)
	}
	got := scan(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}})
	if w := got.report.Warnings; len(w) != 1 || w[0].Code != "hidden-issue" || w[0].Count != 2 {
		t.Errorf("the scan warns %+v, want two of hidden-issue", w)
	}
	if got := table(t, src, "Dependencies").References; len(got) != 0 {
		t.Errorf("Dependencies has the references %v, want none: a parent may be of another file", got)
	}
	apart := open(t, "Path=testdata/folder")
	if got := table(t, apart, "Dependencies").References; len(got) != 2 {
		t.Errorf("without merging, Dependencies has the references %v, want two", got)
	}
	alone := open(t, "Path=testdata/folder/2004-01.xml;Merge=latest")
	if got := rows(t, alone, "Issues", "Id"); len(got) != 3 {
		t.Errorf("Issues of one file = %v, want all three", got)
	}
}
