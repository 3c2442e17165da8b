package markdown_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// answer is what came of a scan.
type answer struct {
	rows   []string // as SQL writes values
	report connector.Report
	err    error
}

// scan reads a table of a folder.
func scan(t *testing.T, folder string, req connector.ScanRequest, settings ...connector.Setting) answer {
	t.Helper()
	src, err := openFolder(t.Context(), memory.DefaultAllocator, folder, settings...)
	if err != nil {
		return answer{err: err}
	}
	defer src.Close()
	reader, err := src.Scan(t.Context(), req)
	if err != nil {
		return answer{err: err}
	}
	defer reader.Release()
	var a answer
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			var values []string
			for _, column := range batch.Columns() {
				value, _ := connector.ValueAt(column, row)
				values = append(values, value.String())
			}
			a.rows = append(a.rows, strings.Join(values, ", "))
		}
	}
	a.report, a.err = reader.(connector.Reporter).Report(), reader.Err()
	return a
}

// is makes a predicate with a text.
func is(column string, op connector.Operator, text string) connector.Predicate {
	return connector.Predicate{Column: column, Op: op, Values: []connector.Value{connector.TextOf(text)}}
}

func TestRows(t *testing.T) {
	tests := map[string]struct {
		req  connector.ScanRequest
		want []string
	}{
		"a whole issue": {
			connector.ScanRequest{
				Table:   "Issues",
				Columns: []string{"Id", "Title", "Status", "Assignee", "Created", "Updated", "Due", "File"},
				Where:   []connector.Predicate{is("Id", connector.Eq, "WEB-3")},
			},
			[]string{
				"'WEB-3', 'The list of orders is empty after a reload', 'Open', 'Mika', TIMESTAMPTZ '2026-03-01 00:00:00+00', " +
					"TIMESTAMPTZ '2026-03-05 23:59:59+00', DATE '2026-03-06', 'web/WEB-3.md'",
			},
		},
		"an issue of a title alone": {
			connector.ScanRequest{
				Table: "Issues", Columns: []string{"Id", "Status", "Created", "Body"},
				Where: []connector.Predicate{is("Id", connector.Eq, "DOC-1")},
			},
			[]string{"'DOC-1', NULL, NULL, NULL"},
		},
		"comments, one without a time": {
			connector.ScanRequest{
				Table: "Comments", Columns: []string{"Number", "Author", "Created", "Text"},
				Where: []connector.Predicate{is("Issue", connector.Eq, "API-10")},
			},
			[]string{
				"1, '彩', TIMESTAMPTZ '2026-03-03 12:00:01+00', 'キャッシュの件は API-1 を見てください。'",
				"2, '蓮', NULL, '了解。'",
			},
		},
		"a comma in a name": {
			connector.ScanRequest{
				Table: "Comments", Columns: []string{"Author"},
				Where: []connector.Predicate{is("Issue", connector.Eq, "API-2")},
			},
			[]string{"'Kitchen, the head of'"},
		},
		"files that hold a text": {
			connector.ScanRequest{
				Table: "Issues", Columns: []string{"Id"},
				Where: []connector.Predicate{is("Body", connector.Contains, "cache")},
			},
			[]string{"'API-1'", "'API-10'", "'WEB-1'", "'WEB-3'"}, // only the first one in its body
		},
		"a label for a list, a label twice": {
			connector.ScanRequest{
				Table: "Labels", Columns: []string{"Issue", "Label"},
				Where: []connector.Predicate{is("Issue", connector.Prefix, "DOC-")},
			},
			[]string{"'DOC-1', 'docs'", "'DOC-2', 'docs'", "'DOC-2', 'bug'"},
		},
		"what an issue waits for": {
			connector.ScanRequest{
				Table: "Links", Columns: []string{"BlockedBy"},
				Where: []connector.Predicate{is("Issue", connector.Eq, "WEB-1")},
			},
			[]string{"'API-1'", "'API-2'"},
		},
		"the last two": {
			connector.ScanRequest{
				Table: "Issues", Columns: []string{"Id"}, Limit: 2,
				Order: []connector.Order{{Column: "Id", Descending: true}},
			},
			[]string{"'web-3'", "'WEB-3'"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := scan(t, "../testdata/tracker", test.req)
			if got.err != nil || !slices.Equal(got.rows, test.want) {
				t.Errorf("Scan(%v) = %v, %v, want %v", test.req, got.rows, got.err, test.want)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	want := map[string]string{
		"no-time":        "1 ../testdata/tracker/api/API-10.md:18: the comment names no time: 蓮",
		"no-list":        "1 ../testdata/tracker/DOC-1.md:3: labels is one value, and no list: write [docs]",
		"unknown-key":    "1 ../testdata/tracker/DOC-1.md:4: the key asignee is unknown; did you mean assignee?",
		"text-between":   "1 ../testdata/tracker/DOC-1.md:8: text before the first comment was left out",
		"repeated-value": "1 ../testdata/tracker/DOC-2.md:5: labels holds docs twice",
	}
	got := scan(t, "../testdata/tracker", connector.ScanRequest{Table: "Comments"}).report.Warnings
	if len(got) != len(want) {
		t.Errorf("%d kinds of warnings, want %d", len(got), len(want))
	}
	for _, w := range got {
		if text := fmt.Sprint(w.Count, " ", filepath.ToSlash(w.Text)); text != want[w.Code] {
			t.Errorf("warning %s = %s, want %s", w.Code, text, want[w.Code])
		}
	}
}

// TestNameDecides checks that a predicate on the id opens no other file: the
// third one of the folder is broken.
func TestNameDecides(t *testing.T) {
	got := scan(t, "../testdata/broken", connector.ScanRequest{
		Table: "Issues", Columns: []string{"Title"}, Where: []connector.Predicate{is("Id", connector.Eq, "OK-2")},
	})
	if want := []string{"'This one, too'"}; got.err != nil || !slices.Equal(got.rows, want) {
		t.Errorf("rows = %v, %v, want %v", got.rows, got.err, want)
	}
}

func TestVerdict(t *testing.T) {
	tests := map[string]struct {
		limit int64
		want  string
	}{
		"everything": {0, "complete"},
		"one row":    {1, "partial: 1 of 10 files read"},
		"all rows":   {10, "complete"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := scan(t, "../testdata/tracker", connector.ScanRequest{Table: "Issues", Limit: test.limit}).report.Verdict
			if got.String() != test.want {
				t.Errorf("verdict with limit %d = %s, want %s", test.limit, got, test.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := map[string]struct {
		file, want string
	}{
		"no front matter": {
			"# A heading\n",
			"A-1.md:1: the file has no front matter | Begin the file with a line ---, then KEY: VALUE lines, then a line ---.",
		},
		"no end": {
			"---\ntitle: t\n",
			"A-1.md:1: the front matter has no end | Close it with a line --- of its own.",
		},
		"no keys": {
			"---\njust text\n---\n",
			"A-1.md:1: the front matter holds no keys with values | Write one KEY: VALUE a line.",
		},
		"not YAML": {
			"---\ntitle: t\nstatus: a: b\n---\n",
			"A-1.md:3: not YAML: mapping values are not allowed in this context | " +
				"Check the indentation, and quote values that hold a colon or begin with a special character.",
		},
		"no title": {
			"---\r\nstatus: open\r\n---\r\n",
			"A-1.md:1: the issue has no title | Add a line title: to the front matter.",
		},
		"a key twice": {
			"---\ntitle: t\nstatus: open\nstatus: done\n---\n",
			"A-1.md:4: status is given twice, first in line 3 | Leave one of them out.",
		},
		"another id": {
			"---\ntitle: t\nid: A-2\n---\n",
			`A-1.md:3: the id is "A-2", but the file is called A-1.md | Rename the file to A-2.md, or write id: A-1.`,
		},
		"no time": {
			"---\ntitle: t\ncreated: yesterday\n---\n",
			`A-1.md:3: created: "yesterday" is no time | Write 2026-03-01 09:30, or 2026-03-01T09:30:00+09:00.`,
		},
		"no day": {
			"---\ntitle: t\ndue: 2026-02-30\n---\n",
			`A-1.md:3: due: "2026-02-30" is no day | Write 2026-03-20.`,
		},
		"a list for a text": {
			"---\ntitle: [t, u]\n---\n",
			"A-1.md:2: title holds more than one value | Write one value behind the colon.",
		},
		"no list": {
			"---\ntitle: t\nlabels: {a: b}\n---\n",
			"A-1.md:3: labels is no list | Write labels: [one, two].",
		},
		"a list in a list": {
			"---\ntitle: t\nlabels:\n- a\n- [b]\n---\n",
			"A-1.md:5: labels holds more than a list of texts | Write labels: [one, two].",
		},
		"no UTF-8": {
			"---\ntitle: t\n---\ncaf\xe9\n",
			`A-1.md:4: the line is no UTF-8: "caf\xe9\n" | Save the file as UTF-8.`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "A-1.md"), []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			err := scan(t, folder, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}}).err
			got := fmt.Sprint(err, " | ", connector.HintOf(err))
			if got = strings.TrimPrefix(got, folder+string(filepath.Separator)); got != test.want {
				t.Errorf("error of %q:\n%s, want\n%s", test.file, got, test.want)
			}
			if kind := connector.KindOf(err); kind != connector.Corrupt {
				t.Errorf("kind = %s, want corrupt", kind)
			}
		})
	}
}

func TestTimezone(t *testing.T) {
	tests := map[string]struct {
		zone string // of the source; the session's is UTC
		want string
	}{
		"of the session": {"", "TIMESTAMPTZ '2026-03-01 09:30:00+00'"},
		"of the source":  {"+09:00", "TIMESTAMPTZ '2026-03-01 00:30:00+00'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := scan(t, "../testdata/tracker", connector.ScanRequest{
				Table: "Issues", Columns: []string{"Created"}, Where: []connector.Predicate{is("Id", connector.Eq, "WEB-1")},
			}, connector.Setting{Key: "Timezone", Value: test.zone})
			if want := []string{test.want}; got.err != nil || !slices.Equal(got.rows, want) {
				t.Errorf("2026-03-01 09:30 in time zone %q = %v, %v, want %v", test.zone, got.rows, got.err, want)
			}
		})
	}
}

func TestCountIsCanceled(t *testing.T) {
	src, err := open(t.Context(), memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	counter, _ := connector.As[connector.Counter](src)
	if n, err := counter.Count(ctx, connector.CountRequest{Table: "Issues"}); connector.KindOf(err) != connector.Canceled {
		t.Errorf("Count after the end of its context = %d, %v, want an error of kind canceled", n, err)
	}
}

func TestFolders(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name, "X-1.md"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		folder string
		kind   connector.Kind
		want   string
	}{
		"not there": {"nowhere", connector.NotFound, "Path: the folder nowhere is not there"},
		"no folder": {"doc.go", connector.Invalid, "Path: doc.go is no folder"},
		"one id":    {folder, connector.Corrupt, "two files have the id X-1: a/X-1.md and b/X-1.md"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := openFolder(t.Context(), memory.DefaultAllocator, test.folder)
			if err == nil || err.Error() != test.want || connector.KindOf(err) != test.kind || connector.HintOf(err) == "" {
				t.Errorf("Open(%s) = %v (%s), want %s (%s), with a hint", test.folder, err, connector.KindOf(err), test.want, test.kind)
			}
		})
	}
}
