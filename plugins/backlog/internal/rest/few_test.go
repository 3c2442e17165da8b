package rest_test

import (
	"testing"

	"github.com/trackql/trackql/connector"
)

// TestFew asks for the first page, and then neither that nor the count is asked
// for again in the statement.
func TestFew(t *testing.T) {
	for name, test := range map[string]struct {
		rows        int
		few         bool
		data, count int64 // requests of the scan after it, with it
	}{
		"none":     {0, true, 1, 0},
		"short":    {99, true, 1, 0},
		"one page": {100, false, 1, 1},
		"pages":    {250, false, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			trip := clientOf(t, &list{n: test.rows}).Begin("q")
			if few, err := trip.Few(t.Context(), wholeList); few != test.few || err != nil {
				t.Errorf("Few() = %t, %v, want %t", few, err, test.few)
			}
			if n, known := trip.KnownCount(wholeList.Count); known != test.few || known && n != int64(test.rows) {
				t.Errorf("KnownCount() = %d, %t, want %d, %t", n, known, test.rows, test.few)
			}
			if got := idsOf(t, trip.Offset(t.Context(), wholeList)); len(got) != test.rows {
				t.Errorf("%d rows came, want %d", len(got), test.rows)
			}
			if tally := trip.Tally(); tally.Data != test.data || tally.Count != test.count {
				t.Errorf("Tally() = %+v, want %d data and %d count", tally, test.data, test.count)
			}
		})
	}
	_, err := clientOf(t, inTurn(says(400, "{}"))).Begin("q").Few(t.Context(), wholeList)
	if connector.KindOf(err) != connector.Invalid {
		t.Errorf("Few() of a server that refuses = %v", err)
	}
}
