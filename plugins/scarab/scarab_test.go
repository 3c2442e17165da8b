package scarab_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/scarab"
)

// open opens a source with settings Key=Value;…
func open(t testing.TB, settings string) connector.Source {
	t.Helper()
	src, err := tryOpen(t.Context(), nil, settings)
	if err != nil {
		t.Fatalf("Open(%s) = %v", settings, err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return src
}

func tryOpen(ctx context.Context, mem memory.Allocator, settings string) (connector.Source, error) {
	c := &scarab.Connector{Memory: mem}
	parsed, err := connector.ParseSettings(settings)
	if err != nil {
		return nil, err
	}
	options, err := c.Info().Resolve(parsed, nil)
	if err != nil {
		return nil, err
	}
	return c.Open(ctx, connector.Config{
		Name: "pt", Options: options, Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
}

// write makes a file in a new folder and returns its path.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tables returns the tables of a source.
func tables(t testing.TB, src connector.Source) []connector.Table {
	t.Helper()
	list, err := src.Tables(t.Context())
	if err != nil {
		t.Fatalf("Tables = %v", err)
	}
	return list
}

func table(t testing.TB, src connector.Source, name string) connector.Table {
	t.Helper()
	for _, tbl := range tables(t, src) {
		if tbl.Name == name {
			return tbl
		}
	}
	t.Fatalf("there is no table %s", name)
	return connector.Table{}
}

// result is what a scan came to.
type result struct {
	rows   []string // cells joined by " | "
	report connector.Report
	err    error
}

// scan reads all rows of a request. Columns nil asks for all columns.
func scan(t testing.TB, src connector.Source, req connector.ScanRequest) result {
	t.Helper()
	if req.Columns == nil {
		if _, err := src.Tables(t.Context()); err != nil {
			return result{err: err}
		}
		tbl := table(t, src, req.Table)
		req.Columns = tbl.ColumnNames()
	}
	reader, err := src.Scan(t.Context(), req)
	if err != nil {
		return result{err: err}
	}
	defer reader.Release()
	var got result
	for reader.Next() {
		got.rows = append(got.rows, rowsOf(reader.RecordBatch())...)
	}
	got.err = reader.Err()
	got.report = reader.(connector.Reporter).Report()
	return got
}

// rows reads all rows of a table that must be readable.
func rows(t testing.TB, src connector.Source, tableName string, columns ...string) []string {
	t.Helper()
	got := scan(t, src, connector.ScanRequest{Table: tableName, Columns: columns})
	if got.err != nil {
		t.Fatalf("scan %s = %v", tableName, got.err)
	}
	return got.rows
}

func rowsOf(batch arrow.RecordBatch) []string {
	lines := make([]string, batch.NumRows())
	for i := range lines {
		cells := make([]string, batch.NumCols())
		for c := range cells {
			cells[c] = show(batch.Column(c), i)
		}
		lines[i] = strings.Join(cells, " | ")
	}
	return lines
}

// show writes a cell: NULL as -, text with its line ends escaped.
func show(a arrow.Array, i int) string {
	if a.IsNull(i) {
		return "-"
	}
	switch a := a.(type) {
	case *array.String:
		text := fmt.Sprintf("%q", a.Value(i))
		return text[1 : len(text)-1]
	case *array.Int64:
		return fmt.Sprint(a.Value(i))
	case *array.Boolean:
		return fmt.Sprint(a.Value(i))
	case *array.Timestamp:
		return time.UnixMicro(int64(a.Value(i))).UTC().Format("2006-01-02 15:04:05")
	case *array.List:
		start, end := a.ValueOffsets(i)
		var items []string
		for at := start; at < end; at++ {
			items = append(items, show(a.ListValues(), int(at)))
		}
		return "[" + strings.Join(items, "; ") + "]"
	}
	return fmt.Sprintf("%T", a)
}

// where is a request for rows whose column equals a text.
func where(table string, columns []string, column, text string) connector.ScanRequest {
	return connector.ScanRequest{
		Table: table, Columns: columns,
		Where: []connector.Predicate{{Column: column, Op: connector.Eq, Values: []connector.Value{connector.TextOf(text)}}},
	}
}
