package scarab_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// anError is what a scan of Activities ends with.
func anError(t *testing.T, path, settings string) (place, text string) {
	t.Helper()
	src := open(t, "Path="+path+settings)
	got := scan(t, src, connector.ScanRequest{Table: "Activities"})
	if got.err == nil {
		return "", ""
	}
	if kind := connector.KindOf(got.err); kind != connector.Corrupt {
		t.Errorf("scan = %v of kind %s, want kind corrupt", got.err, kind)
	}
	all := strings.TrimPrefix(got.err.Error(), path+":")
	at, text, _ := strings.Cut(all, ": ")
	return at, text
}

// TestValidation shows, for each version, what is refused, and where.
func TestValidation(t *testing.T) {
	const (
		dtd2003 = "http://scarab.tigris.org/dtd/scarab-0.16.29.dtd"
		dtd2006 = "https://example.com:8443/a/b/SCARAB-0.21.0.DTD?x=1#y"
		pt      = "ftp://www.example.co.jp/dtd/pt.dtd"
		other   = "http://example.com/dtd/tracker-9.dtd"
	)
	whole := document(anIssue("1", act("X", "new=a")))
	noModule := whole[:strings.Index(whole, "<module>")] + whole[strings.Index(whole, "<issues>"):]
	noOwner := strings.Replace(whole, "<owner>erin</owner>", "", 1)
	nested := strings.Replace(whole, "<attribute>X</attribute>", "<attribute><name>X</name><namespace-title>N</namespace-title></attribute>", 1)
	noDescription := strings.Replace(whole, "<description/></activity>", "</activity>", 1)
	noContent := document(anIssue("1", strings.Replace(comment("1", ""), "<data></data>", "", 1)))
	twice := strings.Replace(whole, "<module>", "\n  <import-type>again</import-type><module>", 1)
	const ok = ""
	tests := map[string]struct{ content, settings, place, text string }{
		"auto, no document type":            {twice, "", ok, ""},
		"auto, 2003":                        {withDoctype(dtd2003, whole), "", ok, ""},
		"auto, 2003, two import types":      {withDoctype(dtd2003, twice), "", "4:3", "<import-type> is not expected here in <scarab-issues>: expected <module>"},
		"auto, 2003, no module":             {withDoctype(dtd2003, noModule), "", "3:57", "<issues> is not expected here in <scarab-issues>: expected <module>"},
		"auto, 2003, no owner":              {withDoctype(dtd2003, noOwner), "", "3:119", "<description> is not expected here in <module>: expected <owner>"},
		"auto, 2003, nested name":           {withDoctype(dtd2003, nested), "", "3:490", "<name> is not expected here in <attribute>: expected text or </attribute>"},
		"auto, 2006":                        {withDoctype(dtd2006, whole), "", ok, ""},
		"auto, 2006, no module":             {withDoctype(dtd2006, noModule), "", ok, ""},
		"auto, 2006, no owner":              {withDoctype(dtd2006, noOwner), "", ok, ""},
		"auto, 2003, an attribute":          {withDoctype(dtd2003, strings.Replace(whole, "<issues>", "<issues lang='en'>", 1)), "", "3:200", "attribute lang of <issues> is not declared: expected none"},
		"auto, 2003, cut off in a tag":      {withDoctype(dtd2003, whole[:strings.Index(whole, "ctivity-set>")]), "", "3:269", "the document ends inside the tag <a>"},
		"auto, 2006, nested name":           {withDoctype(dtd2006, nested), "", "3:490", "<name> is not expected here in <attribute>: expected text or </attribute>"},
		"auto, 2006, no description":        {withDoctype(dtd2006, noDescription), "", "3:527", "<activity> ends too early: expected <dependency> or <description>"},
		"auto, pt":                          {withDoctype(pt, nested), "", ok, ""},
		"auto, pt, plain name":              {withDoctype(pt, whole), "", ok, ""},
		"auto, pt, no description":          {withDoctype(pt, noDescription), "", ok, ""},
		"auto, pt, no content":              {withDoctype(pt, noContent), "", "3:592", "<mimetype> is not expected here in <attachment>: expected <filename> or <data>"},
		"auto, unknown type":                {withDoctype(other, noContent), "", ok, ""},
		"auto, unknown type, two types":     {withDoctype(other, twice), "", "4:3", "<import-type> is not expected here in <scarab-issues>: expected <module>, <issues> or </scarab-issues>"},
		"the option against the file's own": {withDoctype(dtd2003, nested), ";Dtd=pt", ok, ""},
		"the option, stricter":              {withDoctype(pt, nested), ";Dtd=0.16.29", "3:490", "<name> is not expected here in <attribute>: expected text or </attribute>"},
		"the option, no document type":      {twice, ";Dtd=0.21.0", ok, ""},
		"always, no document type":          {twice, ";Validate=always", "2:3", "<import-type> is not expected here in <scarab-issues>: expected <module>, <issues> or </scarab-issues>"},
		"always, with the option":           {noModule, ";Validate=always;Dtd=0.16.29", "1:57", "<issues> is not expected here in <scarab-issues>: expected <module>"},
		"never":                             {withDoctype(dtd2003, twice), ";Validate=never", ok, ""},
		"never, not well-formed":            {whole[:len(whole)-20], ";Validate=never", "4:7", "the document ends inside an end tag in <issues>, opened at line 1"},
		"another root":                      {"<html/>", "", "1:1", "the root element is <html>: expected <scarab-issues>"},
		"another root, validated":           {"<html/>", ";Validate=always", "1:1", "<html> is not declared: expected <scarab-issues>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			place, text := anError(t, write(t, "a.xml", test.content), test.settings)
			if place != test.place || text != test.text {
				t.Errorf("the error is at %q: %q, want at %q: %q", place, text, test.place, test.text)
			}
		})
	}
}

// TestHopeless shows when a fault keeps the tables from being described: where
// no issue comes before it, or where files are to be read to their end.
func TestHopeless(t *testing.T) {
	late := document(anIssue("1", act("X")))
	late = late[:len(late)-5]
	early := "<scarab-issues><oops></scarab-issues>"
	tests := map[string]struct {
		content, settings string
		hopeless          bool
	}{
		"a fault behind an issue":         {late, "", false},
		"a fault behind an issue, never":  {late, ";Validate=never", false},
		"a fault behind an issue, always": {late, ";Validate=always", true},
		"a fault before any issue":        {early, "", true},
		"another kind of document":        {"<html/>", ";Validate=never", true},
		"no issues, no fault":             {document(""), "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := write(t, "a.xml", test.content)
			_, err := open(t, "Path="+path+test.settings).Tables(t.Context())
			if test.hopeless != (connector.KindOf(err) == connector.Corrupt) || test.hopeless && !strings.HasPrefix(err.Error(), path+":") {
				t.Errorf("Tables = %v, want an error with its place: %t", err, test.hopeless)
			}
		})
	}
}

// TestInvalidHint shows the next step for an invalid document.
func TestInvalidHint(t *testing.T) {
	content := withDoctype("pt.dtd", strings.Replace(document(anIssue("1", act("X"))), "<type>", "<kind/><type>", 1))
	got := scan(t, open(t, "Path="+write(t, "a.xml", content)), connector.ScanRequest{Table: "Modules", Columns: []string{"Name"}})
	if hint := connector.HintOf(got.err); !strings.Contains(hint, "Validate=never") {
		t.Errorf("scan = %v, hint %q, want one that names Validate=never", got.err, hint)
	}
	_, err := open(t, "Path="+write(t, "a.xml", "<html/>")+";Validate=always").Tables(t.Context())
	if hint := connector.HintOf(err); !strings.HasPrefix(hint, "Path must name exports") {
		t.Errorf("Tables = %v, hint %q, want one that says what Path must name", err, hint)
	}
}

// TestRealFileIsInvalid is about the importer's own test file.
func TestRealFileIsInvalid(t *testing.T) {
	path := filepath.Join(testData(t), "test-issues-cvs.xml")
	place, text := anError(t, path, ";Validate=always")
	if place != "5:3" || !strings.HasPrefix(text, "<import-type> is not expected here") {
		t.Errorf("the error is at %s: %s, want at 5:3, about the second <import-type>", place, text)
	}
	if place, text := anError(t, path, ""); place != "" {
		t.Errorf("without a document type: the error is at %s: %s, want none", place, text)
	}
}

// TestNothingIsFetched opens documents that ask for things from elsewhere.
func TestNothingIsFetched(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skipf("cannot listen on this machine: %v", err)
	}
	touched := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if conn, err := listener.Accept(); err == nil {
			close(touched)
			_ = conn.Close() // nobody is told anything
		}
	}()
	secret := write(t, "secret.txt", "SECRET")
	address := "http://" + listener.Addr().String() + "/pt.dtd"
	whole := document(anIssue("1", act("X", "new=a")))
	evil := strings.Replace(whole, "<name>Library</name>", "<name>&file;</name>", 1)
	documents := map[string]string{
		"a document type over the network": withDoctype(address, whole),
		"a document type on the disk":      withDoctype("file://"+secret, whole),
		"an external entity":               "<!DOCTYPE scarab-issues [<!ENTITY file SYSTEM \"file://" + secret + "\">]>" + evil,
		"a parameter entity":               "<!DOCTYPE scarab-issues [<!ENTITY % ext SYSTEM \"" + address + "\"> %ext;]>" + whole,
	}
	for name, content := range documents {
		src := open(t, "Path="+write(t, "a.xml", content)+";Dtd=pt")
		got := scan(t, src, connector.ScanRequest{Table: "Issues"})
		if text := strings.Join(got.rows, "\n"); strings.Contains(text, "SECRET") {
			t.Errorf("%s was read: %s", name, text)
		}
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	<-stopped
	select {
	case <-touched:
		t.Error("something was fetched")
	default:
	}
}

func TestBounds(t *testing.T) {
	var entities strings.Builder
	for at := range 20 {
		entities.WriteString("<!ENTITY e" + string(rune('b'+at)) + " \"" + strings.Repeat("&e"+string(rune('a'+at))+";", 20) + "\">")
	}
	tests := map[string]string{
		"entities that blow up": "<!DOCTYPE scarab-issues [<!ENTITY ea \"ha\">" + entities.String() + "]>" +
			strings.Replace(document(""), "Library", "&eu;", 1),
		"nesting": document(strings.Repeat("<issue>", 400)),
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			if place, text := anError(t, write(t, "a.xml", content), ";Validate=never"); place == "" {
				t.Errorf("the document was read: %s", text)
			}
		})
	}
}

// TestDates shows which dates end a query, and which only leave a warning.
func TestDates(t *testing.T) {
	set := func(date string) string {
		return document("<issue><id>1</id><artifact-type>Task</artifact-type><activity-sets><activity-set><id>1</id>" +
			"<type>Create Issue</type><created-by>ann</created-by><created-date>" + date + "</created-date>" +
			"<activities/></activity-set></activity-sets></issue>")
	}
	const none = "<format>yyyy-MM-dd</format><timestamp>2004-02-30</timestamp>"
	tests := map[string]struct {
		date, settings string
		want           string // Issues.Created, or the error
		codes          []string
	}{
		"read":                          {"<format>yyyy-MM-dd HH:mm:ss z</format><timestamp>2003-07-10 14:57:51 PDT</timestamp>", "", "2003-07-10 21:57:51", nil},
		"indented":                      {"<format>\n yyyy-MM-dd HH:mm:ss z\n</format><timestamp>\n2003-07-10 14:57:51 JST\n</timestamp>", "", "2003-07-10 05:57:51", nil},
		"of the session's zone":         {"<format>yyyy-MM-dd HH:mm</format><timestamp>2003-07-10 14:57</timestamp>", "", "2003-07-10 14:57:00", nil},
		"of the option's zone":          {"<format>yyyy-MM-dd HH:mm</format><timestamp>2003-07-10 14:57</timestamp>", ";Timezone=Asia/Tokyo", "2003-07-10 05:57:00", nil},
		"with its own zone":             {"<format>yyyy-MM-dd HH:mm z</format><timestamp>2003-07-10 14:57 GMT</timestamp>", ";Timezone=Asia/Tokyo", "2003-07-10 14:57:00", nil},
		"without a pattern":             {"<format/><timestamp>2003-07-10 14:57:51 JST</timestamp>", "", "2003-07-10 05:57:51", nil},
		"no text":                       {"<format>yyyy</format><timestamp/>", "", "-", nil},
		"no pattern and no date":        {"<format/><timestamp>yesterday</timestamp>", "", "-", []string{"unparsable-date"}},
		"no date":                       {none, "", "ERROR", nil},
		"no date, never":                {none, ";Validate=never", "-", []string{"unparsable-date"}},
		"no pattern, no date, always":   {"<format/><timestamp>yesterday</timestamp>", ";Validate=always", "ERROR", nil},
		"a pattern that is none":        {"<format>bogus</format><timestamp>x</timestamp>", "", "ERROR", nil},
		"a pattern that is none, never": {"<format>bogus</format><timestamp>x</timestamp>", ";Validate=never", "-", []string{"unparsable-date"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			content := strings.ReplaceAll(set(test.date), "<activities/>", "<activities>"+act("X")+"</activities>")
			path := write(t, "a.xml", content)
			src := open(t, "Path="+path+test.settings)
			got := scan(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Created"}})
			if test.want == "ERROR" {
				if connector.KindOf(got.err) != connector.Corrupt || !strings.HasPrefix(got.err.Error(), path+":1:") ||
					!strings.Contains(connector.HintOf(got.err), "Validate=never") {
					t.Errorf("scan = %v, hint %q, want one with place and the hint Validate=never", got.err, connector.HintOf(got.err))
				}
				return
			}
			if diff := cmp.Diff([]string{test.want}, got.rows); diff != "" || got.err != nil {
				t.Errorf("Issues.Created, error %v (-want +got):\n%s", got.err, diff)
			}
			var codes []string
			for _, w := range got.report.Warnings {
				codes = append(codes, w.Code)
			}
			if diff := cmp.Diff(test.codes, codes); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnreadDates shows that a date that nobody reads ends no query, unless all
// is to be checked.
func TestUnreadDates(t *testing.T) {
	path := write(t, "a.xml", document(anIssue("1", strings.ReplaceAll(comment("1", "x"), "2004-01-01", "2004-99-99"))))
	request := connector.ScanRequest{Table: "Comments", Columns: []string{"Text"}}
	if got := scan(t, open(t, "Path="+path), request); got.err != nil || len(got.rows) != 1 {
		t.Errorf("scan = %v, %v, want one row", got.rows, got.err)
	}
	if got := scan(t, open(t, "Path="+path+";Validate=always"), request); connector.KindOf(got.err) != connector.Corrupt {
		t.Errorf("scan under Validate=always = %v, %v, want an error of kind corrupt", got.rows, got.err)
	}
}
