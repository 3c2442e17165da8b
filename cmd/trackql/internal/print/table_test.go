package print_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

var wide = fieldsOf(
	"Id", arrow.PrimitiveTypes.Int64, "Created", arrow.FixedWidthTypes.Date32,
	"Summary", arrow.BinaryTypes.String, "説明", arrow.BinaryTypes.String,
)

const wideRows = `[
	{"Id": 1, "Created": "2024-01-02", "Summary": "The login page shows an error after the update", "説明": "更新後にログイン画面でエラーが表示される"},
	{"Id": 12345, "Created": null, "Summary": "short", "説明": "短い"}
]`

func TestTableWidths(t *testing.T) {
	for _, width := range []int{0, 120, 80, 60, 40, 39} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			o := print.Options{Format: print.Table, Width: width}
			text := printed(t, o, readerOf(t, batchOf(t, wide, wideRows)))
			golden(t, fmt.Sprintf("wide-%d.txt", width), text)
			for line := range strings.Lines(text) {
				if n := print.Width(strings.TrimSuffix(line, "\n")); width > 0 && n > width {
					t.Errorf("the line %q takes %d columns, more than %d", line, n, width)
				}
			}
		})
	}
}

// TestTableNarrowest writes something on terminals that have no room for it.
func TestTableNarrowest(t *testing.T) {
	for width := range 12 {
		o := print.Options{Format: print.Table, Width: width + 1}
		text := printed(t, o, readerOf(t, batchOf(t, wide, wideRows)))
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			aside := strings.HasPrefix(line, "-[ row") || strings.HasPrefix(line, "(2 rows") || strings.HasSuffix(line, "more lines")
			if n := print.Width(line); n > max(o.Width, len("… | 更")) && !aside {
				t.Errorf("at width %d the line %q takes %d columns", o.Width, line, n)
			}
		}
		if !strings.HasSuffix(text, "; … marks what is cut)\n") {
			t.Errorf("at width %d the table ends %q", o.Width, text[max(0, len(text)-40):])
		}
	}
}

func TestTableHostileText(t *testing.T) {
	rows := `[{"a": "\u001b[31mred\u001b[0m\u0007", "b": "x\u202ey"}, {"a": "1\r\n2\r3", "b": "\u0085\u200b|"},
		{"a": "👩‍👩‍👧 family", "b": "e\u0301"}, {"a": "` + strings.Repeat(`line\n`, 11) + `", "b": "12 lines"}]`
	schema := fieldsOf("a", arrow.BinaryTypes.String, "b\n\u001b", arrow.BinaryTypes.String)
	rows = strings.ReplaceAll(rows, `"b":`, `"b\n\u001b":`)
	golden(t, "hostile.txt", printed(t, print.Options{Format: print.Table, Width: 60}, readerOf(t, batchOf(t, schema, rows))))
}

// TestTableStreams writes rows before all have come, and lets later numbers
// be whole where they are wider than the sample's.
func TestTableStreams(t *testing.T) {
	schema := fieldsOf("n", arrow.PrimitiveTypes.Int64, "s", arrow.BinaryTypes.String)
	small := batchOf(t, schema, "["+strings.TrimSuffix(strings.Repeat(`{"n": 1, "s": "ab"},`, 600), ",")+"]")
	large := batchOf(t, schema, `[{"n": 1234567, "s": "abcdefghijkl"}]`)
	var out bytes.Buffer
	var seen []int
	r := watched{readerOf(t, small, small, large), func() { seen = append(seen, strings.Count(out.String(), "\n")) }}
	p := print.New(&out, print.Options{Format: print.Table, Width: 40})
	if _, err := p.Print(r, whole); err != nil {
		t.Fatalf("Print = %v", err)
	}
	if want := []int{0, 0, 1202, 1203}; !cmp.Equal(seen, want) {
		t.Errorf("lines written before each batch = %v, want %v", seen, want)
	}
	want := "1 | ab\n1234567 | a…\n(1,201 rows, complete; … marks what is cut)\n"
	if got := out.String(); !strings.HasSuffix(got, want) {
		t.Errorf("output ends with %q, want %q", got[max(0, len(got)-80):], want)
	}
}

// watched calls back before each batch.
type watched struct {
	array.RecordReader
	before func()
}

func (w watched) Next() bool {
	w.before()
	return w.RecordReader.Next()
}

func TestSummary(t *testing.T) {
	tests := map[string]struct {
		rows    int64
		verdict connector.Verdict
	}{
		"0 rows, complete":    {0, connector.Verdict{Completeness: connector.Complete}},
		"1 row":               {1, connector.Verdict{}},
		"1,234,567 rows":      {1234567, connector.Verdict{}},
		"2 rows, partial":     {2, connector.Verdict{Completeness: connector.Partial}},
		"2 rows, unknown: no": {2, connector.Verdict{Note: "no"}},
		"12 rows, partial: validated up to line 812": {12, connector.Verdict{
			Completeness: connector.Partial, Note: "validated up to line 812",
		}},
	}
	for want, test := range tests {
		if got := print.Summary(test.rows, test.verdict); got != want {
			t.Errorf("Summary(%d, %v) = %q, want %q", test.rows, test.verdict, got, want)
		}
	}
}
