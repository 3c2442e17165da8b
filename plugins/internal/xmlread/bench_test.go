package xmlread_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// export writes issues as the trackers' exporters do: two thirds of it white
// space between elements.
func export(issues int, language string) []byte {
	values := map[string][2]string{
		"en": {"Summary set to 'the first order of the day is lost'", "the first order of the day is lost &amp; found"},
		"ja": {"Summary を「朝いちばんの注文が消える」に設定", "朝いちばんの注文が消える（再現手順あり）&amp; 確認済み"},
	}[language]
	activity := "\n" + strings.Repeat(" ", 12) + `<activity>
              <id>%d</id>
              <attribute>Summary</attribute>
` + strings.Repeat(" ", 130) + `
              <new-value>` + values[1] + `</new-value>
` + strings.Repeat(" ", 14) + "\n" + strings.Repeat(" ", 28) + `
              <description>` + values[0] + `</description>
` + strings.Repeat(" ", 28) + "\n" + strings.Repeat(" ", 30) + `
            </activity>
` + strings.Repeat(" ", 96)
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scarab-issues>\n<issues>\n")
	for i := range issues {
		fmt.Fprintf(&b, `
    <issue>
      <id>PACS%d</id>
      <artifact-type>Defect</artifact-type>
      <activity-sets>
        <activity-set>
          <id>%d</id>
          <type>Create Issue</type>
          <created-by>turbine@tigris.org</created-by>
          <created-date>
            <format>yyyy-MM-dd HH:mm:ss z</format>
            <timestamp>2003-03-10 14:57:51 PST</timestamp>
          </created-date>
          <activities>
`, i, i)
		for j := range 10 {
			fmt.Fprintf(&b, activity, 10*i+j)
		}
		b.WriteString(`
          </activities>
        </activity-set>
      </activity-sets>
    </issue>
`)
	}
	b.WriteString("</issues>\n</scarab-issues>\n")
	return b.Bytes()
}

// exportModel is the part of the trackers' DTD that export needs.
const exportModel = `
scarab-issues (issues+)
issues        (issue+)
issue         (id, artifact-type, activity-sets)
id            TEXT
artifact-type TEXT
activity-sets (activity-set+)
activity-set  (id, type, created-by, created-date, activities)
type          TEXT
created-by    TEXT
created-date  (format, timestamp)
format        TEXT
timestamp     TEXT
activities    (activity+)
activity      (id?, attribute, old-numeric-value?, new-numeric-value?, old-user?,
               new-user?, old-option?, new-option?, old-value?, new-value?,
               description, end-date?)
attribute     TEXT
old-numeric-value TEXT
new-numeric-value TEXT
old-user      TEXT
new-user      TEXT
old-option    TEXT
new-option    TEXT
old-value     TEXT
new-value     TEXT
description   TEXT
end-date      (format, timestamp)
`

func exportConfig(tb testing.TB) xmlread.Config {
	tb.Helper()
	m, err := xmlread.CompileModel(exportModel)
	if err != nil {
		tb.Fatal(err)
	}
	return xmlread.Config{
		Name:  "export.xml",
		Names: xmlread.NewNames("issue", "id", "activity", "attribute", "new-value", "description"),
		Model: func(*xmlread.Doctype) *xmlread.Model { return m },
	}
}

// BenchmarkRead compares with encoding/xml on the same document.
//
//	go test -run '^$' -bench Read ./plugins/internal/xmlread
func BenchmarkRead(b *testing.B) {
	for _, language := range []string{"en", "ja"} {
		document := export(1000, language)
		cfg := exportConfig(b)
		b.Run(language+"/xmlread", func(b *testing.B) {
			measure(b, document, func(in io.Reader) { readAll(b, in, cfg) })
		})
		b.Run(language+"/xmlread-unvalidated", func(b *testing.B) {
			measure(b, document, func(in io.Reader) { readAll(b, in, xmlread.Config{Names: cfg.Names}) })
		})
		b.Run(language+"/xmlread-skip", func(b *testing.B) {
			measure(b, document, func(in io.Reader) {
				r := xmlread.New(in, cfg)
				if _, err := r.Next(); err != nil {
					b.Fatal(err)
				}
				if err := r.Skip(); err != nil {
					b.Fatal(err)
				}
			})
		})
		b.Run(language+"/encoding-xml", func(b *testing.B) {
			measure(b, document, func(in io.Reader) {
				d := xml.NewDecoder(in)
				for {
					if _, err := d.RawToken(); errors.Is(err, io.EOF) {
						return
					} else if err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func measure(b *testing.B, document []byte, read func(io.Reader)) {
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		read(bytes.NewReader(document))
	}
}

// readAll reads to the end and returns how much text there was.
func readAll(tb testing.TB, in io.Reader, cfg xmlread.Config) (total int) {
	tb.Helper()
	r := xmlread.New(in, cfg)
	for {
		event, err := r.Next()
		if errors.Is(err, io.EOF) {
			return total
		}
		if err != nil {
			tb.Fatal(err)
		}
		if event == xmlread.End {
			total += len(r.Text())
		}
	}
}

// BenchmarkEncodings reads the Japanese document of BenchmarkRead in the
// encodings it may come in. Bytes are those of the encoding.
func BenchmarkEncodings(b *testing.B) {
	cfg := exportConfig(b)
	for _, test := range []struct {
		name     string
		encoding encoding.Encoding
	}{
		{"UTF-8", unicode.UTF8},
		{"UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"Shift_JIS", japanese.ShiftJIS},
		{"EUC-JP", japanese.EUCJP},
		{"ISO-2022-JP", japanese.ISO2022JP},
	} {
		text := strings.Replace(string(export(1000, "ja")), "UTF-8", test.name, 1)
		document := []byte(encode(b, test.encoding, text))
		b.Run(test.name, func(b *testing.B) {
			measure(b, document, func(in io.Reader) { readAll(b, in, cfg) })
		})
	}
}
