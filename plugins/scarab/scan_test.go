package scarab_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// many writes a generated document of n issues and returns its path.
func many(t testing.TB, n int) string {
	t.Helper()
	var b strings.Builder
	generate(t, &b, n)
	return write(t, "many.xml", b.String())
}

// TestLimit shows that a met limit stops the reading, before a fault behind it,
// and what the verdict says then.
func TestLimit(t *testing.T) {
	whole := func(n int) string {
		var b strings.Builder
		generate(t, &b, n)
		return b.String()
	}
	undeclared := strings.Replace(whole(400), "<!DOCTYPE", "<!--", 1)
	undeclared = strings.Replace(undeclared, `.dtd">`, `.dtd"-->`, 1)
	invalid := strings.Replace(whole(400), "</issues>\n", "<bogus/></issues>\n", 1)
	tests := map[string]struct {
		content, settings string
		kind              connector.Kind
		verdict           string
	}{
		"valid":                       {whole(400), "", connector.Internal, "partial: validated up to line LINE"},
		"not validated":               {undeclared, "", connector.Internal, "partial: read up to line LINE"},
		"a fault later":               {invalid, "", connector.Internal, "partial: validated up to line LINE"},
		"a fault later, always":       {invalid, ";Validate=always", connector.Corrupt, "unknown"},
		"valid, always":               {whole(400), ";Validate=always", connector.Internal, "complete"},
		"a fault later, cut, never":   {undeclared[:len(undeclared)-5], ";Validate=never", connector.Internal, "partial: read up to line LINE"},
		"a date that is none, always": {strings.Replace(undeclared, "PST", "XYZ", 1), ";Validate=always", connector.Corrupt, "unknown"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+write(t, "a.xml", test.content)+test.settings)
			got := scan(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "Status"}, Limit: 1})
			if got.err != nil && connector.KindOf(got.err) != test.kind || got.err == nil && test.kind != connector.Internal {
				t.Fatalf("scan with a limit = %v, want kind %s", got.err, test.kind)
			}
			before, _, _ := strings.Cut(test.content, "</issue>")
			want := strings.Replace(test.verdict, "LINE", fmt.Sprint(strings.Count(before, "\n")+1), 1)
			if verdict := got.report.Verdict.String(); verdict != want {
				t.Errorf("the verdict is %q, want %q", verdict, want)
			}
			if len(got.rows) > 1 || len(got.rows) == 0 && got.err == nil {
				t.Errorf("%d rows, want 1", len(got.rows))
			}
			const window = 1 << 15
			if p := got.report.Progress; got.err == nil && p.Bytes != window || p.TotalBytes != int64(len(test.content)) && got.err == nil {
				t.Errorf("%d of %d bytes were read for one row, want %d of %d", p.Bytes, p.TotalBytes, window, len(test.content))
			}
		})
	}
}

// TestFaultAfterRows shows that what comes before a fault arrives, and then the
// fault, with the same place for each table.
func TestFaultAfterRows(t *testing.T) {
	content := strings.Replace(document(anIssue("1", act("X", "new=a"))+anIssue("2", act("X", "new=b"))), "</issues>", "\n</oops>", 1)
	path := write(t, "a.xml", content)
	src := open(t, "Path="+path)
	for _, tbl := range tables(t, src) {
		got := scan(t, src, connector.ScanRequest{Table: tbl.Name, Columns: tbl.ColumnNames()})
		if connector.KindOf(got.err) != connector.Corrupt || !strings.HasPrefix(got.err.Error(), path+":8:1: ") {
			t.Errorf("scan %s = %v, want one at line 8", tbl.Name, got.err)
		}
		if got.report.Verdict.Completeness != connector.Unknown {
			t.Errorf("scan %s: the verdict is %s, want unknown", tbl.Name, got.report.Verdict)
		}
		if tbl.Name == "Issues" && len(got.rows) != 2 {
			t.Errorf("scan Issues = %v, want the two rows before the fault", got.rows)
		}
	}
	_, err := src.(connector.Counter).Count(t.Context(), connector.CountRequest{Table: "Issues"})
	if connector.KindOf(err) != connector.Corrupt {
		t.Errorf("Count = %v, want an error of kind corrupt: the rest is not known", err)
	}
}

// TestOnePass shows that a scan reads a file once, and kept tables none at all.
func TestOnePass(t *testing.T) {
	path := many(t, 50)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	src := open(t, "Path="+path)
	list := tables(t, src)
	for _, tbl := range list {
		got := scan(t, src, connector.ScanRequest{Table: tbl.Name, Columns: tbl.ColumnNames()})
		kept := tbl.Name == "Users" || tbl.Name == "Modules" || tbl.Name == "Dependencies"
		want := connector.Progress{Rows: int64(len(got.rows)), Bytes: info.Size(), TotalBytes: info.Size()}
		if kept {
			want.Bytes, want.TotalBytes = 0, 0
		}
		if tbl.Name != "Warnings" && tbl.Name != "AttributeValues" {
			want.TotalRows = want.Rows
		}
		if diff := cmp.Diff(want, got.report.Progress); diff != "" || got.err != nil {
			t.Errorf("scan %s, error %v: progress (-want +got):\n%s", tbl.Name, got.err, diff)
		}
		if got.report.Verdict.String() != "complete" {
			t.Errorf("scan %s: the verdict is %s, want complete", tbl.Name, got.report.Verdict)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, tbl := range list {
		got := scan(t, src, connector.ScanRequest{Table: tbl.Name, Columns: tbl.ColumnNames()})
		kept := tbl.Name == "Users" || tbl.Name == "Modules" || tbl.Name == "Dependencies"
		if kept != (got.err == nil) || !kept && connector.KindOf(got.err) != connector.NotFound {
			t.Errorf("scan %s without the file = %v, want an error: %t", tbl.Name, got.err, !kept)
		}
	}
}

// TestChangedFile shows that a file must stay as it was at the first reading.
func TestChangedFile(t *testing.T) {
	first := document(anIssue("1", act("X", "new=a")))
	tests := map[string]struct {
		content string
		same    bool // size and time
	}{
		"another size":                          {first + "\n", false},
		"another time":                          {first, false},
		"fewer issues, size and time kept":      {pad(document(""), len(first)), true},
		"more issues, size and time kept":       {pad("<scarab-issues><issues><issue><id>1</id></issue><issue/></issues></scarab-issues>", len(first)), true},
		"an attribute, size and time kept":      {strings.Replace(first, ">X<", ">Y<", 1), true},
		"a broken end, size and time kept":      {strings.Replace(first, "</scarab-issues>", "</scarab-iss-es>", 1), true},
		"nothing (control), size and time kept": {first, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := write(t, "a.xml", first)
			at := time.Date(2004, 1, 1, 0, 0, 0, 0, time.UTC)
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
			src := open(t, "Path="+path)
			tables(t, src)
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if !test.same {
				at = at.Add(time.Second)
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
			got := scan(t, src, connector.ScanRequest{Table: "Activities"})
			switch kind := connector.KindOf(got.err); {
			case strings.HasPrefix(name, "nothing"):
				if got.err != nil {
					t.Errorf("scan = %v, want none", got.err)
				}
			case strings.HasPrefix(name, "a broken end"):
				if kind != connector.Corrupt {
					t.Errorf("scan = %v, want kind corrupt", got.err)
				}
			case got.err == nil || kind != connector.Conflict || connector.HintOf(got.err) == "":
				t.Errorf("scan = %v of kind %s, want kind conflict with a hint", got.err, kind)
			}
		})
	}
}

func pad(text string, size int) string { return text + strings.Repeat("\n", size-len(text)) }

// TestCancel ends contexts before and during the light pass and a scan.
func TestCancel(t *testing.T) {
	path := many(t, 400)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	src := open(t, "Path="+path)
	if _, err := src.Tables(ended); connector.KindOf(err) != connector.Canceled {
		t.Errorf("Tables with an ended context = %v, want kind canceled", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, err := src.Scan(ctx, connector.ScanRequest{Table: "Activities", Columns: []string{"Id"}, BatchRows: 10})
	if err != nil {
		t.Fatalf("Scan after a cancelled light pass = %v", err)
	}
	defer reader.Release()
	if !reader.Next() {
		t.Fatalf("Next = false, %v", reader.Err())
	}
	cancel()
	for reader.Next() {
		t.Fatal("Next = true after the context ended")
	}
	if connector.KindOf(reader.Err()) != connector.Canceled {
		t.Errorf("Err = %v, want kind canceled", reader.Err())
	}
}

// TestRelease frees everything at any moment.
func TestRelease(t *testing.T) {
	path := many(t, 100)
	for batches := range 4 {
		mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
		src, err := tryOpen(t.Context(), mem, "Path="+path+";MultiValues=list")
		if err != nil {
			t.Fatal(err)
		}
		reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Activities", Columns: columnNames(t, src, "Activities"), BatchRows: 100})
		if err != nil {
			t.Fatal(err)
		}
		var held []arrow.RecordBatch
		for range batches {
			if !reader.Next() {
				t.Fatalf("Next = false, %v", reader.Err())
			}
			batch := reader.RecordBatch()
			batch.Retain()
			held = append(held, batch)
		}
		reader.Retain()
		reader.Release()
		reader.Release()
		for _, batch := range held {
			if batch.NumRows() != 100 {
				t.Errorf("a batch has %d rows, want 100", batch.NumRows())
			}
			batch.Release()
		}
		mem.AssertSize(t, 0)
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestBatches shows the size of batches: by rows, as asked for, and by text.
func TestBatches(t *testing.T) {
	long := strings.Repeat("long text ", 100_000)
	var issues strings.Builder
	for id := range 30 {
		issues.WriteString(anIssue(fmt.Sprint(id), act("X", "new="+long)))
	}
	tests := map[string]struct {
		path string
		rows int
		want int64 // the greatest batch
	}{
		"as it likes":   {many(t, 500), 0, 2048},
		"as asked for":  {many(t, 10), 7, 7},
		"a lot of text": {write(t, "a.xml", document(issues.String())), 0, 9},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+test.path)
			reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Activities", Columns: []string{"NewValue"}, BatchRows: test.rows})
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Release()
			var most int64
			for reader.Next() {
				most = max(most, reader.RecordBatch().NumRows())
			}
			if most != test.want || reader.Err() != nil {
				t.Errorf("the greatest batch has %d rows, error %v, want %d", most, reader.Err(), test.want)
			}
		})
	}
}

// TestConcurrentFirstUse lets many scans share the light pass.
func TestConcurrentFirstUse(t *testing.T) {
	src := open(t, "Path=testdata/plain.xml")
	results := make(chan string)
	for range 8 {
		go func() {
			reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}})
			if err != nil {
				results <- err.Error()
				return
			}
			defer reader.Release()
			var ids []string
			for reader.Next() {
				ids = append(ids, rowsOf(reader.RecordBatch())...)
			}
			results <- strings.Join(ids, " ")
		}()
	}
	for range 8 {
		if got := <-results; got != "1 2 3 LIB12" {
			t.Errorf("scan = %q, want 1 2 3 LIB12", got)
		}
	}
}

func TestScanErrors(t *testing.T) {
	src := open(t, "Path=testdata/plain.xml")
	tests := map[string]struct {
		req  connector.ScanRequest
		kind connector.Kind
	}{
		"no such table":               {connector.ScanRequest{Table: "Isues"}, connector.NotFound},
		"no such column":              {connector.ScanRequest{Table: "Issues", Columns: []string{"Colour"}}, connector.NotFound},
		"no such column, asked about": {where("Issues", []string{"Id"}, "Colour", "red"), connector.NotFound},
		"a number for a text": {connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: []connector.Predicate{
			{Column: "Id", Op: connector.Eq, Values: []connector.Value{connector.IntOf(1)}},
		}}, connector.Invalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			reader, err := src.Scan(t.Context(), test.req)
			if err == nil {
				reader.Release()
			}
			if err == nil || connector.KindOf(err) != test.kind {
				t.Errorf("Scan = %v, want kind %s", err, test.kind)
			}
		})
	}
	_, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Isues"})
	if connector.HintOf(err) != "Did you mean Issues?" {
		t.Errorf("the hint is %q, want Issues", connector.HintOf(err))
	}
}
