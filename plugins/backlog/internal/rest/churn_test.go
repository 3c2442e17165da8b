package rest_test

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// churn changes a space at random, so that rows before and after the page that
// is read come, go and change.
func churn(random *rand.Rand, often int) func(int, *backlogtest.Space) {
	return func(_ int, s *backlogtest.Space) {
		for range random.IntN(often + 1) {
			all := s.Issues()
			victim := all[random.IntN(len(all))]
			switch random.IntN(4) {
			case 0:
				s.DeleteIssue(victim.ID)
			case 1:
				s.AddIssue(victim.Project, nil)
			default:
				s.UpdateIssue(victim.ID, func(i *backlogtest.Issue) { i.Status = 1 + random.Int64N(4) })
			}
		}
	}
}

// stableIDs are the issues that match and were not changed since.
func stableIDs(server *backlogtest.Server, since time.Time, match func(*backlogtest.Issue) bool) map[int64]bool {
	ids := make(map[int64]bool)
	server.Edit(func(s *backlogtest.Space) {
		for _, i := range s.Issues() {
			if i.Updated < since.Unix() && match(i) {
				ids[i.ID] = true
			}
		}
	})
	return ids
}

func TestRowsThatChangeMeanwhile(t *testing.T) {
	for seed := range uint64(24) {
		synctest.Test(t, func(t *testing.T) {
			options := backlogtest.Options{Issues: 650, Latency: 50 * time.Millisecond, Unlimited: true}
			server, client := emulator(t, options, func(cfg *rest.Config) {
				cfg.Concurrency, cfg.PageSize = int(1+seed%8), 40
			})
			filter, match := []string(nil), func(*backlogtest.Issue) bool { return true }
			if seed%2 == 1 {
				filter = []string{"statusId[]", "1"}
				match = func(i *backlogtest.Issue) bool { return i.Status == 1 }
			}
			scan := issues(server, filter...)
			scan.Lazy = seed >= 12
			server.Between(churn(rand.New(rand.NewPCG(seed, 1)), int(seed%5)))
			begin := time.Now()
			got, err := readIDs(client.Begin("q").Offset(t.Context(), scan))
			server.Between(nil)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			seen := make(map[int64]bool)
			for _, id := range got {
				if seen[id] {
					t.Errorf("seed %d: %d came twice", seed, id)
				}
				seen[id] = true
			}
			for _, id := range slices.Sorted(maps.Keys(stableIDs(server, begin, match))) {
				if !seen[id] {
					t.Errorf("seed %d: %d was lost, of %d rows by %d requests", seed, id, len(got), len(server.Requests()))
				}
			}
		})
	}
}

// Rows that leave the first page before the count are not in it: without care,
// they would stand for some that are lost.
func TestRowsGoBetweenFirstPageAndCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, _ := emulator(t, backlogtest.Options{Unlimited: true}, nil)
		scan := issues(server)
		var ids []int64
		inner := server.Transport()
		cfg := configOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			if strings.HasSuffix(req.URL.Path, "/count") {
				server.Edit(func(s *backlogtest.Space) {
					for _, id := range ids[:5] {
						s.DeleteIssue(id)
					}
				})
			}
			return inner.RoundTrip(req)
		}))
		cfg.Credentials = rest.APIKey(connector.SecretOf(server.Key()))
		trip := rest.New(cfg).Begin("")
		all := make(map[int64]bool)
		for rows, err := range trip.Offset(t.Context(), scan) {
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				ids = append(ids, row.Get("id").Int())
				all[row.Get("id").Int()] = true
			}
		}
		for id := range stableIDs(server, time.Now(), func(*backlogtest.Issue) bool { return true }) {
			if !all[id] {
				t.Errorf("%d was lost", id)
			}
		}
	})
}

func TestFaultsNeitherLoseNorDouble(t *testing.T) {
	kinds := []backlogtest.FaultKind{
		backlogtest.ServerError, backlogtest.BadGateway, backlogtest.CutOff, backlogtest.BadJSON, backlogtest.Slow,
		backlogtest.TooMany, backlogtest.Reset, backlogtest.LostAnswer,
	}
	for _, kind := range append(kinds, 255) {
		synctest.Test(t, func(t *testing.T) {
			options := backlogtest.Options{Issues: 650, Latency: 50 * time.Millisecond}
			server, client := emulator(t, options, func(cfg *rest.Config) { cfg.Timeout = 10 * time.Second })
			scan := issues(server)
			random := rand.New(rand.NewPCG(uint64(kind), 7))
			for range 3 { // as many as one request gets over
				k := kind
				if k == 255 {
					k = kinds[random.IntN(len(kinds))]
				}
				skip := random.IntN(8)
				server.Inject(backlogtest.Fault{Kind: k, Times: 1, Match: func(*http.Request) bool {
					skip--
					return skip < 0
				}})
			}
			trip := client.Begin("q")
			got := idsOf(t, trip.Offset(t.Context(), scan))
			slices.Sort(got)
			if len(got) != 650 || len(slices.Compact(got)) != 650 {
				t.Errorf("fault %d: %d rows came, want 650, each once", kind, len(got))
			}
			if tally := trip.Tally(); tally.Data != 7 || tally.Count != 1 || tally.Retries == 0 {
				t.Errorf("fault %d: Tally() = %+v", kind, tally)
			}
		})
	}
}

// Rows that go while pages are read move others past the reader. They are found
// again, by new requests, though the statement remembers the pages.
func TestRowsPassedOverAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := emulator(t, backlogtest.Options{Unlimited: true}, func(cfg *rest.Config) { cfg.Concurrency = 1 })
		scan := issues(server)
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
		got := idsOf(t, trip.Offset(t.Context(), scan))
		if len(got) != 400 {
			t.Errorf("%d rows came, want all 400: those that went were read before", len(got))
		}
		if tally := trip.Tally(); tally.Count != 2 || tally.Data != 8 {
			t.Errorf("Tally() = %+v, want 4 pages and a count, twice", tally)
		}
	})
}

// A page that another statement asked for before the count is older than it, and
// proves nothing.
func TestOlderPagesAreNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &list{n: 250}
		pages := 0
		client := clientOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.Query().Get("offset") == "99" {
				pages++
				time.Sleep(10 * time.Second)
			}
			return server.RoundTrip(req)
		}))
		ask(t.Context(), client.Begin(""), 0, 1)
		var group sync.WaitGroup
		older := rest.Call{Path: "/rows", Query: url.Values{"offset": {"99"}, "count": {"100"}}}
		group.Go(func() {
			if _, err := client.Begin("other").Get(t.Context(), older); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if got := idsOf(t, client.Begin("q").Offset(t.Context(), wholeList)); len(got) != 250 {
			t.Errorf("%d rows came", len(got))
		}
		group.Wait()
		if pages != 2 {
			t.Errorf("the page was asked for %d times, want 2", pages)
		}
	})
}
