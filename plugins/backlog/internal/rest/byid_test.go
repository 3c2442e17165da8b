package rest_test

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// history is a server of rows with the ids 10, 20 and so on, n of them.
type history struct {
	n         int
	exclusive bool // minId and maxId do not include their row
	ignores   bool // minId and maxId
}

func (h history) RoundTrip(req *http.Request) (*http.Response, error) {
	query := req.URL.Query()
	low, high := 0, 10*h.n+1
	if id, err := strconv.Atoi(query.Get("minId")); err == nil && !h.ignores {
		low = id
	}
	if id, err := strconv.Atoi(query.Get("maxId")); err == nil && !h.ignores {
		high = id
	}
	if h.exclusive {
		low, high = low+1, high-1
	}
	var rows []string
	for i := range h.n {
		if id := 10 * (i + 1); low <= id && id <= high {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"version":%d}`, id, i+1))
		}
	}
	if query.Get("order") != "asc" {
		slices.Reverse(rows)
	}
	count, err := strconv.Atoi(query.Get("count"))
	if err != nil {
		return nil, err
	}
	return says(200, "["+strings.Join(rows[:min(count, len(rows))], ",")+"]")(req)
}

func TestByID(t *testing.T) {
	for name, test := range map[string]struct {
		rows     int
		pageSize int
		query    url.Values
		limit    int64
		from, to int // of the rows
		requests [2]int64
	}{
		"none":            {0, 100, nil, 0, 0, 0, [2]int64{1, 1}},
		"short":           {99, 100, nil, 0, 0, 99, [2]int64{1, 1}},
		"full":            {100, 100, nil, 0, 0, 100, [2]int64{2, 2}},
		"two pages":       {150, 100, nil, 0, 0, 150, [2]int64{2, 2}},
		"two full pages":  {200, 100, nil, 0, 0, 200, [2]int64{3, 3}},
		"many":            {1234, 100, nil, 0, 0, 1234, [2]int64{13, 13}},
		"pages of one":    {5, 1, nil, 0, 0, 5, [2]int64{6, 4}},
		"pages of two":    {5, 2, nil, 0, 0, 5, [2]int64{5, 3}},
		"limit":           {500, 100, nil, 10, 0, 10, [2]int64{1, 1}},
		"limit of pages":  {500, 100, nil, 199, 0, 199, [2]int64{2, 2}},
		"limit, one more": {500, 100, nil, 101, 0, 101, [2]int64{2, 2}},
		"limit beyond":    {50, 100, nil, 70, 0, 50, [2]int64{1, 1}},
	} {
		for _, order := range []string{"asc", "desc", ""} {
			for at, exclusive := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s %t", name, order, exclusive), func(t *testing.T) {
					query := url.Values{}
					if order != "" {
						query.Set("order", order)
					}
					cfg := configOf(t, history{n: test.rows, exclusive: exclusive})
					cfg.PageSize = test.pageSize
					trip := rest.New(cfg).Begin("")
					got := idsOf(t, trip.ByID(t.Context(), rest.Call{Path: "/h", Query: query}, test.limit))
					if diff := cmp.Diff(tens(test.rows, order)[test.from:test.to], got, cmpopts.EquateEmpty()); diff != "" {
						t.Errorf("ids (-want +got):\n%s", diff)
					}
					if trip.Tally().Data != test.requests[at] {
						t.Errorf("%d requests came, want %d", trip.Tally().Data, test.requests[at])
					}
				})
			}
		}
	}
}

func tens(n int, order string) []int64 {
	var ids []int64
	for i := range int64(n) {
		ids = append(ids, 10*(i+1))
	}
	if order != "asc" {
		slices.Reverse(ids)
	}
	return ids
}

func TestByIDWithinBounds(t *testing.T) {
	for _, order := range []string{"asc", "desc"} {
		call := rest.Call{Path: "/h", Query: url.Values{"minId": {"1005"}, "maxId": {"4005"}, "order": {order}}}
		got := idsOf(t, clientOf(t, history{n: 1000}).Begin("").ByID(t.Context(), call, 0))
		want := tens(1000, "asc")[100:400]
		if order == "desc" {
			slices.Reverse(want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", order, diff)
		}
	}
}

// A full page of known rows proves nothing.
func TestPagesThatRepeat(t *testing.T) {
	trip := clientOf(t, history{n: 300, ignores: true}).Begin("")
	for name, pages := range map[string]iter.Seq2[[]gjson.Result, error]{
		"by id":     trip.ByID(t.Context(), call("/h"), 0),
		"by offset": trip.Offset(t.Context(), rest.OffsetScan{Call: call("/h")}),
	} {
		if got, err := readIDs(pages); len(got) != 100 || connector.KindOf(err) != connector.Incomplete {
			t.Errorf("%s: %d rows, then %v; want 100, then incomplete", name, len(got), err)
		}
	}
}

func TestByIDOfAnotherColumn(t *testing.T) {
	trip := clientOf(t, inTurn(
		says(200, `[{"version":3},{"version":2}]`), says(200, `[{"version":2},{"version":1}]`), says(200, `[{"version":1}]`),
	)).Begin("")
	call := rest.Call{Path: "/wikis/1/history", ID: "version", Page: 2}
	n := 0
	for rows, err := range trip.ByID(t.Context(), call, 0) {
		if n += len(rows); err != nil {
			t.Fatal(err)
		}
	}
	if n != 3 || trip.Tally().Data != 3 {
		t.Errorf("%d rows by %d requests, want 3 by 3", n, trip.Tally().Data)
	}
	call.ID = ""
	_, err := readIDs(clientOf(t, inTurn(says(200, `[{"version":3},{"version":2}]`))).Begin("").ByID(t.Context(), call, 0))
	if connector.KindOf(err) != connector.Corrupt {
		t.Errorf("ByID() of rows without ids = %v", err)
	}
}

func TestByIDIsLazy(t *testing.T) {
	trip := clientOf(t, history{n: 1000}).Begin("")
	for _, err := range trip.ByID(t.Context(), call("/h"), 0) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if trip.Tally().Data != 1 {
		t.Errorf("%d requests came for one page", trip.Tally().Data)
	}
}

func TestByIDFails(t *testing.T) {
	client := clientOf(t, inTurn(says(404, `{"errors":[{"message":"No issue.","code":6}]}`)))
	if _, err := readIDs(client.Begin("").ByID(t.Context(), call("/issues/X-1/comments"), 0)); rest.Code(err) != 6 {
		t.Errorf("ByID() = %v, want code 6", err)
	}
}

// The comments of the emulated space, under both readings of minId and maxId.
func TestCommentsOfTheEmulator(t *testing.T) {
	for _, exclusive := range []bool{false, true} {
		for _, order := range []string{"asc", "desc"} {
			server := backlogtest.New(backlogtest.Options{ExclusiveIDs: exclusive, Unlimited: true})
			cfg := configOf(t, server.Transport())
			cfg.Credentials = rest.APIKey(connector.SecretOf(server.Key()))
			cfg.PageSize = 2
			key, want := mostCommented(server)
			slices.Sort(want)
			if order == "desc" {
				slices.Reverse(want)
			}
			call := rest.Call{Path: "/issues/" + key + "/comments", Query: url.Values{"order": {order}}}
			got := idsOf(t, rest.New(cfg).Begin("").ByID(t.Context(), call, 0))
			if diff := cmp.Diff(want, got); diff != "" || len(got) < 5 {
				t.Errorf("comments of %s, %s, exclusive %t (-want +got):\n%s", key, order, exclusive, diff)
			}
		}
	}
}

func mostCommented(server *backlogtest.Server) (key string, ids []int64) {
	server.Edit(func(s *backlogtest.Space) {
		for _, i := range s.Issues() {
			comments := s.Comments(i)
			if len(comments) <= len(ids) {
				continue
			}
			key, ids = s.KeyOf(i), nil
			for _, c := range comments {
				ids = append(ids, c.ID)
			}
		}
	})
	return key, ids
}
