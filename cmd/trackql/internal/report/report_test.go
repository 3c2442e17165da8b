package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/connector"
)

func at(line, column int) connector.Place {
	return connector.Place{File: report.QueryFile, Line: line, Column: column}
}

func TestErrors(t *testing.T) {
	missing := connector.Errorf(connector.NotFound, "Table isues does not exist").WithHint("Did you mean pt.Issues?")
	long := strings.Repeat("担当者, ", 30)
	tests := map[string]struct {
		query report.Query
		err   error
		want  string
	}{
		"plain": {report.Query{}, errors.New("boom"), "error: boom\n"},
		"place, caret and hint": {
			report.Query{Name: "query", SQL: "SELECT *\n\nFROM pt.isues\nLIMIT 1"},
			missing.At(at(3, 9)),
			`error: query:3:9: Table isues does not exist
    3 | FROM pt.isues
      |         ^
hint: Did you mean pt.Issues?
`,
		},
		"a file, and wrapped": {
			report.Query{Name: "q.sql", SQL: "SELECT 1\r\nFROM x\r\n"},
			fmt.Errorf("statement 1: %w", missing.At(at(2, 6))),
			`error: statement 1: q.sql:2:6: Table isues does not exist
    2 | FROM x
      |      ^
hint: Did you mean pt.Issues?
`,
		},
		"lines of ours before": {
			report.Query{Name: "query", SQL: "SELECT x", Before: 1},
			missing.At(at(2, 8)),
			`error: query:1:8: Table isues does not exist
    1 | SELECT x
      |        ^
hint: Did you mean pt.Issues?
`,
		},
		"wide characters and tabs": {
			report.Query{Name: "query", SQL: "\tSELECT 担当者, ﾊﾝ\x1b, é, x"},
			connector.Errorf(connector.Invalid, "no x").At(at(1, 22)),
			"error: query:1:22: no x\n" +
				"    1 | \tSELECT 担当者, ﾊﾝ\\x1b, é, x\n" +
				"      | \t                          ^\n",
		},
		"past the end": {
			report.Query{Name: "query", SQL: "SELECT"},
			connector.Errorf(connector.Invalid, "more").At(at(1, 7)),
			"error: query:1:7: more\n    1 | SELECT\n      |       ^\n",
		},
		"line not there": {
			report.Query{Name: "query", SQL: "SELECT"},
			connector.Errorf(connector.Invalid, "more").At(at(4, 1)),
			"error: query:4:1: more\n",
		},
		"a long line": {
			report.Query{Name: "query", SQL: long + "x, " + long},
			connector.Errorf(connector.Invalid, "no x").At(at(1, 151)),
			"error: query:1:151: no x\n" +
				"    1 | …, 担当者, 担当者, 担当者, 担当者, 担当者, 担当者, 担当者, x, 担当者, 担当者, 担当者, 担当者, 担当…\n" +
				"      |                                                            ^\n",
		},
		"another file": {
			report.Query{Name: "query", SQL: "SELECT"},
			connector.Errorf(connector.Corrupt, "not well-formed").
				At(connector.Place{File: "issues.xml", Line: 1, Column: 1}),
			"error: issues.xml:1:1: not well-formed\n",
		},
		"several": {
			report.Query{},
			errors.Join(errors.New("one"), errors.Join(missing, errors.New("three"))),
			"error: one\nerror: Table isues does not exist\nhint: Did you mean pt.Issues?\nerror: three\n",
		},
		"hostile": {report.Query{}, errors.New("a\x1b[2Jb"), "error: a\\x1b[2Jb\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			test.query.Errors(&out, test.err)
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("Errors(%v) (-want +got):\n%s", test.err, diff)
			}
		})
	}
}

func TestNotices(t *testing.T) {
	var out bytes.Buffer
	q := report.Query{Name: "q.sql", SQL: "SELECT [Id]", Before: 1}
	q.Notices(&out, []report.Notice{
		{Text: "[Id] is a list literal", Hint: `Write "Id".`, Place: at(2, 8), Code: "list-literal", Count: 1},
		{Text: `issues.xml:7:9: the type "Foo" is none`, Code: "unknown-set-type", Count: 12},
	})
	want := `warning: q.sql:1:8: [Id] is a list literal
    1 | SELECT [Id]
      |        ^
hint: Write "Id".
warning: 12 times unknown-set-type, first: issues.xml:7:9: the type "Foo" is none
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Notices (-want +got):\n%s", diff)
	}
}

func TestScan(t *testing.T) {
	tests := map[string]connector.Progress{
		"pt.Issues 1,234 rows, 5.6 MB of 20.0 MB (28%)":         {Rows: 1234, Bytes: 5_600_000, TotalBytes: 20_000_000},
		"pt.Issues 1 row of 3 (33%), 2 requests":                {Rows: 1, TotalRows: 3, Requests: 2},
		"pt.Issues 0 rows, 999 bytes, waiting: rate limit, 12s": {Bytes: 999, Waiting: "rate limit, 12s"},
		"pt.Issues 0 rows, 1.0 kB":                              {Bytes: 1000},
		"pt.Issues 0 rows, 1.0 MB":                              {Bytes: 999_960},
		"pt.Issues 0 rows, 2000.0 TB of 1.0 TB (100%)":          {Bytes: 2e15, TotalBytes: 1e12},
	}
	for want, progress := range tests {
		if got := (report.Scan{Name: "pt.Issues", Progress: progress}).String(); got != want {
			t.Errorf("%+v = %q, want %q", progress, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := report.NewProgress(&out, 31)
	p.Clear()
	p.Show([]report.Scan{{Name: "pt.Issues", Progress: connector.Progress{Rows: 10}}, {Name: "課題.X"}})
	p.Show([]report.Scan{{Name: "pt.Issues", Progress: connector.Progress{Rows: 11}}})
	p.Clear()
	p.Clear()
	want := "\rpt.Issues 10 rows; 課題.X 0 r…" +
		"\rpt.Issues 11 rows" + strings.Repeat(" ", 13) +
		"\r" + strings.Repeat(" ", 17) + "\r"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

func TestErrorsInFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "issues.xml")
	if err := os.WriteFile(path, []byte("<a>\n  <担当者/><b>\xff</b>\n<c>担当者</d>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fault := func(line, column int) error {
		return connector.Errorf(connector.Corrupt, "broken").At(connector.Place{File: path, Line: line, Column: column})
	}
	query := report.Query{Name: "query", SQL: "SELECT 1"}
	tests := map[string]struct {
		query report.Query
		err   error
		want  string
	}{
		"shown":            {query, fault(3, 7), path + ":3:7: broken\n    3 | <c>担当者</d>\n      |          ^\n"},
		"no UTF-8":         {query, fault(2, 3), path + ":2:3: broken\n"},
		"behind the end":   {query, fault(9, 1), path + ":9:1: broken\n"},
		"no column":        {query, fault(3, 0), path + ":3: broken\n"},
		"no such file":     {query, connector.Errorf(connector.Corrupt, "x").At(connector.Place{File: "no.xml", Line: 1, Column: 1}), "no.xml:1:1: x\n"},
		"a secret perhaps": {report.Query{}, fault(3, 7), path + ":3:7: broken\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			test.query.Errors(&out, test.err)
			if diff := cmp.Diff("error: "+test.want, out.String()); diff != "" {
				t.Errorf("Errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLineEnds has a file whose lines end in each way that readers of XML count:
// the second is empty, and a long one makes the reading go on in the middle.
func TestLineEnds(t *testing.T) {
	long := strings.Repeat("x", 4095)
	path := filepath.Join(t.TempDir(), "issues.xml")
	if err := os.WriteFile(path, []byte("one\r\rthree\r\nfour\n"+long+"\r\nsix\r\r\neight\r"), 0o600); err != nil {
		t.Fatal(err)
	}
	for number, want := range []string{"one", "", "three", "four", "x", "six", "", "eight"} {
		var out bytes.Buffer
		at := connector.Place{File: path, Line: number + 1, Column: 1}
		report.Query{Name: "query", SQL: "SELECT 1"}.Errors(&out, connector.Errorf(connector.Corrupt, "broken").At(at))
		lines := strings.Split(out.String(), "\n")
		if len(lines) < 3 || !strings.HasPrefix(lines[1], fmt.Sprintf("%5d | %s", number+1, want)) || want == "" && lines[1] != fmt.Sprintf("%5d | ", number+1) {
			t.Errorf("line %d is shown as\n%s, want %q", number+1, out.String(), want)
		}
	}
	var out bytes.Buffer
	report.Query{Name: "query", SQL: "SELECT 1"}.Errors(&out, connector.Errorf(connector.Corrupt, "broken").At(connector.Place{File: path, Line: 9, Column: 1}))
	if strings.Contains(out.String(), "|") {
		t.Errorf("a line behind the end is shown as\n%s", out.String())
	}
}
