package scarab_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// compare holds every table of a file against the oracle's.
func compare(t *testing.T, path, settings string) {
	t.Helper()
	want := consult(t, path, filepath.Base(path))
	src := open(t, "Path="+path+settings)
	for _, tbl := range tables(t, src) {
		if tbl.Name == "Warnings" {
			continue
		}
		got := rows(t, src, tbl.Name)
		if tbl.Name == "Users" {
			sort.Strings(got)
		}
		if diff := cmp.Diff(want[tbl.Name], got); diff != "" {
			t.Errorf("%s of %s (-oracle +got):\n%s", tbl.Name, path, diff)
		}
	}
}

// TestRealFiles holds the tables of two files of the trackers' makers against
// the oracle's.
func TestRealFiles(t *testing.T) {
	dir := testData(t)
	tests := map[string]struct{ file, settings string }{
		"interdependencies":            {"interdependencies.xml", ""},
		"interdependencies, validated": {"interdependencies.xml", ";Validate=always;Dtd=0.16.29"},
		"the importer's test file":     {"test-issues-cvs.xml", ";Validate=never"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { compare(t, filepath.Join(dir, test.file), test.settings) })
	}
}

// TestRandomDocuments holds the tables of random documents against the oracle's.
func TestRandomDocuments(t *testing.T) {
	dir := t.TempDir()
	for seed := range uint64(150) {
		path := filepath.Join(dir, fmt.Sprintf("random-%d.xml", seed))
		if err := os.WriteFile(path, []byte(randomDocument(seed)), 0o600); err != nil {
			t.Fatal(err)
		}
		compare(t, path, ";Validate=never")
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// randomDocument writes a document of odd but readable issues.
func randomDocument(seed uint64) string {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
	g.line("<scarab-issues><import-type>create-same-db</import-type><module><id>1</id><name>M</name><owner>boss</owner><code>PAC</code></module><issues>")
	for id := 1; id <= 1+g.IntN(6); id++ {
		g.issue(id)
	}
	g.line("</issues></scarab-issues>")
	return g.String()
}

type generator struct {
	strings.Builder
	*rand.Rand
}

func (g *generator) line(format string, args ...any) { fmt.Fprintf(g, format+"\n", args...) }

func (g *generator) one(of ...string) string { return of[g.IntN(len(of))] }

// maybe writes an element, or leaves it out, or empty.
func (g *generator) maybe(name string, of ...string) {
	switch g.IntN(4) {
	case 0:
		g.line("<%s/>", name)
	case 1, 2:
		g.line("<%s>%s</%s>", name, g.one(of...), name)
	}
}

func (g *generator) issue(id int) {
	g.line("<issue><id>%s%d</id><artifact-type>%s</artifact-type><activity-sets>", g.one("", "PAC"), id,
		g.one("Defect", "<name>Task</name><namespace-title>DEFAULT</namespace-title>", ""))
	for s := range 1 + g.IntN(4) {
		g.line("<activity-set><id>%d</id><type>%s</type><created-by>%s</created-by>", s*10+g.IntN(2),
			g.one("Create Issue", "Edit Issue", "Move Issue", "Odd"), g.one("ann", "bob", " ann\n", ""))
		g.date("created-date")
		g.line("<activities>")
		for range 1 + g.IntN(4) {
			g.activity()
		}
		g.line("</activities>")
		if g.IntN(3) == 0 {
			g.attachment()
		}
		g.line("</activity-set>")
	}
	g.line("</activity-sets></issue>")
}

func (g *generator) date(name string) {
	g.line("<%s><format>yyyy-MM-dd HH:mm:ss z</format><timestamp>200%d-0%d-1%d 10:20:30 %s</timestamp></%s>", name,
		g.IntN(3), 1+g.IntN(3), g.IntN(9), g.one("JST", "GMT", "JST"), name)
}

func (g *generator) activity() {
	g.line("<activity>")
	g.maybe("id", "1", "22")
	kind := g.one("Status", "STATUS", "Summary", "Assigned to", "<name>Platform</name>", "Null Attribute", "nullattribute", "担当者")
	g.line("<attribute>%s</attribute>", kind)
	g.maybe("old-numeric-value", "0", "-12", "$x")
	switch kind {
	case "Assigned to", "担当者":
		g.maybe("old-user", "ann", "bob", "佐藤")
		g.maybe("new-user", "ann", "bob", "佐藤")
	case "Status", "<name>Platform</name>":
		g.maybe("old-option", "A", "B")
		g.maybe("new-option", "A", "B", "C &amp; D")
	}
	g.maybe("old-value", "A", "B", " padded ")
	g.maybe("new-value", "A", "blocking", "two\r\nlines", "<![CDATA[<B>]]>")
	if g.IntN(6) == 0 {
		g.line("<dependency><id>%d</id><parent>%s%d</parent><child>%s%d</child><type>%s</type><deleted>%s</deleted></dependency>", g.IntN(9),
			g.one("", "PAC", "pac"), 1+g.IntN(3), g.one("", "PAC"), 1+g.IntN(7), g.one("blocking", "duplicate", ""), g.one("true", "false", "no"))
	}
	g.maybe("description", "a change")
	if g.IntN(4) == 0 {
		g.date("end-date")
	}
	if g.IntN(4) == 0 {
		g.attachment()
	}
	g.line("</activity>")
}

func (g *generator) attachment() {
	g.line("<attachment>")
	g.maybe("id", "7", "8", "9", "10", "x1")
	g.maybe("name", "comment", "label")
	g.line("<type>%s</type>", g.one("COMMENT", "URL", "ATTACHMENT", "MODIFICATION", "ODD"))
	g.maybe("filename", "a.txt", "/tmp/b.txt")
	g.maybe("reconcile-path", "true", "no")
	g.maybe("data", "text", "日本語 &lt;x&gt;")
	g.date("created-date")
	g.maybe("created-by", "ann", "carol")
	g.maybe("modified-by", "dave")
	g.maybe("deleted", "true", "false", "Y")
	g.line("</attachment>")
}

// testData is the folder of the files from outside.
func testData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TRACKQL_TESTDATA")
	if dir == "" {
		t.Skip("TRACKQL_TESTDATA is not set: the files from outside are not at hand")
	}
	return filepath.Join(dir, "scarab")
}
