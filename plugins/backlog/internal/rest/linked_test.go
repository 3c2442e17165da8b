package rest_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// TestLinkedPages reads pages for a reader that may stop early, to their end and
// up to some rows: with no count, and in no more requests than with one.
func TestLinkedPages(t *testing.T) {
	lazy := rest.OffsetScan{Call: wholeList.Call, Count: wholeList.Count, Lazy: true}
	for name, test := range map[string]struct {
		rows, wanted int
		data         int64
	}{
		"none":          {0, 10, 1},
		"short":         {99, 100, 1},
		"one full page": {100, 101, 2},
		"its rows only": {100, 100, 1},
		"the first":     {2000, 100, 1},
		"two pages":     {2000, 199, 2},
		"and one row":   {2000, 200, 3},
		"short second":  {198, 200, 2},
		"full second":   {199, 200, 3},
		"to the end":    {1000, 1001, 11},
	} {
		t.Run(name, func(t *testing.T) {
			trip := clientOf(t, &list{n: test.rows}).Begin("q")
			var got []int64
			for rows, err := range trip.Offset(t.Context(), lazy) {
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range rows {
					got = append(got, row.Get("id").Int())
				}
				if len(got) >= test.wanted {
					break
				}
			}
			if diff := cmp.Diff(upTo(len(got)), got, cmpopts.EquateEmpty()); diff != "" || len(got) < min(test.rows, test.wanted) {
				t.Errorf("%d rows came, want %d of %d (-want +got):\n%s", len(got), test.wanted, test.rows, diff)
			}
			if tally := trip.Tally(); tally.Data != test.data || tally.Count != 0 {
				t.Errorf("Tally() = %+v, want %d data and no count", tally, test.data)
			}
		})
	}
}

// TestLinkedPagesKnowTheCount reads as many pages as the statement knows there
// to be.
func TestLinkedPagesKnowTheCount(t *testing.T) {
	trip := clientOf(t, &list{n: 200}).Begin("q")
	if _, err := trip.Count(t.Context(), wholeList.Count); err != nil {
		t.Fatal(err)
	}
	lazy := rest.OffsetScan{Call: wholeList.Call, Count: wholeList.Count, Lazy: true}
	if got := idsOf(t, trip.Offset(t.Context(), lazy)); len(got) != 200 || trip.Tally().Data != 2 {
		t.Errorf("%d rows came, and Tally() = %+v, want 200 by 2 pages", len(got), trip.Tally())
	}
}

// TestLinksOfOneRow reads pages that have no room for a link.
func TestLinksOfOneRow(t *testing.T) {
	lazy := rest.OffsetScan{Call: rest.Call{Path: "/rows", Page: 1}, Count: wholeList.Count, Lazy: true}
	if got := idsOf(t, clientOf(t, &list{n: 3}).Begin("q").Offset(t.Context(), lazy)); len(got) != 3 {
		t.Errorf("%d rows came, want 3", len(got))
	}
}

// TestLinksBreak finds rows that others, which went, have moved past the reader;
// and tells where there are ever fewer than the server counts.
func TestLinksBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := emulator(t, backlogtest.Options{Unlimited: true}, nil)
		scan := issues(server)
		scan.Lazy = true
		var first []int64
		for rows, err := range client.Begin("").Offset(t.Context(), scan) {
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows[:10] {
				first = append(first, row.Get("id").Int())
			}
			break
		}
		server.Between(func(page int, s *backlogtest.Space) {
			if page == 3 {
				for _, id := range first {
					s.DeleteIssue(id)
				}
			}
		})
		trip := client.Begin("q")
		if got := idsOf(t, trip.Offset(t.Context(), scan)); len(got) != 400 || trip.Tally().Count != 1 {
			t.Errorf("%d rows came, and Tally() = %+v, want all 400 by one count", len(got), trip.Tally())
		}
	})
	repeats := &list{n: 250, ignores: true, extra: 10}
	lazy := rest.OffsetScan{Call: rest.Call{Path: "/rows", Page: 50}, Count: wholeList.Count, Lazy: true}
	if got := idsOf(t, clientOf(t, repeats).Begin("").Offset(t.Context(), lazy)); len(got) != 250 {
		t.Errorf("%d rows of a server that does not page, want 250", len(got))
	}
	again := inTurn(says(200, `[{"id":1},{"id":2}]`))
	lazy.Call.Page, lazy.Count = 2, rest.Call{Path: "/rows"}
	_, err := readIDs(clientOf(t, again).Begin("").Offset(t.Context(), lazy))
	if connector.KindOf(err) != connector.Corrupt {
		t.Errorf("Offset() of the same page again and again = %v, want %s: there is no count", err, connector.Corrupt)
	}
}
