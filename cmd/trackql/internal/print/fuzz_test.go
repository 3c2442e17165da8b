package print_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// FuzzText writes any text in every format, and reads it back with the
// standard library where that can.
func FuzzText(f *testing.F) {
	f.Add("plain", "")
	f.Add("a,\"b\"\r\nc", "\u2028 担当者 \x7f")
	f.Add("|*<b>\\", "\x1b[2J\u202e")
	f.Add("\xff\xfe", "\ufffd")
	f.Fuzz(func(t *testing.T, one, two string) {
		builder := array.NewStringBuilder(memory.DefaultAllocator)
		defer builder.Release()
		builder.Append(one)
		builder.Append(two)
		values := builder.NewArray()
		defer values.Release()
		number := array.NewInt8Builder(memory.DefaultAllocator)
		defer number.Release()
		number.Append(1)
		number.Append(2)
		numbers := number.NewArray()
		defer numbers.Release()
		batch := recordOf(t, named{"n", numbers}, named{"a" + one, values})
		text := func(f print.Format, width int) string {
			return printed(t, print.Options{Format: f, Width: width}, readerOf(t, batch))
		}
		checkCSV(t, text(print.CSV, 0), one, two)
		checkJSON(t, text(print.JSON, 0), one, two)
		if n := strings.Count(text(print.NDJSON, 0), "\n"); n != 2 {
			t.Errorf("NDJSON of two rows has %d lines", n)
		}
		if md := text(print.Markdown, 0); strings.Count(md, "\n") != 4 || strings.Contains(md, "\r") {
			t.Errorf("Markdown of two rows is %q, want four lines", md)
		}
		for _, width := range []int{0, 10, 40} {
			for _, r := range text(print.Table, width) {
				if unicode.IsControl(r) && r != '\n' {
					t.Errorf("a table of width %d has the control character %q", width, r)
				}
			}
		}
	})
}

func checkCSV(t *testing.T, text, one, two string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("read %q: %v", text, err)
	}
	// The reader of the standard library makes one LF of CR and LF.
	unix := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
	if len(rows) != 3 || rows[1][1] != unix(one) || rows[2][1] != unix(two) {
		t.Errorf("CSV of %q and %q reads back as %q", one, two, rows)
	}
}

func checkJSON(t *testing.T, text, one, two string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("JSON %q is not UTF-8", text)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatalf("read %q: %v", text, err)
	}
	if !utf8.ValidString(one) || !utf8.ValidString(two) {
		return // what is no UTF-8 was replaced
	}
	if len(rows) != 2 || rows[0]["a"+one] != one || rows[1]["a"+one] != two {
		t.Errorf("JSON of %q and %q reads back as %q", one, two, rows)
	}
}
