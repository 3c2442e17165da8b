package rest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// list is a server of rows with the ids 1 to n, oldest first.
type list struct {
	mu      sync.Mutex
	n       int
	ignores bool // offset and count
	// furthest is the largest offset that was asked for.
	furthest int
	// extra is added to the count.
	extra int
}

func (l *list) RoundTrip(req *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasSuffix(req.URL.Path, "/count") {
		return says(200, fmt.Sprintf(`{"count":%d}`, l.n+l.extra))(req)
	}
	query := req.URL.Query()
	offset, err := strconv.Atoi(query.Get("offset"))
	if err != nil {
		return says(400, `{"errors":[{"message":"offset is required.","code":7}]}`)(req)
	}
	count, _ := strconv.Atoi(query.Get("count"))
	l.furthest = max(l.furthest, offset)
	if l.ignores {
		offset, count = 0, l.n
	}
	var rows []string
	for id := offset + 1; id <= min(offset+count, l.n); id++ {
		rows = append(rows, fmt.Sprintf(`{"id":%d}`, id))
	}
	return says(200, "["+strings.Join(rows, ",")+"]")(req)
}

var wholeList = rest.OffsetScan{Call: call("/rows"), Count: rest.Call{Path: "/rows/count", Purpose: rest.Count}}

func upTo(n int) []int64 {
	var ids []int64
	for id := range int64(n) {
		ids = append(ids, id+1)
	}
	return ids
}

func TestOffsetRequests(t *testing.T) {
	for name, test := range map[string]struct {
		rows        int
		scan        rest.OffsetScan
		want        int // rows
		data, count int64
	}{
		"empty":          {0, wholeList, 0, 1, 0},
		"short":          {99, wholeList, 99, 1, 0},
		"one full page":  {100, wholeList, 100, 1, 1},
		"two pages":      {101, wholeList, 101, 2, 1},
		"full pages":     {900, wholeList, 900, 9, 1},
		"many pages":     {2345, wholeList, 2345, 24, 1},
		"nearly full":    {299, wholeList, 299, 3, 1},
		"no count":       {250, rest.OffsetScan{Call: call("/rows")}, 250, 3, 0},
		"no count, full": {200, rest.OffsetScan{Call: call("/rows")}, 200, 3, 0},
		"limit":          {250, rest.OffsetScan{Call: call("/rows"), Count: wholeList.Count, Limit: 10}, 10, 1, 0},
		"limit, pages":   {950, rest.OffsetScan{Call: call("/rows"), Count: wholeList.Count, Limit: 210}, 210, 3, 0},
		"limit beyond":   {50, rest.OffsetScan{Call: call("/rows"), Count: wholeList.Count, Limit: 75}, 50, 1, 0},
		"small pages":    {95, rest.OffsetScan{Call: rest.Call{Path: "/rows", Page: 20}, Count: wholeList.Count}, 95, 5, 1},
		"large pages":    {950, rest.OffsetScan{Call: rest.Call{Path: "/rows", Page: 1000}}, 950, 1, 0},
		"from an offset": {
			350,
			rest.OffsetScan{Call: rest.Call{Path: "/rows", Query: url.Values{"offset": {"30"}}}, Count: wholeList.Count},
			320, 4, 1,
		},
		"from beyond": {
			350,
			rest.OffsetScan{Call: rest.Call{Path: "/rows", Query: url.Values{"offset": {"400"}}}, Count: wholeList.Count},
			0, 1, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			trip := clientOf(t, &list{n: test.rows}).Begin("q")
			got := idsOf(t, trip.Offset(t.Context(), test.scan))
			want := upTo(test.rows)[test.rows-test.want:]
			if test.scan.Limit > 0 {
				want = upTo(test.want)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
			if tally := trip.Tally(); tally.Data != test.data || tally.Count != test.count {
				t.Errorf("Tally() = %+v, want %d data and %d count", tally, test.data, test.count)
			}
			again := idsOf(t, trip.Offset(t.Context(), test.scan))
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("again in the statement (-first +again):\n%s", diff)
			}
			if tally := trip.Tally(); tally.Data != test.data || tally.Count != test.count {
				t.Errorf("again in the statement, Tally() = %+v", tally)
			}
		})
	}
}

func TestOffsetOfAServerThatDoesNotPage(t *testing.T) {
	for name, scan := range map[string]rest.OffsetScan{"counted": wholeList, "in turn": {Call: call("/rows")}} {
		trip := clientOf(t, &list{n: 250, ignores: true}).Begin("")
		if got := idsOf(t, trip.Offset(t.Context(), scan)); len(got) != 250 || trip.Tally().Data != 1 {
			t.Errorf("%s: %d rows by %d requests", name, len(got), trip.Tally().Data)
		}
	}
}

func TestLimitOfAServerThatDoesNotPage(t *testing.T) {
	trip := clientOf(t, &list{n: 250, ignores: true}).Begin("")
	if got := idsOf(t, trip.Offset(t.Context(), rest.OffsetScan{Call: call("/rows"), Limit: 10})); len(got) != 10 {
		t.Errorf("%d rows came, want 10", len(got))
	}
}

func TestOffsetKnowsTheCount(t *testing.T) {
	trip := clientOf(t, &list{n: 250}).Begin("q")
	if _, err := trip.Count(t.Context(), wholeList.Count); err != nil {
		t.Fatal(err)
	}
	if got := idsOf(t, trip.Offset(t.Context(), wholeList)); len(got) != 250 || trip.Tally().Count != 1 {
		t.Errorf("%d rows, Tally() = %+v, want one count", len(got), trip.Tally())
	}
}

func TestOffsetRowsElsewhere(t *testing.T) {
	client := clientOf(t, inTurn(says(200, `{"list":[{"x":{"id":1}},{"x":{"id":2}},{"x":{"id":1}}]}`)))
	scan := rest.OffsetScan{Call: rest.Call{Path: "/rows", Rows: "list", ID: "x.id"}}
	n := 0
	for rows, err := range client.Begin("").Offset(t.Context(), scan) {
		if n += len(rows); err != nil {
			t.Fatal(err)
		}
	}
	if n != 2 {
		t.Errorf("%d rows came, want 2", n)
	}
	_, err := readIDs(client.Begin("").Offset(t.Context(), rest.OffsetScan{Call: call("/rows")}))
	if connector.KindOf(err) != connector.Corrupt {
		t.Errorf("Offset() of what is no list = %v", err)
	}
}

func TestOffsetIsLazy(t *testing.T) {
	for name, test := range map[string]struct {
		scan rest.OffsetScan
		want int64
	}{
		"lazy":     {rest.OffsetScan{Call: wholeList.Call, Count: wholeList.Count, Lazy: true}, 2},
		"limit":    {rest.OffsetScan{Call: wholeList.Call, Count: wholeList.Count, Limit: 500}, 2},
		"no count": {rest.OffsetScan{Call: wholeList.Call}, 2},
		"eager":    {wholeList, 1 + 3 + 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			cfg := configOf(t, &list{n: 2000})
			cfg.Concurrency = 3
			trip := rest.New(cfg).Begin("")
			pages := 0
			for _, err := range trip.Offset(t.Context(), test.scan) {
				if err != nil {
					t.Fatal(err)
				}
				if pages++; pages == 2 {
					synctest.Wait()
					break
				}
			}
			if got := trip.Tally().Data; got != test.want {
				t.Errorf("%s: %d requests for two pages, want %d", name, got, test.want)
			}
		})
	}
}

func TestNineThousandIssuesSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := backlogtest.Options{Issues: 9000, Latency: 50 * time.Millisecond, Unlimited: true}
		server, client := emulator(t, options, nil)
		scan := issues(server)
		begin := time.Now()
		if got := len(idsOf(t, client.Begin("").Offset(t.Context(), scan))); got != 9000 {
			t.Errorf("%d issues came", got)
		}
		if took := time.Since(begin); took > 1500*time.Millisecond {
			t.Errorf("9,000 issues took %s", took)
		}
		if got := len(server.Requests()); got != 91 {
			t.Errorf("%d requests came, want 91", got)
		}
		t.Logf("9,000 issues in %s", time.Since(begin))
	})
}

// While a slow page is waited for, only so many others are kept.
func TestOffsetKeepsFewPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &list{n: 5000}
		slow := roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.Query().Get("offset") == "300" {
				time.Sleep(30 * time.Second)
			}
			return server.RoundTrip(req)
		})
		cfg := configOf(t, slow)
		cfg.Concurrency = 4
		pages := 0
		for _, err := range rest.New(cfg).Begin("").Offset(t.Context(), wholeList) {
			synctest.Wait()
			server.mu.Lock()
			furthest := server.furthest
			server.mu.Unlock()
			if pages++; err != nil || furthest > 100*(pages-1+4) {
				t.Fatalf("page %d: %v, the page at %d was asked for", pages, err, furthest)
			}
		}
	})
}

func TestOffsetStopsAtAnError(t *testing.T) {
	server := &list{n: 1000}
	client := clientOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.URL.Query().Get("offset") == "300" {
			return says(403, `{"errors":[{"message":"No.","code":5}]}`)(req)
		}
		return server.RoundTrip(req)
	}))
	got, err := readIDs(client.Begin("").Offset(t.Context(), wholeList))
	if len(got) != 300 || rest.Code(err) != 5 {
		t.Errorf("%d rows came, then %v; want 300 and code 5", len(got), err)
	}
}

// Fewer rows than the server counts are an error, after as many tries to find
// them as there are.
func TestOffsetIncomplete(t *testing.T) {
	trip := clientOf(t, &list{n: 300, extra: 1}).Begin("")
	got, err := readIDs(trip.Offset(t.Context(), wholeList))
	want := "example.backlog.com/api/v2/rows: only 300 of 301 rows came, in 4 attempts: they change faster than they can be read"
	if len(got) != 300 || fmt.Sprint(err) != want || connector.KindOf(err) != connector.Incomplete {
		t.Errorf("%d rows came, then %v", len(got), err)
	}
	if tally := trip.Tally(); tally.Count != 4 {
		t.Errorf("Tally() = %+v, want 4 counts", tally)
	}
}

// A row without an id is told by its text.
func TestRowsWithoutIDs(t *testing.T) {
	client := clientOf(t, inTurn(says(200, `[{"a":1},{"a":2},{"a":1}]`)))
	for rows, err := range client.Begin("").Offset(t.Context(), rest.OffsetScan{Call: call("/rows")}) {
		if err != nil || len(rows) != 2 || rows[1].Raw != `{"a":2}` {
			t.Errorf("Offset() = %v, %v", rows, err)
		}
	}
}

func TestPageSize(t *testing.T) {
	for _, test := range []struct{ size, page, want int }{
		{0, 0, 100},
		{100, 0, 100},
		{1000, 0, 100},
		{30, 0, 30},
		{0, 20, 20},
		{30, 20, 20},
		{10, 20, 10},
		{0, 1000, 1000},
		{30, 1000, 30},
	} {
		server := inTurn(says(200, "[]"))
		cfg := configOf(t, server)
		cfg.PageSize = test.size
		scan := rest.OffsetScan{Call: rest.Call{Path: "/rows", Page: test.page}}
		idsOf(t, rest.New(cfg).Begin("").Offset(t.Context(), scan))
		if got := server.requests[0].URL.Query().Get("count"); got != strconv.Itoa(test.want) {
			t.Errorf("PageSize %d, Page %d: count=%s, want %d", test.size, test.page, got, test.want)
		}
	}
}
