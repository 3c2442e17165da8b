package backlog_test

import (
	"context"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestProjectLimitsAllTables reads, with the option Project, every table whose
// rows say which project they are of.
func TestProjectLimitsAllTables(t *testing.T) {
	server := serve(backlogtest.Options{Issues: 60})
	src := open(t, memory.DefaultAllocator, server, "Project", "APP")
	tables, err := src.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, table := range tables {
		column, ok := table.Column("ProjectId")
		if !ok {
			continue
		}
		checked++
		t.Run(table.Name, func(t *testing.T) {
			got := distinctValues(t, src, table.Name, column.Name)
			if want := []string{"1000112"}; len(got) > 0 && !slices.Equal(got, want) {
				t.Errorf("projects of the rows = %q, want %q", got, want)
			}
		})
	}
	if checked < 40 {
		t.Errorf("%d tables have a column ProjectId, want 40 or more", checked)
	}
}

// distinctValues returns what a column of a table holds.
func distinctValues(t *testing.T, src opened, table, column string) []string {
	t.Helper()
	reader, err := src.Scan(context.Background(), connector.ScanRequest{Table: table, Columns: []string{column}})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	var values []string
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			if value := cell(batch.Column(0), row); !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}
