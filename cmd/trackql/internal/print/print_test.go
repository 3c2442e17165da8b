package print_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var tokyo = time.FixedZone("Asia/Tokyo", 9*60*60)

// batchOf reads rows of JSON into a batch. The test fails where the batch is
// not freed in the end.
func batchOf(t testing.TB, schema *arrow.Schema, rows string) arrow.RecordBatch {
	t.Helper()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	batch, _, err := array.RecordFromJSON(mem, schema, strings.NewReader(rows))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		batch.Release()
		mem.AssertSize(t, 0)
	})
	return batch
}

// fieldsOf makes nullable fields of names and types in turn.
func fieldsOf(pairs ...any) *arrow.Schema {
	var fields []arrow.Field
	for i := 0; i < len(pairs); i += 2 {
		fields = append(fields, arrow.Field{Name: pairs[i].(string), Type: pairs[i+1].(arrow.DataType), Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// named is a column with its name.
type named struct {
	name   string
	values arrow.Array
}

// recordOf makes a batch of columns, which stay those of the caller.
func recordOf(t testing.TB, columns ...named) arrow.RecordBatch {
	t.Helper()
	var fields []arrow.Field
	var values []arrow.Array
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.name, Type: c.values.DataType(), Nullable: true})
		values = append(values, c.values)
	}
	batch := array.NewRecordBatch(arrow.NewSchema(fields, nil), values, int64(values[0].Len()))
	t.Cleanup(batch.Release)
	return batch
}

// readerOf reads batches, which stay those of the caller.
func readerOf(t testing.TB, batches ...arrow.RecordBatch) array.RecordReader {
	t.Helper()
	r, err := array.NewRecordReader(batches[0].Schema(), batches)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Release)
	return r
}

func whole() connector.Verdict { return connector.Verdict{Completeness: connector.Complete} }

// printed prints one result.
func printed(t *testing.T, o print.Options, r array.RecordReader) string {
	t.Helper()
	var out bytes.Buffer
	p := print.New(&out, o)
	if _, err := p.Print(r, whole); err != nil {
		t.Fatalf("Print = %v", err)
	}
	if err := p.Close(); err != nil {
		t.Fatalf("Close = %v", err)
	}
	return out.String()
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var issues = fieldsOf("Id", arrow.PrimitiveTypes.Int64, "Summary", arrow.BinaryTypes.String, "担当者", arrow.BinaryTypes.String)

const issueRows = `[
	{"Id": 1, "Summary": "plain", "担当者": "山田"},
	{"Id": 22, "Summary": "comma, \"quote\"", "担当者": null},
	{"Id": null, "Summary": "", "担当者": "ﾊﾝｶｸ"},
	{"Id": -3, "Summary": "two\nlines\tand a tab", "担当者": "a|b<c>*"}
]`

func TestFormats(t *testing.T) {
	for name, o := range map[string]print.Options{
		"issues.csv":    {Format: print.CSV},
		"issues.json":   {Format: print.JSON},
		"issues.ndjson": {Format: print.NDJSON},
		"issues.md":     {Format: print.Markdown},
		"issues.txt":    {Format: print.Table},
		"narrow.txt":    {Format: print.Table, Width: 24},
		"records.txt":   {Format: print.Table, Width: 20},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, printed(t, o, readerOf(t, batchOf(t, issues, issueRows))))
		})
	}
}

func TestSeveralResults(t *testing.T) {
	for name, format := range map[string]print.Format{
		"several.csv": print.CSV, "several.json": print.JSON, "several.ndjson": print.NDJSON,
		"several.md": print.Markdown, "several.txt": print.Table,
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			p := print.New(&out, print.Options{Format: format})
			one := batchOf(t, fieldsOf("a", arrow.PrimitiveTypes.Int64), `[{"a": 1}, {"a": 2}]`).Column(0)
			batch := recordOf(t, named{"a", one}, named{"a", one}, named{"a_1", one})
			none := batchOf(t, fieldsOf("x", arrow.BinaryTypes.String), `[]`)
			for _, r := range []array.RecordReader{readerOf(t, batch, batch), readerOf(t, none), readerOf(t, batch)} {
				if _, err := p.Print(r, whole); err != nil {
					t.Fatalf("Print = %v", err)
				}
			}
			if err := p.Close(); err != nil {
				t.Fatalf("Close = %v", err)
			}
			golden(t, name, out.String())
		})
	}
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	p := print.New(&out, print.Options{Format: print.CSV})
	if err := p.Text("plan,\n \"as it is\"\n"); err != nil {
		t.Fatalf("Text = %v", err)
	}
	if got, want := out.String(), "plan,\n \"as it is\"\n"; got != want {
		t.Errorf("Text wrote %q, want %q", got, want)
	}
}

// failing is a reader that fails after its batches.
type failing struct {
	array.RecordReader
	err error
}

func (f failing) Err() error { return f.err }

// TestBrokenStream keeps the rows before an error, and does not pretend that
// they are all.
func TestBrokenStream(t *testing.T) {
	batch := batchOf(t, fieldsOf("a", arrow.PrimitiveTypes.Int64), `[{"a": 1}, {"a": 2}]`)
	wants := map[print.Format]string{
		print.Table:    "a\n-\n1\n2\n",
		print.CSV:      "a\n1\n2\n",
		print.JSON:     "[\n{\"a\":1},\n{\"a\":2}",
		print.NDJSON:   "{\"a\":1}\n{\"a\":2}\n",
		print.Markdown: "| a |\n| ---: |\n| 1 |\n| 2 |\n",
	}
	for format, want := range wants {
		t.Run(format.String(), func(t *testing.T) {
			var out bytes.Buffer
			broken := errors.New("the stream broke")
			p := print.New(&out, print.Options{Format: format})
			rows, err := p.Print(failing{readerOf(t, batch), broken}, whole)
			if rows != 2 || !errors.Is(err, broken) {
				t.Errorf("Print = %d, %v, want 2 rows and %v", rows, err, broken)
			}
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

// brokenWriter fails at once.
type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestBrokenWriter(t *testing.T) {
	for _, name := range print.Formats() {
		t.Run(name, func(t *testing.T) {
			format, err := print.ParseFormat(name)
			if err != nil {
				t.Fatal(err)
			}
			full := errors.New("no space left on device")
			p := print.New(brokenWriter{full}, print.Options{Format: format})
			_, err = p.Print(readerOf(t, batchOf(t, issues, issueRows)), whole)
			if err == nil {
				err = p.Close()
			}
			if !errors.Is(err, full) {
				t.Errorf("Print = %v, want %v", err, full)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	batch := batchOf(t, fieldsOf("名", arrow.BinaryTypes.String), `[{"名": "髙橋～①"}, {"名": "ｱ"}]`)
	wants := map[print.Encoding]string{
		print.UTF8:    "名\n髙橋～①\nｱ\n",
		print.UTF8BOM: "\ufeff名\n髙橋～①\nｱ\n",
		print.CP932:   "\x96\xbc\n\xfb\xfc\x8b\xb4\x81\x60\x87\x40\n\xb1\n",
	}
	for encoding, want := range wants {
		t.Run(encoding.String(), func(t *testing.T) {
			got := printed(t, print.Options{Format: print.CSV, Encoding: encoding}, readerOf(t, batch))
			if got != want {
				t.Errorf("output = %q, want %q", got, want)
			}
		})
	}
}

// TestCP932 encodes every character that two bytes stand for. Of the bytes
// that stand for one, Windows writes those of IBM's extensions and not NEC's
// copy of them.
func TestCP932(t *testing.T) {
	decoder := japanese.ShiftJIS.NewDecoder()
	var out bytes.Buffer
	p := print.New(&out, print.Options{Encoding: print.CP932})
	known := map[string]bool{}
	for code := 0x8140; code <= 0xfcfc; code++ {
		text, err := decoder.Bytes([]byte{byte(code >> 8), byte(code)})
		if err != nil || utf8.RuneCount(text) != 1 || string(text) == "\ufffd" {
			continue
		}
		known[string(text)] = true
		out.Reset()
		if err := p.Text(string(text)); err != nil {
			t.Fatalf("Text(%q) = %v", text, err)
		}
		back, err := decoder.Bytes(out.Bytes())
		if string(back) != string(text) || err != nil {
			t.Fatalf("%q becomes %x, which is %q, %v", text, &out, back, err)
		}
		if lead := out.Bytes()[0]; lead == 0xed || lead == 0xee {
			t.Errorf("%q becomes %x, NEC's copy of IBM's extensions", text, &out)
		}
	}
	const inWindows = 7326 // without those that users define
	if len(known) != inWindows {
		t.Errorf("%d characters of two bytes, want the %d of Windows", len(known), inWindows)
	}
}

func TestUnencodable(t *testing.T) {
	tests := map[string]struct{ column, rows, want string }{
		"header": {"😀", `[]`, `the header: cp932 has no character '😀' (U+1F600)`},
		"row":    {"名", `[{"名": "a"}, {"名": "あ"}, {"名": "x😀"}]`, `row 5: cp932 has no character '😀' (U+1F600)`},
		"yen":    {"名", `[{"名": "¥100"}]`, `row 3: cp932 has no character '¥' (U+00A5)`},
		"wave":   {"名", `[{"名": "a"}, {"名": "〜"}]`, `row 4: cp932 has no character '〜' (U+301C)`},
	}
	for name, test := range tests {
		for _, format := range []print.Format{print.CSV, print.JSON, print.NDJSON, print.Markdown, print.Table} {
			t.Run(name+" "+format.String(), func(t *testing.T) {
				var out bytes.Buffer
				p := print.New(&out, print.Options{Format: format, Encoding: print.CP932})
				schema := fieldsOf(test.column, arrow.BinaryTypes.String)
				good := batchOf(t, schema, `[{"`+test.column+`": "b"}, {"`+test.column+`": "c"}]`)
				if test.rows == `[]` {
					good = batchOf(t, schema, `[]`)
				}
				_, err := p.Print(readerOf(t, good, batchOf(t, schema, test.rows)), whole)
				want := test.want
				if test.rows == `[]` && (format == print.JSON || format == print.NDJSON) {
					want = "" // without rows, JSON has no names
				}
				if got := textOf(err); got != want {
					t.Errorf("Print = %s, want %s", got, want)
				}
				if want != "" && connector.HintOf(err) == "" {
					t.Error("the error has no hint")
				}
			})
		}
	}
}

// TestUnencodableCountsEachResult counts rows from the first of their result.
func TestUnencodableCountsEachResult(t *testing.T) {
	schema := fieldsOf("a", arrow.BinaryTypes.String)
	p := print.New(&bytes.Buffer{}, print.Options{Format: print.CSV, Encoding: print.CP932})
	if _, err := p.Print(readerOf(t, batchOf(t, schema, `[{"a": "x"}, {"a": "y"}]`)), whole); err != nil {
		t.Fatalf("Print = %v", err)
	}
	_, err := p.Print(readerOf(t, batchOf(t, schema, `[{"a": "x"}, {"a": "😀"}]`)), whole)
	if got, want := textOf(err), "row 2: cp932 has no character '😀' (U+1F600)"; got != want {
		t.Errorf("Print = %s, want %s", got, want)
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseNames(t *testing.T) {
	if f, err := print.ParseFormat("NDJson"); f != print.NDJSON || err != nil {
		t.Errorf("ParseFormat(NDJson) = %v, %v, want ndjson", f, err)
	}
	if e, err := print.ParseEncoding("CP932"); e != print.CP932 || err != nil {
		t.Errorf("ParseEncoding(CP932) = %v, %v, want cp932", e, err)
	}
	_, err := print.ParseFormat("jsn")
	want := "Did you mean json? Take one of table, csv, json, ndjson, markdown, parquet."
	if connector.KindOf(err) != connector.Invalid || connector.HintOf(err) != want {
		t.Errorf("ParseFormat(jsn) = %v, hint %q, want hint %q", err, connector.HintOf(err), want)
	}
	_, err = print.ParseEncoding("latin1")
	want = "Take one of utf-8, utf-8-bom, cp932."
	if connector.KindOf(err) != connector.Invalid || connector.HintOf(err) != want {
		t.Errorf("ParseEncoding(latin1) = %v, hint %q, want hint %q", err, connector.HintOf(err), want)
	}
}
