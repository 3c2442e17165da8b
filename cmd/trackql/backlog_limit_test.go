package main

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestBacklogPace reads all issues of spaces in a time that passes only when
// everybody waits, so that what is measured is waiting alone.
func TestBacklogPace(t *testing.T) {
	tests := map[string]struct {
		options backlogtest.Options
		within  time.Duration
	}{
		"15,000 issues, 150 searches a minute": {backlogtest.Options{Issues: 15_000}, 61 * time.Second},
		"9,000 issues, 50 ms a page":           {backlogtest.Options{Issues: 9000, Latency: 50 * time.Millisecond, Unlimited: true}, 1500 * time.Millisecond},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { pace(t, test.options, test.within) })
		})
	}
}

func pace(t *testing.T, options backlogtest.Options, within time.Duration) {
	options.Start = thatDay
	options.Clock = runningClock{time.Now()}
	server := newSpace(options)
	source := server.open(t)
	began := time.Now()
	rows, err := scanWhole(t, source, connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "Summary", "StatusName"}})
	if err != nil {
		t.Fatal(err)
	}
	if rows != options.Issues {
		t.Errorf("%d issues came, want %d", rows, options.Issues)
	}
	if took := time.Since(began); took > within {
		t.Errorf("it took %s, want %s at most", took, within)
	} else {
		t.Logf("%d issues in %d requests and %s", rows, len(server.Requests()), took)
	}
	for _, r := range server.Requests() {
		if r.Status == http.StatusTooManyRequests {
			t.Errorf("%s was refused with 429", r)
		}
	}
}

// scanWhole scans, and returns how many rows came.
func scanWhole(t testing.TB, source connector.Source, request connector.ScanRequest) (int, error) {
	reader, err := source.Scan(t.Context(), request)
	if err != nil {
		return 0, err
	}
	defer reader.Release()
	rows := 0
	for reader.Next() {
		rows += int(reader.RecordBatch().NumRows())
	}
	return rows, reader.Err()
}
