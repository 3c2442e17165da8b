package rest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// allowance is a server that counts requests in windows, as Backlog does, and
// takes a second to answer each.
type allowance struct {
	limit  int
	silent bool          // tells no limit
	ahead  time.Duration // of its clock
	length time.Duration // of a window

	mu           sync.Mutex
	used, beyond int
	reset        time.Time
	now, most    int // requests under way, at the same time at most
}

func (a *allowance) RoundTrip(req *http.Request) (*http.Response, error) {
	remaining, ok, reset := a.spend()
	defer a.leave()
	if err := (rest.SystemClock{}).Sleep(req.Context(), time.Second); err != nil {
		return nil, err
	}
	headers := []string{"Date", time.Now().Add(a.ahead).UTC().Format(http.TimeFormat)}
	if !a.silent {
		headers = append(headers, "X-RateLimit-Limit", strconv.Itoa(a.limit), "X-RateLimit-Remaining", strconv.Itoa(remaining),
			"X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	if !ok {
		return says(429, "", headers...)(req)
	}
	return says(200, "[]", headers...)(req)
}

func (a *allowance) spend() (remaining int, ok bool, reset time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now++
	a.most = max(a.most, a.now)
	if now := time.Now().Add(a.ahead); !now.Before(a.reset) {
		a.reset, a.used = now.Add(a.length).Truncate(time.Second), 0
	}
	if a.used == a.limit {
		a.beyond++
		return 0, false, a.reset
	}
	a.used++
	return a.limit - a.used, true, a.reset
}

func (a *allowance) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now--
}

// ask makes n different requests at the same time, and returns how many failed.
func ask(ctx context.Context, trip *rest.Trip, category relation.Category, n int) int {
	var group sync.WaitGroup
	failed := make(chan error, n)
	for i := range n {
		group.Go(func() {
			if _, err := trip.Get(ctx, rest.Call{Path: "/" + strconv.Itoa(i), Category: category}); err != nil {
				failed <- err
			}
		})
	}
	group.Wait()
	return len(failed)
}

func TestNeverPastTheLimit(t *testing.T) {
	for name, test := range map[string]struct {
		server   *allowance
		requests int
		takes    time.Duration
	}{
		"one window":      {&allowance{limit: 30, length: time.Minute}, 30, 5 * time.Second},
		"two windows":     {&allowance{limit: 30, length: time.Minute}, 31, 61 * time.Second},
		"five windows":    {&allowance{limit: 10, length: time.Minute}, 45, 4*time.Minute + 2*time.Second},
		"server's clock+": {&allowance{limit: 10, length: time.Minute, ahead: time.Hour}, 25, 2*time.Minute + 2*time.Second},
		"server's clock-": {&allowance{limit: 10, length: time.Minute, ahead: -time.Hour}, 25, 2*time.Minute + 2*time.Second},
		"one a window":    {&allowance{limit: 1, length: 10 * time.Second}, 3, 21 * time.Second},
		"no limit told":   {&allowance{limit: 1000, length: time.Minute, silent: true}, 33, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := test.server
				client := clientOf(t, server)
				begin := time.Now()
				if failed := ask(t.Context(), client.Begin(""), relation.Search, test.requests); failed > 0 {
					t.Errorf("%d requests failed", failed)
				}
				if server.beyond > 0 || server.most > rest.DefaultConcurrency {
					t.Errorf("%d requests went beyond the limit, up to %d at a time", server.beyond, server.most)
				}
				if took := time.Since(begin); took != test.takes {
					t.Errorf("%d requests took %s, want %s", test.requests, took, test.takes)
				}
			})
		})
	}
}

func TestBudgetIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &allowance{limit: 20, length: time.Minute}
		cfg := configOf(t, server)
		cfg.Shared = rest.NewShared()
		var group sync.WaitGroup
		for i := range 4 {
			client := rest.New(cfg)
			group.Go(func() {
				for n := range 10 {
					path := fmt.Sprintf("/%d/%d", i, n)
					if _, err := client.Begin("").Get(t.Context(), rest.Call{Path: path}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if server.beyond > 0 {
			t.Errorf("%d requests went beyond the limit", server.beyond)
		}
	})
}

func TestCategoriesDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		search := &allowance{limit: 10, length: time.Minute}
		read := &allowance{limit: 600, length: time.Minute}
		client := clientOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/api/v2/space" {
				return read.RoundTrip(req)
			}
			return search.RoundTrip(req)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { ask(ctx, client.Begin(""), relation.Search, 40) })
		time.Sleep(20 * time.Second) // the other category waits now
		begin := time.Now()
		if _, err := get(ctx, client); err != nil || time.Since(begin) != time.Second {
			t.Errorf("Get() = %v after %s, want 1s", err, time.Since(begin))
		}
		cancel()
		group.Wait()
	})
}

type roundTripper respond

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A request whose answer is lost may have been counted.
func TestLostAnswersAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &allowance{limit: 12, length: time.Minute}
		known := make(map[string]bool)
		lossy := roundTripper(func(req *http.Request) (*http.Response, error) {
			path := req.URL.Path
			lost := !known[path] && strings.HasSuffix(path, "1") // 1, 11 and 21, once each
			known[path] = true
			resp, err := server.RoundTrip(req)
			if err == nil && lost {
				return nil, io.ErrUnexpectedEOF
			}
			return resp, err
		})
		cfg := configOf(t, lossy)
		cfg.Concurrency = 1
		if failed := ask(t.Context(), rest.New(cfg).Begin(""), relation.Read, 30); failed > 0 || server.beyond > 0 {
			t.Errorf("%d requests failed, %d went beyond the limit", failed, server.beyond)
		}
	})
}

func TestWaitingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := clientOf(t, &allowance{limit: 2, length: time.Minute})
		trip, idle := client.Begin(""), client.Begin("")
		var group sync.WaitGroup
		group.Go(func() { ask(t.Context(), trip, relation.Search, 3) })
		time.Sleep(500 * time.Millisecond)
		if got := trip.Tally().Waiting; got != "" {
			t.Errorf("Waiting = %q while the first request is under way", got)
		}
		time.Sleep(time.Second)
		if got := trip.Tally().Waiting; got != "" {
			t.Errorf("Waiting = %q while the last request of the window is under way", got)
		}
		time.Sleep(8*time.Second + 700*time.Millisecond)
		if got := trip.Tally().Waiting; got != "rate limit, 50s" {
			t.Errorf("Waiting = %q, want rate limit, 50s", got)
		}
		if got := idle.Tally().Waiting; got != "" {
			t.Errorf("Waiting = %q of a trip without a call", got)
		}
		group.Wait()
		if got := trip.Tally().Waiting; got != "" {
			t.Errorf("Waiting = %q at the end", got)
		}
	})
}

func TestQuotas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := clientOf(t, &allowance{limit: 9, length: time.Minute, ahead: time.Hour})
		if got := client.Quotas(); len(got) != 0 {
			t.Errorf("Quotas() = %v before the first answer", got)
		}
		begin := time.Now()
		ask(t.Context(), client.Begin(""), relation.Search, 4)
		want := map[relation.Category]rest.Quota{relation.Search: {Limit: 9, Remaining: 5, Reset: begin.Add(time.Minute)}}
		if diff := cmp.Diff(want, client.Quotas()); diff != "" {
			t.Errorf("Quotas() (-want +got):\n%s", diff)
		}
		time.Sleep(time.Minute)
		if got := client.Quotas()[relation.Search].Remaining; got != 9 {
			t.Errorf("Remaining = %d in a new window, want 9", got)
		}
	})
}

func TestCancelWhileOthersHaveTheAllowance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := clientOf(t, inTurn(hangs))
		first, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { ask(first, client.Begin(""), relation.Read, 1) })
		synctest.Wait()
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(why) })
		begin := time.Now()
		if _, err := get(ctx, client); !errors.Is(err, why) || time.Since(begin) != time.Second {
			t.Errorf("Get() = %v after %s, want the cause after 1s", err, time.Since(begin))
		}
		stop()
		group.Wait()
	})
}

func TestFifteenThousandIssuesInAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := backlogtest.Options{Issues: 15000, Latency: 20 * time.Millisecond}
		server, client := emulator(t, options, nil)
		scan := issues(server)
		begin := time.Now()
		if got := len(idsOf(t, client.Begin("").Offset(t.Context(), scan))); got != 15000 {
			t.Errorf("%d issues came", got)
		}
		took := time.Since(begin)
		if took > 61*time.Second {
			t.Errorf("15,000 issues took %s", took)
		}
		requests := server.Requests()
		for _, req := range requests {
			if req.Status != http.StatusOK {
				t.Errorf("%s answered %d", req, req.Status)
			}
		}
		if len(requests) != 151 {
			t.Errorf("%d requests came, want 151", len(requests))
		}
		t.Logf("15,000 issues in %s", took)
	})
}
