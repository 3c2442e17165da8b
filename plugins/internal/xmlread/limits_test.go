package xmlread_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

func TestLimits(t *testing.T) {
	ha := `<!DOCTYPE a [<!ENTITY h "hahaha">]>`
	tests := map[string]struct {
		in     string
		limits xmlread.Limits
		want   string // empty where it is within the limits
	}{
		"depth":              {"<a><b><c/></b></a>", xmlread.Limits{Depth: 3}, ""},
		"depth beyond":       {"<a>\n<b><c/></b></a>", xmlread.Limits{Depth: 2}, "2:4: <c> is nested deeper than 2 elements"},
		"default depth":      {strings.Repeat("<a>", 257), xmlread.Limits{}, "1:769: <a> is nested deeper than 256 elements"},
		"text":               {"<a>12345</a>", xmlread.Limits{Text: 5}, ""},
		"text beyond":        {"<a>123456</a>", xmlread.Limits{Text: 5}, "1:9: the text of <a> is longer than 5 bytes"},
		"text in parts":      {"<a>12<!-- -->34<![CDATA[56]]></a>", xmlread.Limits{Text: 5}, "1:26: the text of <a> is longer than 5 bytes"},
		"text by references": {"<a>1234&#x35;&#x36;</a>", xmlread.Limits{Text: 5}, "1:14: the text of <a> is longer than 5 bytes"},
		"text around":        {"<a>123<b>12345</b>456</a>", xmlread.Limits{Text: 5}, "1:21: the text of <a> is longer than 5 bytes"},
		"white space":        {"<a>    \n<b>\n1</b>    \n<b/>\n     </a>", xmlread.Limits{Text: 6}, ""},
		"white space beyond": {"<a>    \n  <b/></a>", xmlread.Limits{Text: 6}, "2:2: the text of <a> is longer than 6 bytes"},
		"name":               {"<abc d-e='1'/>", xmlread.Limits{Name: 3}, ""},
		"name beyond":        {"<abcd/>", xmlread.Limits{Name: 3}, "1:1: a name is longer than 3 bytes"},
		"attribute's name":   {"<abc\n wxyz=''/>", xmlread.Limits{Name: 3}, "2:2: a name is longer than 3 bytes"},
		"name across reads":  {"<a" + strings.Repeat("b", 100_000) + "/>", xmlread.Limits{}, "1:1: a name is longer than 1024 bytes"},
		"attributes":         {"<a " + manyAttributes(257) + "/>", xmlread.Limits{}, "1:2564: the tag <a> has more than 256 attributes"},
		"entities":           {ha + "<a>&h;&h;</a>", xmlread.Limits{Entities: 19}, ""},
		"entities beyond":    {ha + "<a>&h;&h;</a>", xmlread.Limits{Entities: 18}, "1:42: with &h; the entities of the document amount to more than 18 bytes"},
		"entities in values": {ha + "<a b='&h;&h;'/>", xmlread.Limits{Entities: 18}, "1:45: with &h; the entities of the document amount to more than 18 bytes"},
		"entity declared":    {ha + "<a/>", xmlread.Limits{Entities: 6}, "1:32: with &h; the entities of the document amount to more than 6 bytes"},
		"identifier":         {"<!DOCTYPE a SYSTEM '" + strings.Repeat("x", 5000) + "'><a/>", xmlread.Limits{}, "1:4117: a literal in the document type declaration is longer than 4096 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, chunked := range []func(io.Reader) io.Reader{plainReader, iotest.OneByteReader} {
				r := xmlread.New(chunked(strings.NewReader(test.in)), xmlread.Config{Name: "f", Limits: test.limits})
				var err error
				for err == nil {
					_, err = r.Next()
				}
				if test.want == "" {
					if !errors.Is(err, io.EOF) {
						t.Errorf("error = %v, want none", err)
					}
					continue
				}
				if err.Error() != "f:"+test.want || connector.KindOf(err) != connector.Corrupt {
					t.Errorf("error = %v, want f:%s", err, test.want)
				}
			}
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%03d='x'\t\t", i)
	}
	return b.String()
}
