package cache_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/plugins/internal/cache"
)

// TestConformance holds cached sources to the contract: with a new folder for
// each source, so that a check begins with misses; with one that has the whole
// table, so that all are hits; and offline.
func TestConformance(t *testing.T) {
	wider := issues(12, connector.Exact)
	wider.Further = 5
	stops := issues(12, connector.Unsupported)
	stops.Table.StopsAtLimit = false
	tests := map[string]struct {
		table connectortest.MemoryTable
		modes []string
	}{
		"exact":       {issues(24, connector.Exact), []string{"miss", "hit", "offline"}},
		"inexact":     {issues(12, connector.Inexact), []string{"hit"}},
		"unsupported": {stops, []string{"hit"}},
		"wider":       {wider, []string{"miss", "offline"}},
		"empty":       {issues(0, connector.Exact), []string{"hit"}},
	}
	for name, test := range tests {
		for _, mode := range test.modes {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				conform(t, test.table, mode)
			})
		}
	}
}

func conform(t *testing.T, table connectortest.MemoryTable, mode string) {
	root, n := t.TempDir(), 0
	if mode != "miss" {
		fill(t, newMemory(table), filepath.Join(root, "0"))
	}
	open := func(mem memory.Allocator, before connectortest.Hook) connector.Source {
		if mode == "miss" {
			n++
		}
		src := connectortest.NewMemory(connectortest.MemoryConfig{
			Tables: []connectortest.MemoryTable{table}, PageRows: 9, Allocator: mem, Before: before,
		})
		return wrap(src, filepath.Join(root, fmt.Sprint(n)), newClock(), func(c *cache.Config) {
			c.Memory, c.Offline = mem, mode == "offline"
		})
	}
	cfg := connectortest.Config{
		Constants: 2, Conjunctions: 3,
		Open: func(_ context.Context, mem memory.Allocator) (connector.Source, error) {
			src := open(mem, nil)
			if mode == "offline" {
				src = kept{src}
			}
			return src, nil
		},
	}
	if mode == "miss" && len(table.Rows) > 20 {
		request := connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}}
		cfg.Failing = func(_ context.Context, mem memory.Allocator) (connectortest.Failure, error) {
			broken := connector.Errorf(connector.RateLimited, "too many requests")
			src := open(mem, connectortest.FailAt("Issues", 1, broken))
			return connectortest.Failure{Source: src, Request: request, Kind: connector.RateLimited}, nil
		}
		cfg.Blocking = func(_ context.Context, mem memory.Allocator) (connectortest.Blockage, error) {
			gate := connectortest.NewGate("Issues", 1)
			return connectortest.Blockage{Source: open(mem, gate.Before), Request: request, Waiting: gate.Reached()}, nil
		}
	}
	connectortest.Run(t, cfg)
}

// fill keeps all that can be kept of a source.
func fill(t *testing.T, src connector.Source, dir string) {
	t.Helper()
	cached := wrap(src, dir, newClock(), nil)
	tables, err := cached.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if tables[0].Wider {
		widener, _ := connector.As[connector.Widener](cached)
		if tables[0], err = widener.Widen(t.Context(), "Issues", nil); err != nil {
			t.Fatal(err)
		}
	}
	rowsOf(t, cached, whole())
}

// kept hides the column that is not kept.
type kept struct{ connector.Source }

func (k kept) Unwrap() connector.Source { return k.Source }

func (k kept) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := k.Source.Tables(ctx)
	for i := range tables {
		if n := len(tables[i].Columns); tables[i].Columns[n-1].Name == "Odd" {
			tables[i].Columns = tables[i].Columns[:n-1]
		}
	}
	return tables, err
}
