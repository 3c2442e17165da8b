package scarab

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// regular writes n issues of one shape and returns a source of them.
func regular(t *testing.T, n int) *Source {
	t.Helper()
	var b strings.Builder
	b.WriteString("<scarab-issues><import-type>x</import-type><module><id>1</id><parent-id>0</parent-id><name>N</name><owner>o</owner>" +
		"<description/><url/><domain/><code>PAC</code></module><issues>\n")
	const date = "<format>yyyy-MM-dd HH:mm:ss z</format><timestamp>2004-01-%02d 12:00:00 %s</timestamp>"
	for id := range n {
		fmt.Fprintf(&b, "<issue><id>PAC%d</id><artifact-type>Task</artifact-type><activity-sets>", id)
		for set := range 3 {
			attachment := id*10 + set
			if id < 300 && n < 1000 {
				attachment = set % 2 // repeats
			}
			kind := "Edit Issue"
			if set == 0 {
				kind = "Create Issue"
			}
			fmt.Fprintf(&b, "<activity-set><id>%d</id><type>%s</type><created-by>ann</created-by><created-date>"+date+"</created-date><activities>",
				id*10+set, kind, set+1, []string{"JST", "GMT", "PST"}[set])
			fmt.Fprintf(&b, "<activity><id>1</id><attribute>Summary</attribute><new-value>summary %d &amp; more</new-value><description>d</description></activity>", set)
			fmt.Fprintf(&b, "<activity><id>2</id><attribute>Status</attribute><new-option>s</new-option><new-value>s</new-value><description>d</description></activity>")
			fmt.Fprintf(&b, "<activity><id>3</id><attribute>Assigned to</attribute><new-user>user %d</new-user><description>d</description></activity>", set)
			fmt.Fprintf(&b, "<activity><id>4</id><attribute>Null attribute</attribute><dependency><id>1</id><parent>PAC1</parent><child>PAC2</child><type>blocking</type><deleted>false</deleted></dependency><description>d</description>"+
				"<attachment><id>%d</id><name>comment</name><type>COMMENT</type><data>text</data><mimetype>text/plain</mimetype><created-date>"+date+"</created-date><created-by>ann</created-by><deleted>false</deleted></attachment></activity>",
				attachment, set+1, "JST")
			b.WriteString("</activities></activity-set>")
		}
		b.WriteString("</activity-sets></issue>\n")
	}
	b.WriteString("</issues></scarab-issues>\n")
	path := filepath.Join(t.TempDir(), "a.xml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &Connector{}
	options, err := c.Info().Resolve([]connector.Setting{{Key: "Path", Value: path}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	src, err := c.Open(context.Background(), connector.Config{Options: options, Timezone: time.UTC, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return src.(*Source)
}

// TestNoAllocationPerElement reads and replays issue after issue, with all that
// any table needs and all columns looked at, and counts allocations.
func TestNoAllocationPerElement(t *testing.T) {
	src := regular(t, 400)
	sum, err := src.summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for at := range sum.tables {
		tbl := &sum.tables[at]
		if tbl.kept {
			continue
		}
		t.Run(tbl.name, func(t *testing.T) {
			req := connector.ScanRequest{Table: tbl.name, Columns: sum.listed[at].ColumnNames()}
			for _, c := range sum.listed[at].Columns {
				req.Where = append(req.Where, connector.Predicate{Column: c.Name, Op: connector.IsNotNull})
				if c.Filters[connector.Eq] == connector.Exact && c.Filters[connector.Prefix] == connector.Exact {
					req.Where = append(req.Where, connector.Predicate{Column: c.Name, Op: connector.Ne, Values: []connector.Value{connector.TextOf("no such")}})
				}
			}
			p, err := sum.plan(req)
			if err != nil {
				t.Fatal(err)
			}
			p.needs |= everything
			s := newScan(t.Context(), src, sum, p)
			defer s.Release()
			step := func() {
				if more, err := s.nextRead(); err != nil || !more {
					t.Fatalf("nextRead = %t, %v", more, err)
				}
				for s.inside && tbl.next(&s.row) {
					for _, m := range s.byRow {
						m.matches(&s.row)
					}
				}
			}
			for range 50 { // fill the buffers
				step()
			}
			if n := testing.AllocsPerRun(200, step); n != 0 {
				t.Errorf("%v allocations an issue, want 0", n)
			}
		})
	}
}

// TestMemoryDoesNotGrow shows that the light pass keeps next to nothing of an
// issue: a bit for its id, one for that of an attachment.
func TestMemoryDoesNotGrow(t *testing.T) {
	const issues = 4000
	src := regular(t, issues)
	kept := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := kept()
	if _, err := src.summary(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := kept()
	if perIssue := (float64(after) - float64(before)) / issues; perIssue > 20 {
		t.Errorf("the light pass keeps %.0f bytes an issue, want 20 at most", perIssue)
	}
	runtime.KeepAlive(src)
}

// TestLeavesUnread shows what a document does not read.
func TestLeavesUnread(t *testing.T) {
	src := regular(t, 3)
	sum, err := src.summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eq := func(column, text string) []connector.Predicate {
		return []connector.Predicate{{Column: column, Op: connector.Eq, Values: []connector.Value{connector.TextOf(text)}}}
	}
	columns := func(names ...string) []string { return names }
	tests := map[string]struct {
		req  connector.ScanRequest
		want string // of the first issue: sets, activities, attachments, bytes of text
	}{
		"the issue only":           {connector.ScanRequest{Table: "Issues", Columns: columns("Id", "Type")}, "0 0 0 9"},
		"one attribute":            {connector.ScanRequest{Table: "Issues", Columns: columns("Status")}, "3 12 0 129"},
		"the sets":                 {connector.ScanRequest{Table: "ActivitySets", Columns: columns("Type")}, "3 0 0 44"},
		"the ids of attachments":   {connector.ScanRequest{Table: "Attachments", Columns: columns("Id")}, "3 12 3 12"},
		"an issue that is wanted":  {connector.ScanRequest{Table: "Activities", Columns: columns("Id"), Where: eq("IssueId", "PAC0")}, "3 12 0 21"},
		"an issue of another id":   {connector.ScanRequest{Table: "Activities", Columns: columns("Id"), Where: eq("IssueId", "PAC1")}, "0 0 0 9"},
		"an issue of another key":  {connector.ScanRequest{Table: "Issues", Columns: columns("Summary"), Where: eq("Key", "PAC1")}, "0 0 0 9"},
		"an issue of another type": {connector.ScanRequest{Table: "Issues", Columns: columns("Summary"), Where: eq("Type", "Defect")}, "0 0 0 9"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := sum.plan(test.req)
			if err != nil {
				t.Fatal(err)
			}
			s := newScan(t.Context(), src, sum, p)
			defer s.Release()
			for range 2 { // the file, the first issue
				if _, err := s.nextRead(); err != nil {
					t.Fatal(err)
				}
			}
			i := &s.doc.issue
			got := fmt.Sprintf("%d %d %d %d", len(i.sets), len(i.activities), len(i.attachments), len(i.buf))
			if got != test.want {
				t.Errorf("sets, activities, attachments, bytes = %s, want %s", got, test.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	tests := map[string]struct {
		system, want string
		known        bool
	}{
		"2003":               {"http://scarab.tigris.org/dtd/scarab-0.16.29.dtd", dtd2003, true},
		"2003, another host": {"https://x.example.com:81/y/scarab-0.16.29.dtd", dtd2003, true},
		"2003, a bare name":  {"scarab-0.16.29.dtd", dtd2003, true},
		"2006":               {"http://scarab.tigris.org/dtd/scarab-0.21.0.dtd", dtd2006, true},
		"pt":                 {"https://www.example.com/dtd/pt.dtd", dtdPT, true},
		"pt, upper case":     {"HTTPS://WWW.EXAMPLE.COM/DTD/PT.DTD", dtdPT, true},
		"with a query":       {"http://example.com/pt.dtd?v=3#top", dtdPT, true},
		"a folder of a disk": {`C:\dtd\pt.dtd`, dtdPT, true},
		"another":            {"http://example.com/scarab-0.16.29.dtd/other.dtd", dtdAny, false},
		"similar":            {"http://example.com/apt.dtd", dtdAny, false},
		"none":               {"", dtdAny, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, known := version(&xmlread.Doctype{SystemID: test.system})
			if got != test.want || known != test.known {
				t.Errorf("version(%q) = %s, %t, want %s, %t", test.system, got, known, test.want, test.known)
			}
		})
	}
}

// TestElementNames checks that the names are numbered as the constants are.
func TestElementNames(t *testing.T) {
	for name, want := range map[string]int{
		"scarab-issues": elemScarabIssues, "code": elemCode, "activity": elemActivity, "new-value": elemNewValue,
		"end-date": elemEndDate, "timestamp": elemTimestamp,
	} {
		if got := elementNames.ID(name); got != want {
			t.Errorf("ID(%q) = %d, want %d", name, got, want)
		}
	}
	if got := elementNames.ID("timestamp"); got != elements-1 {
		t.Errorf("the last name has number %d, want %d", got, elements-1)
	}
}

func TestModelsCompile(t *testing.T) {
	compiled, err := compileModels()
	if err != nil || len(compiled) != 4 {
		t.Errorf("compileModels = %d models, %v, want 4", len(compiled), err)
	}
}

func TestColumnNames(t *testing.T) {
	c := newCatalog()
	for _, name := range []string{"File", "FileAttribute", "key", "Status", "STATUS", "Null Attribute", "", "担当者"} {
		if _, err := c.learn([]byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	c.nameColumns(issuesTable.columns)
	var got []string
	for _, a := range c.list {
		got = append(got, a.name+" = "+a.column)
	}
	want := []string{"File = FileAttributeAttribute", "FileAttribute = FileAttribute", "key = keyAttribute", "Status = Status", "担当者 = 担当者"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}
