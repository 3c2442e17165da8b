package scarab_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/trackql/trackql/connector"
)

// TestEncodings reads one document in all encodings, by its declaration and by
// the option.
func TestEncodings(t *testing.T) {
	data, err := os.ReadFile("testdata/japanese.xml")
	if err != nil {
		t.Fatal(err)
	}
	sample := string(data)
	want := rows(t, open(t, "Path=testdata/japanese.xml"), "AttributeValues", "IssueId", "Attribute", "Value", "SetBy")
	tests := map[string]struct {
		declared string
		encoding encoding.Encoding
	}{
		"UTF-8":                         {"UTF-8", unicode.UTF8},
		"UTF-8 with a mark":             {"UTF-8", unicode.UTF8BOM},
		"UTF-16, big end first":         {"UTF-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		"UTF-16, little end first":      {"UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		"UTF-16, little end, no mark":   {"UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		"EUC-JP":                        {"EUC-JP", japanese.EUCJP},
		"Shift_JIS":                     {"Shift_JIS", japanese.ShiftJIS},
		"windows-31j":                   {"windows-31j", japanese.ShiftJIS},
		"ISO-2022-JP":                   {"ISO-2022-JP", japanese.ISO2022JP},
		"EUC-JP in the words of a Java": {"EUC_JP", japanese.EUCJP},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			content := strings.Replace(sample, `encoding="UTF-8"`, `encoding="`+test.declared+`"`, 1)
			packed, err := test.encoding.NewEncoder().String(content)
			if err != nil {
				t.Fatal(err)
			}
			src := open(t, "Path="+write(t, "a.xml", packed)+";Validate=always")
			if diff := cmp.Diff(want, rows(t, src, "AttributeValues", "IssueId", "Attribute", "Value", "SetBy")); diff != "" {
				t.Errorf("by the declaration (-want +got):\n%s", diff)
			}
		})
		t.Run(name+", by the option", func(t *testing.T) {
			undeclared := strings.Replace(sample, ` encoding="UTF-8"`, "", 1)
			packed, err := test.encoding.NewEncoder().String(undeclared)
			if err != nil {
				t.Fatal(err)
			}
			src := open(t, "Path="+write(t, "a.xml", packed)+";Encoding="+test.declared)
			if diff := cmp.Diff(want, rows(t, src, "AttributeValues", "IssueId", "Attribute", "Value", "SetBy")); diff != "" {
				t.Errorf("by the option (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLatin1(t *testing.T) {
	content := `<?xml version="1.0" encoding="ISO-8859-1"?>` + document(anIssue("1", act("Größe", "new=übergroß")))
	packed, err := charmap.ISO8859_1.NewEncoder().String(content)
	if err != nil {
		t.Fatal(err)
	}
	src := open(t, "Path="+write(t, "a.xml", packed))
	if diff := cmp.Diff([]string{"übergroß"}, rows(t, src, "Issues", "Größe")); diff != "" {
		t.Errorf("Issues (-want +got):\n%s", diff)
	}
}

// TestMislabelled reads Shift_JIS that says it is UTF-8.
func TestMislabelled(t *testing.T) {
	packed, err := japanese.ShiftJIS.NewEncoder().String(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		document(anIssue("1", act("X", "new=一覧"))))
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "a.xml", packed)
	for _, settings := range []string{"", ";Validate=always"} {
		got := scan(t, open(t, "Path="+path+settings), connector.ScanRequest{Table: "Activities"})
		if got.err == nil || !strings.HasPrefix(got.err.Error(), path+":2:") || !strings.Contains(connector.HintOf(got.err), "Encoding=") {
			t.Errorf("scan with %q = %v, hint %q, want one at line 2 that hints at Encoding=", settings, got.err, connector.HintOf(got.err))
		}
	}
	src := open(t, "Path="+path+";Validate=never")
	if got := rows(t, src, "Activities", "NewValue"); len(got) != 1 || !strings.Contains(got[0], "\uFFFD") {
		t.Errorf("under Validate=never: NewValue = %q, want one row with U+FFFD", got)
	}
	if got := rows(t, src, "Warnings", "Code"); len(got) == 0 || got[0] != "undecodable-bytes" {
		t.Errorf("under Validate=never: Warnings = %v, want undecodable-bytes", got)
	}
	src = open(t, "Path="+path+";Encoding=Shift_JIS")
	if diff := cmp.Diff([]string{"一覧"}, rows(t, src, "Activities", "NewValue")); diff != "" {
		t.Errorf("under Encoding=Shift_JIS (-want +got):\n%s", diff)
	}
}

// TestLineEnds reads one document with the line ends of three systems.
func TestLineEnds(t *testing.T) {
	data, err := os.ReadFile("testdata/plain.xml")
	if err != nil {
		t.Fatal(err)
	}
	want := rows(t, open(t, "Path=testdata/plain.xml"), "Comments", "IssueId", "Text")
	for name, end := range map[string]string{"CR LF": "\r\n", "CR": "\r"} {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", strings.ReplaceAll(string(data), "\n", end)))
			if diff := cmp.Diff(want, rows(t, src, "Comments", "IssueId", "Text")); diff != "" {
				t.Errorf("Comments (-want +got):\n%s", diff)
			}
		})
	}
}
