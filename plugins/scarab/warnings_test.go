package scarab_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// warningTest is a document with one fault.
type warningTest struct {
	content, settings string
	want              string // the beginning of its warning: line, issue, code, text
}

// warningTests are documents of every fault, by code and, after a comma, which.
func warningTests() map[string]warningTest {
	whole := document(anIssue("1", act("X", "new=a")))
	in := func(old, new string) string { return strings.Replace(whole, old, new, 1) }
	return map[string]warningTest{
		"unknown-doctype": {
			withDoctype("http://example.com/tracker.dtd", whole), "",
			"2 | - | unknown-doctype | the document type 'http://example.com/tracker.dtd' is not known; it is checked against the widest model",
		},
		"unknown-element": {
			in("<type>", "<colour>red</colour><type>"), "",
			"1 | 1 | unknown-element | <colour> has no meaning here and was not read",
		},
		"unknown-element, inside a text": {
			in("a</new-value>", "a<b>c</b></new-value>"), "",
			"1 | 1 | unknown-element | <b> has no meaning here and was not read",
		},
		"repeated-element": {
			in("<module>", "\n<import-type/><module>"), "",
			"2 | - | repeated-element | <import-type> is there twice; the last one counts",
		},
		"dropped-attribute": {
			in("<new-value>", "\n<new-value lang='en'>"), "",
			"2 | 1 | dropped-attribute | attribute lang of <new-value> was not read",
		},
		"stray-text": {
			in("<activities>", "\nwords<activities>"), "",
			`3 | 1 | stray-text | <activity-set> holds text between its elements that was not read: \"words\"`,
		},
		"unparsable-date": {
			in("2004-01-01 12:00:00 GMT", "\n\n12.30"), ";Validate=never",
			`1 | 1 | unparsable-date | \"12.30\" does not fit the date pattern \"yyyy-MM-dd HH:mm:ss z\": expected \"-\" at character 3; it is NULL`,
		},
		"unparsable-number": {
			in("<new-value>", "<old-numeric-value>$x</old-numeric-value><new-value>"), "",
			`1 | 1 | unparsable-number | \"$x\" is no integer; it is NULL`,
		},
		"unknown-set-type": {
			strings.Replace(document(anIssue("1", act("X"), act("X"))), "Edit Issue", "Reopen Issue", 1), "",
			`3 | 1 | unknown-set-type | the activity set has the unknown type \"Reopen Issue\"`,
		},
		"unknown-attachment-type": {
			document(anIssue("1", strings.Replace(comment("5", "x"), "COMMENT", "PIGEON", 1))), "",
			`1 | 1 | unknown-attachment-type | attachment 5 has the unknown type \"PIGEON\"`,
		},
		"no-create-set": {
			in("Create Issue", "Edit Issue"), "",
			"1 | 1 | no-create-set | no activity set creates the issue or moves it here",
		},
		"set-back-in-time": {
			strings.Replace(document(anIssue("1", act("X"), act("X"))), "2004-01-02", "2003-01-02", 1), "",
			"3 | 1 | set-back-in-time | the activity set is older than the one before it",
		},
		"contradictory-set": {
			document(anIssue("1", act("X", "new-option=a"), act("X", "old-option=a", "new-option=b")+act("X", "old-option=a", "new-option=c"))), "",
			`4 | 1 | contradictory-set | X: activity set 2 makes it \"b\" and then \"c\"`,
		},
		"old-value-differs": {
			document(anIssue("1", act("X", "new=a"), act("X", "old=b", "new=c"))), "",
			`3 | 1 | old-value-differs | X: the old value is \"b\", but the replay has \"a\"`,
		},
		"end-dates-disagree": {
			document(anIssue("1", ended(act("X", "new=a")))), "",
			`1 | 1 | end-dates-disagree | X: the replay ends with \"a\", which is not what the activities without end date say`,
		},
		"dangling-dependency": {
			document(anIssue("1", linked("LIB1", "LIB2", "blocking", "false")+linked("LIB1", "LIB2", "blocking", "false"))), "",
			"1 | 1 | dangling-dependency | LIB1 blocks LIB2: issue LIB2 is not in the file",
		},
		"repeated-issue": {
			document(anIssue("1", act("X")) + anIssue("1", act("X"))), "",
			"4 | 1 | repeated-issue | issue 1 is in the file before",
		},
		"number-without-value": {
			document(anIssue("1", act("X", "new-numeric-value=4"))), "",
			"1 | 1 | number-without-value | X is set to the number 4 without a value; the number is in Activities only",
		},
		"bare-ampersand": {
			in("<new-value>a", "<new-value>a & b"), "",
			`1 | 1 | bare-ampersand | \"&\" starts no reference: expected \"&amp;\"`,
		},
		"bare-ampersand, as the old exporter left it": {
			in("<new-value>a", "<new-value>a &# b"), "",
			`1 | 1 | bare-ampersand | \"&\" starts no reference: expected \"&amp;\"`,
		},
		"forbidden-character": {
			in("<new-value>a", "<new-value>\x01"), "",
			"1 | 1 | forbidden-character | XML forbids the character U+0001",
		},
		"forbidden-character, a reference": {
			in("<new-value>a", "<new-value>&#xFFFE;"), "",
			"1 | 1 | forbidden-character | XML forbids the character U+FFFE, written &#xFFFE;",
		},
		"space-before-declaration": {
			"\n\n<?xml version=\"1.0\"?>" + whole, "",
			"3 | - | space-before-declaration | white space stands before the XML declaration",
		},
		"undecodable-bytes":  {in("<new-value>a", "<new-value>\n\xff"), ";Validate=never", "2 | 1 | undecodable-bytes | byte FF is no character in UTF-8"},
		"encoding-mismatch":  {"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>" + whole, "", "1 | - | encoding-mismatch | "},
		"parameter-entity":   {"<!DOCTYPE scarab-issues [<!ENTITY % x SYSTEM \"x\"> %x;]>" + whole, ";Dtd=pt", "1 | - | parameter-entity | "},
		"nothing to forgive": {whole, "", ""},
	}
}

// TestWarnings shows every kind of warning: its row, and the scan's report.
func TestWarnings(t *testing.T) {
	for name, test := range warningTests() {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", test.content)+test.settings)
			got := scan(t, src, connector.ScanRequest{Table: "Warnings", Columns: []string{"Line", "IssueId", "Code", "Text"}})
			if got.err != nil {
				t.Fatal(got.err)
			}
			if test.want == "" && len(got.rows) == 0 {
				return
			}
			if len(got.rows) != 1 || !strings.HasPrefix(got.rows[0], test.want) || test.want == "" {
				t.Fatalf("Warnings = %q, want one row %q", got.rows, test.want)
			}
			code, _, _ := strings.Cut(name, ",")
			if w := got.report.Warnings; len(w) != 1 || w[0].Code != code || w[0].Count != 1 || !strings.Contains(w[0].Text, "a.xml:") {
				t.Errorf("the report has %+v, want one of code %s with its place", w, code)
			}
			if test.settings == "" {
				refusedUnderAlways(t, test.content, code)
			}
		})
	}
}

// refusedUnderAlways checks that what XML itself forbids is not forgiven under
// Validate=always.
func refusedUnderAlways(t *testing.T, content, code string) {
	t.Helper()
	switch code {
	case "bare-ampersand", "forbidden-character", "space-before-declaration":
	default:
		return
	}
	strict := open(t, "Path="+write(t, "strict.xml", content)+";Validate=always")
	if got := scan(t, strict, connector.ScanRequest{Table: "Issues"}); connector.KindOf(got.err) != connector.Corrupt {
		t.Errorf("under Validate=always: scan = %v, want an error of kind corrupt", got.err)
	}
	lenient := open(t, "Path="+write(t, "lenient.xml", content)+";Validate=never")
	if got := scan(t, lenient, connector.ScanRequest{Table: "Issues"}); got.err != nil {
		t.Errorf("under Validate=never: scan = %v, want none", got.err)
	}
}

// TestContradictionWithoutSet tells of a set whose id the scan does not read.
func TestContradictionWithoutSet(t *testing.T) {
	src := open(t, "Path="+write(t, "a.xml", document(anIssue("1", act("X", "new=b")+act("X", "new=c")))))
	got := scan(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"X"}})
	const want = `X: an activity set makes it "b" and then "c"`
	if w := got.report.Warnings; len(w) != 1 || !strings.HasSuffix(w[0].Text, want) {
		t.Errorf("the warnings are %v, want one that ends with %s", w, want)
	}
}

// TestWarningsAreThoseOfTheScan shows that a scan counts what it met.
func TestWarningsAreThoseOfTheScan(t *testing.T) {
	content := document(anIssue("1", act("X", "old=b", "new=c")+act("X", "old=d", "new=e")+act("Y", "new=a & b")))
	src := open(t, "Path="+write(t, "a.xml", content))
	count := func(columns ...string) map[string]int64 {
		got := scan(t, src, connector.ScanRequest{Table: "Issues", Columns: columns})
		counts := map[string]int64{}
		for _, w := range got.report.Warnings {
			counts[w.Code] = w.Count
		}
		return counts
	}
	tests := map[string]struct {
		columns []string
		want    map[string]int64
	}{
		"the attribute":       {[]string{"X"}, map[string]int64{"old-value-differs": 1, "contradictory-set": 1, "bare-ampersand": 1}},
		"another attribute":   {[]string{"Y"}, map[string]int64{"bare-ampersand": 1}},
		"nothing of the sets": {[]string{"Id"}, map[string]int64{"bare-ampersand": 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, count(test.columns...)); diff != "" {
				t.Errorf("warnings of a scan of %v (-want +got):\n%s", test.columns, diff)
			}
		})
	}
}

// TestWarningCodes checks that every code is documented, and tested above. Only
// hidden-issue takes two files: TestMerge shows it.
func TestWarningCodes(t *testing.T) {
	tested := map[string]bool{"hidden-issue": true}
	for name := range warningTests() {
		code, _, _ := strings.Cut(name, ",")
		tested[code] = true
	}
	warnings := table(t, open(t, "Path=testdata/plain.xml"), "Warnings")
	code, _ := warnings.Column("Code")
	for _, v := range code.Values {
		if !tested[v.Text()] {
			t.Errorf("no test shows the code %s", v.Text())
		}
		if !strings.Contains(code.Doc, v.Text()+": ") {
			t.Errorf("the code %s is not documented", v.Text())
		}
	}
}
