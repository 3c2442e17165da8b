package backlog_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestGroupsOnOnePage finds that one page has all rows, and then reads and
// foresees them in the same statement for nothing more.
func TestGroupsOnOnePage(t *testing.T) {
	ctx := context.Background()
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server)
	where := []connector.Predicate{
		{Column: "CreatedUserId", Op: connector.Eq, Values: []connector.Value{connector.IntOf(5008)}},
		{Column: "PriorityId", Op: connector.Eq, Values: []connector.Value{connector.IntOf(2)}},
	}
	by := []string{"AssigneeName"}
	_, err := src.Aggregate(ctx, connector.AggregateRequest{Table: "Issues", Where: where, GroupBy: by, Statement: "one"})
	if connector.KindOf(err) != connector.Unimplemented {
		t.Fatalf("Aggregate: %v, want Kind Unimplemented", err)
	}
	scan := connector.ScanRequest{Table: "Issues", Columns: by, Where: where, Statement: "one"}
	e, err := src.Estimate(ctx, scan)
	if err != nil || e.Requests != 1 {
		t.Errorf("Estimate = %+v, %v, want 1 request", e, err)
	}
	reader, err := src.Scan(ctx, scan)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	rows := int64(0)
	for reader.Next() {
		rows += reader.RecordBatch().NumRows()
	}
	if reader.Err() != nil || rows == 0 || rows != e.Rows {
		t.Errorf("%d rows came, %v, want %d", rows, reader.Err(), e.Rows)
	}
	var asked []string
	for _, r := range server.Requests() {
		asked = append(asked, r.Path)
	}
	if len(asked) != 2 { // the projects, and the page
		t.Errorf("requests = %q, want one of metadata and one page", asked)
	}
}
