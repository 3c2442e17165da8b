package backlog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// estimateAndScan does what a query does with all rows of a table, in a statement
// of its own.
func estimateAndScan(t *testing.T, src opened, table connector.Table, statement string, most int64) (connector.Estimate, error) {
	t.Helper()
	req := connector.ScanRequest{Table: table.Name, Columns: table.ColumnNames(), Statement: statement, MaxRequests: most}
	e, estimateErr := src.Estimate(context.Background(), req)
	reader, err := src.Scan(context.Background(), req)
	if err != nil {
		return e, errors.Join(estimateErr, err)
	}
	defer reader.Release()
	for reader.Next() {
	}
	return e, errors.Join(estimateErr, reader.Err())
}

// TestEstimatesHold compares what every table is expected to take with what it
// takes: where it is more, the estimate says that there may be more.
func TestEstimatesHold(t *testing.T) {
	server := serve(backlogtest.Options{Issues: 130})
	src := open(t, memory.DefaultAllocator, server, "PageSize", "20")
	tables, err := src.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	lower := map[string]bool{}
	for _, table := range tables {
		server.Forget()
		e, err := estimateAndScan(t, src, table, table.Name, 1000)
		if err != nil {
			continue // it wants a condition
		}
		spent, err := src.Spent(context.Background(), table.Name)
		if err != nil {
			t.Fatal(err)
		}
		if made := int64(len(server.Requests())); made != spent.Requests() {
			t.Errorf("%s: Spent tells of %+v, and %d requests were made", table.Name, spent, made)
		}
		took := spent.Data + spent.Count
		if e.Requests >= 0 && !e.AtLeast && took > e.Requests {
			t.Errorf("%s: %d requests were made, and the estimate said %d and no more", table.Name, took, e.Requests)
		}
		lower[table.Name] = e.AtLeast
	}
	for name, want := range map[string]bool{
		"Issues": false, "Projects": false, "ProjectStatuses": false, "IssueAttachments": false,
		"Activities": true, "ProjectRecentUpdates": true, "ActivityChanges": true, "UserRecentUpdates": true, "IssueComments": true,
	} {
		if got, ok := lower[name]; got != want || !ok {
			t.Errorf("the estimate of %s is a lower bound: %v (read: %v), want %v", name, got, ok, want)
		}
	}
}

// TestMaxRequestsOfTables allows every table few requests: never more are made,
// for rows, counts and metadata together.
func TestMaxRequestsOfTables(t *testing.T) {
	stopped := 0
	tables, err := open(t, memory.DefaultAllocator, serve(backlogtest.Options{})).Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		for _, most := range []int64{-1, 1, 2, 5} {
			server := serve(backlogtest.Options{Issues: 90})
			src := open(t, memory.DefaultAllocator, server, "PageSize", "20") // which knows no names yet
			_, err := estimateAndScan(t, src, table, "one", most)
			made := int64(len(server.Requests()))
			if made > max(0, most) {
				t.Errorf("%s: %d requests were made, and %d allowed", table.Name, made, most)
			}
			if want := fmt.Sprintf("max_requests allows %d here", max(0, most)); err != nil && strings.Contains(err.Error(), want) {
				stopped++
				if connector.KindOf(err) != connector.Invalid || connector.HintOf(err) == "" {
					t.Errorf("%s: %v is of kind %s, with the hint %q", table.Name, err, connector.KindOf(err), connector.HintOf(err))
				}
			}
		}
	}
	if stopped < 100 {
		t.Errorf("%d scans were stopped, want 100 or more", stopped)
	}
}

// TestMaxRequestsOfNumbers allows counts and groups few requests.
func TestMaxRequestsOfNumbers(t *testing.T) {
	for most := range int64(8) {
		server := serve(backlogtest.Options{Issues: 90})
		src := open(t, memory.DefaultAllocator, server, "PageSize", "20")
		req := connector.AggregateRequest{Table: "Issues", GroupBy: []string{"StatusName"}, Statement: "one", MaxRequests: most}
		_, estimateErr := src.EstimateGroups(context.Background(), req)
		_, countErr := src.Count(context.Background(), connector.CountRequest{Table: "Issues", Statement: "one", MaxRequests: most})
		reader, err := src.Aggregate(context.Background(), req)
		if err == nil {
			reader.Release()
		}
		if made := int64(len(server.Requests())); most > 0 && made > most {
			t.Errorf("%d requests were made, and %d allowed", made, most)
		}
		if most == 1 && err == nil {
			t.Errorf("with 1 request, groups came; the estimate said %v, and the count %v", estimateErr, countErr)
		}
	}
}
