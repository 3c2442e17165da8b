package connectortest_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// config opens memory sources for the suite.
func config(cfg connectortest.MemoryConfig) connectortest.Config {
	for i, table := range cfg.Tables {
		cfg.Tables[i] = stored(table)
	}
	table := cfg.Tables[0].Table.Name
	request := connector.ScanRequest{Table: table, Columns: []string{"Id"}}
	open := func(mem memory.Allocator, before connectortest.Hook) connector.Source {
		cfg := cfg
		cfg.Allocator, cfg.Before = mem, before
		return connectortest.NewMemory(cfg)
	}
	return connectortest.Config{
		ExactRows: true,
		Open: func(_ context.Context, mem memory.Allocator) (connector.Source, error) {
			return open(mem, nil), nil
		},
		Failing: func(_ context.Context, mem memory.Allocator) (connectortest.Failure, error) {
			broken := connector.Errorf(connector.RateLimited, "too many requests")
			return connectortest.Failure{
				Source: open(mem, connectortest.FailAt(table, 1, broken)), Request: request, Kind: connector.RateLimited,
			}, nil
		},
		Blocking: func(_ context.Context, mem memory.Allocator) (connectortest.Blockage, error) {
			gate := connectortest.NewGate(table, 1)
			return connectortest.Blockage{Source: open(mem, gate.Before), Request: request, Waiting: gate.Reached()}, nil
		},
		Changing: func(_ context.Context, mem memory.Allocator) (connectortest.Changing, error) {
			src := open(mem, nil).(*connectortest.Memory)
			return connectortest.Changing{Source: src, Table: table, Change: func() (string, connector.Value, error) {
				src.Touch(table, 3)
				return "Id", connector.IntOf(4), nil
			}}, nil
		},
	}
}

// stored turns rows into batches, which are faster to open often.
func stored(table connectortest.MemoryTable) connectortest.MemoryTable {
	if len(table.Rows) == 0 {
		return table
	}
	further := table.Further
	table.Further = 0
	src := connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{table}, PageRows: len(table.Rows)})
	columns := table.Table.ColumnNames()
	r, err := src.Scan(context.Background(), connector.ScanRequest{Table: table.Table.Name, Columns: columns})
	if err != nil || !r.Next() {
		panic(err)
	}
	defer r.Release()
	r.RecordBatch().Retain()
	return connectortest.MemoryTable{Table: table.Table, Batches: []arrow.RecordBatch{r.RecordBatch()}, Further: further}
}

func TestMemoryKeepsTheContract(t *testing.T) {
	exact, inexact, ignored := issues(72, connector.Exact), issues(72, connector.Inexact), issues(72, connector.Unsupported)
	ignored.Table.StopsAtLimit = false
	wider := issues(72, connector.Exact)
	wider.Further = 6
	for name, cfg := range map[string]connectortest.MemoryConfig{
		"wider":       {Tables: []connectortest.MemoryTable{wider, statuses()}, PageRows: 9},
		"exact":       {Tables: []connectortest.MemoryTable{exact, statuses()}, PageRows: 9},
		"inexact":     {Tables: []connectortest.MemoryTable{inexact, statuses()}, PageRows: 50},
		"asked":       {Tables: []connectortest.MemoryTable{searched(), statuses()}, PageRows: 9},
		"unsupported": {Tables: []connectortest.MemoryTable{ignored, statuses()}, PageRows: 4},
	} {
		t.Run(name, func(t *testing.T) {
			suite := config(cfg)
			if name != "exact" {
				suite.Constants = 12
			}
			connectortest.Run(t, suite)
		})
	}
}

// TestSmallTablesKeepTheContract runs the suite where there is next to nothing
// to make requests from, and where the source can do only what it must.
func TestSmallTablesKeepTheContract(t *testing.T) {
	empty, one, keyless := issues(0, connector.Exact), issues(1, connector.Exact), issues(12, connector.Inexact)
	keyless.Table.Key, keyless.Table.Unique = nil, nil
	for name, table := range map[string]connectortest.MemoryTable{
		"no rows": empty, "one row": one, "no key": keyless, "one column": statuses(),
	} {
		table.Table.References = nil
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connectortest.Run(t, connectortest.Config{
				Constants: 6, Conjunctions: 5,
				Open: func(_ context.Context, mem memory.Allocator) (connector.Source, error) {
					tables := []connectortest.MemoryTable{table}
					return connectortest.Plain(connectortest.NewMemory(connectortest.MemoryConfig{Tables: tables, Allocator: mem})), nil
				},
			})
		})
	}
}
