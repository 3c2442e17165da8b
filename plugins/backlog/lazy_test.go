package backlog_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestLazyBatches gives a reader that may stop early what came by one request,
// before the next is made.
func TestLazyBatches(t *testing.T) {
	for name, test := range map[string]struct {
		batches  int
		rows     int64
		requests int // with that of the projects
	}{
		"the first page": {1, 100, 2},
		"two pages":      {2, 199, 3},
		"all":            {9, 400, 6},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(backlogtest.Options{})
			src := open(t, memory.DefaultAllocator, server)
			reader, err := src.Scan(context.Background(), connector.ScanRequest{
				Table: "Issues", Columns: []string{"Id"}, BatchRows: 256,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Release()
			rows := int64(0)
			for range test.batches {
				if reader.Next() {
					rows += reader.RecordBatch().NumRows()
				}
			}
			if reader.Err() != nil || rows != test.rows || len(server.Requests()) != test.requests {
				t.Errorf("%d rows came by %d requests, %v, want %d by %d",
					rows, len(server.Requests()), reader.Err(), test.rows, test.requests)
			}
		})
	}
}
