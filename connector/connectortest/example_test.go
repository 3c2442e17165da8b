package connectortest_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// fruits is a table as tests write it.
func fruits() connectortest.MemoryTable {
	text := arrow.BinaryTypes.String
	return connectortest.MemoryTable{
		Table: connector.Table{
			Name: "Fruits", Doc: "One row a fruit.", Key: []string{"Name"}, StopsAtLimit: true,
			Columns: []connector.Column{
				{Name: "Name", Type: text, Doc: "Its name.", Sortable: true, Filters: connectortest.Every(text, connector.Exact)},
				{Name: "Seen", Type: arrow.FixedWidthTypes.Date32, Nullable: true, Doc: "When it was first seen."},
			},
			Examples: []connector.Example{
				{Doc: "All of them.", SQL: "FROM {source}.Fruits"},
				{Doc: "The new ones.", SQL: "FROM {source}.Fruits WHERE Seen > '2026-01-01'"},
			},
		},
		Rows: [][]any{{"apple", "2026-01-31"}, {"Apple", nil}, {"pear", "2025-12-24"}},
	}
}

func ExampleNewMemory() {
	ctx := context.Background()
	src := connectortest.NewMemory(connectortest.MemoryConfig{
		Tables: []connectortest.MemoryTable{fruits()}, PageRows: 1,
	})
	reader, err := src.Scan(ctx, connector.ScanRequest{
		Table: "Fruits", Columns: []string{"Seen", "Name"}, Limit: 1,
		Where: []connector.Predicate{{Column: "Name", Op: connector.Ge, Values: []connector.Value{connector.TextOf("a")}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for reader.Next() {
		fmt.Println(reader.RecordBatch().Column(1))
	}
	reader.Release()
	fmt.Println(src.Pages("Fruits"), "of 3 pages, for", src.Requests()[0].Where[0])
	fmt.Println(src.Close())
	// Output:
	// ["apple"]
	// 1 of 3 pages, for Name >= 'a'
	// <nil>
}

// A source whose = is blind to case, although it says that it is exact.
func ExampleVerify() {
	blind := onColumn("Name", connector.Eq, func(p connector.Predicate) connector.Predicate {
		if strings.EqualFold(p.Values[0].Text(), "apple") {
			p.Op, p.Values = connector.In, []connector.Value{connector.TextOf("apple"), connector.TextOf("Apple")}
		}
		return p
	})
	results := connectortest.Verify(connectortest.Config{
		Open: func(_ context.Context, mem memory.Allocator) (connector.Source, error) {
			cfg := connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{fruits()}, Allocator: mem}
			return blind(connectortest.NewMemory(cfg)), nil
		},
	})
	for _, r := range results {
		if r.Failed {
			fmt.Println(r.Check, "fails:", r.Messages[0])
		}
	}
	// Output:
	// exact fails: table Fruits: Name = 'Apple' is graded exact, but leaves in 1 other rows, such as Name = 'apple'
	// (seed 1)
}
