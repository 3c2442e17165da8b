package serve_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine/serve"
)

// TestBackPressure reads the first rows of a large answer, and no more for a
// while: its source is not read on to the end meanwhile, and no row is lost.
func TestBackPressure(t *testing.T) {
	const pages, rows = 2000, 10
	page := [][]any{{strings.Repeat("x", 10_000)}}
	table := connectortest.MemoryTable{
		Table: connector.Table{Name: "Large", Columns: []connector.Column{{Name: "Text", Type: arrow.BinaryTypes.String}}},
	}
	for range pages * rows {
		table.Rows = append(table.Rows, page[0])
	}
	var read atomic.Int64
	source := connectortest.NewMemory(connectortest.MemoryConfig{
		Tables: []connectortest.MemoryTable{table}, PageRows: rows,
		Before: func(_ context.Context, call connectortest.Call) error {
			if call.Op == connectortest.PageCall {
				read.Add(1)
			}
			return nil
		},
	})
	_, address := serverOf(t, source, serve.Config{})
	c := dial(t, address)
	r := started(t, t.Context(), c, "SELECT Text FROM Large")
	defer r.Release()
	other := dial(t, address)
	for range 50 {
		if _, err := ask(t.Context(), other, "SELECT count(*) FROM range(100000)"); err != nil {
			t.Fatal(err)
		}
	}
	if n := read.Load(); n > pages/2 {
		t.Errorf("%d of %d pages were read for a client that has taken the first rows", n, pages)
	}
	came := r.RecordBatch().NumRows()
	for r.Next() {
		came += r.RecordBatch().NumRows()
	}
	if r.Err() != nil || came != pages*rows {
		t.Errorf("%d rows came, %v, want %d", came, r.Err(), pages*rows)
	}
}
