package rest_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

func TestSharedInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(after(time.Second, good))
		client := clientOf(t, server)
		trips := []*rest.Trip{client.Begin("a"), client.Begin("b"), client.Begin("")}
		var group sync.WaitGroup
		for _, trip := range trips {
			group.Go(func() {
				if body, err := trip.Get(t.Context(), call("/space")); err != nil || string(body) != `{"spaceKey":"x"}` {
					t.Errorf("Get() = %s, %v", body, err)
				}
			})
		}
		group.Wait()
		if server.count() != 1 || trips[0].Tally().Data+trips[1].Tally().Data+trips[2].Tally().Data != 1 {
			t.Errorf("%d requests came, want 1, counted once", server.count())
		}
	})
}

func TestSharedIsACopy(t *testing.T) {
	client := clientOf(t, inTurn(good))
	trip := client.Begin("a")
	for range 2 {
		body, err := trip.Get(t.Context(), call("/space"))
		if err != nil || string(body) != `{"spaceKey":"x"}` {
			t.Errorf("Get() = %s, %v", body, err)
		}
		clear(body)
	}
}

func TestNotSharedAcrossCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(after(time.Second, good))
		cfg := configOf(t, server)
		cfg.Shared = rest.NewShared()
		one := rest.New(cfg)
		cfg.Credentials = rest.APIKey(connector.SecretOf("another"))
		other := rest.New(cfg)
		var group sync.WaitGroup
		for _, client := range []*rest.Client{one, other} {
			group.Go(func() {
				if _, err := client.Begin("a").Get(t.Context(), call("/space")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if server.count() != 2 {
			t.Errorf("%d requests came of two callers, want 2", server.count())
		}
	})
}

// One who leaves takes the answer from nobody, not even one who came first.
func TestLeavingASharedRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(after(3*time.Second, good))
		client := clientOf(t, server)
		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, leave)
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := get(ctx, client); connector.KindOf(err) != connector.Canceled {
				t.Errorf("Get() = %v, want canceled", err)
			}
		})
		time.Sleep(time.Second)
		group.Go(func() {
			if body, err := get(t.Context(), client); err != nil || body != `{"spaceKey":"x"}` {
				t.Errorf("Get() = %s, %v", body, err)
			}
		})
		group.Wait()
		if server.count() != 1 {
			t.Errorf("%d requests came, want 1", server.count())
		}
	})
}

func TestLastOneLeavingEndsTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		server := inTurn(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			ended.Store(true)
			return nil, req.Context().Err()
		}, good)
		client := clientOf(t, server)
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		for range 2 {
			go func() { _, _ = get(ctx, client) }()
		}
		time.Sleep(2 * time.Second)
		if !ended.Load() {
			t.Error("the request goes on for nobody")
		}
		if _, err := get(t.Context(), client); err != nil || server.count() != 2 {
			t.Errorf("Get() = %v after %d requests", err, server.count())
		}
	})
}

func TestFailureIsNotSharedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(after(time.Second, cutOff), cutOff, cutOff, cutOff, after(time.Second, good))
		client := clientOf(t, server)
		var group sync.WaitGroup
		var mu sync.Mutex
		var failed, right int
		for range 3 {
			group.Go(func() {
				_, err := get(t.Context(), client)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed++
				} else {
					right++
				}
			})
		}
		group.Wait()
		if failed != 1 || right != 2 || server.count() != 5 {
			t.Errorf("%d failed and %d were answered by %d requests, want 1, 2, 5", failed, right, server.count())
		}
	})
}

// What the server says to the question itself is everybody's.
func TestNotFoundIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(after(time.Second, says(404, "")))
		client := clientOf(t, server)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := get(t.Context(), client); connector.KindOf(err) != connector.NotFound {
					t.Errorf("Get() = %v", err)
				}
			})
		}
		group.Wait()
		if server.count() != 1 {
			t.Errorf("%d requests came, want 1", server.count())
		}
	})
}

func TestStatementRemembers(t *testing.T) {
	server := inTurn(says(200, `{"count":42}`))
	client := clientOf(t, server)
	one := rest.Call{Path: "/issues/count", Query: url.Values{"projectId[]": {"1", "2"}, "a": {"b"}}}
	for _, test := range []struct {
		statement string
		call      rest.Call
		requests  int
	}{
		{"q1", one, 1},
		{"q1", one, 1},
		{"q2", one, 2},
		{"q2", one, 2},
		{"q2", rest.Call{Path: one.Path, Query: url.Values{"projectId[]": {"1"}}}, 3},
		{"", one, 4},
		{"", one, 5},
	} {
		if n, err := client.Begin(test.statement).Count(t.Context(), test.call); n != 42 || err != nil {
			t.Errorf("Count() = %d, %v", n, err)
		}
		if server.count() != test.requests {
			t.Errorf("%q: %d requests came, want %d", test.statement, server.count(), test.requests)
		}
	}
	for statement, want := range map[string]bool{"q1": true, "q3": false, "": false} {
		if n, ok := client.Begin(statement).KnownCount(one); ok != want || ok && n != 42 {
			t.Errorf("KnownCount() of %q = %d, %v", statement, n, ok)
		}
	}
}

func TestFailuresAreNotRemembered(t *testing.T) {
	server := inTurn(says(404, ""), good)
	trip := clientOf(t, server).Begin("q")
	if _, err := trip.Get(t.Context(), call("/space")); err == nil {
		t.Error("Get() = nil, want an error")
	}
	if _, err := trip.Get(t.Context(), call("/space")); err != nil {
		t.Errorf("Get() = %v", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	server := inTurn(says(200, `"`+strings.Repeat("x", 1000)+`"`))
	cfg := configOf(t, server)
	cfg.Shared = rest.NewShared()
	const limit = 10_000
	rest.LimitMemory(cfg.Shared, limit)
	client := rest.New(cfg)
	ask := func(i int) {
		t.Helper()
		statement := "q" + strconv.Itoa(i%2)
		if _, err := client.Begin(statement).Get(t.Context(), call("/"+strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
		if used := rest.MemoryUsed(cfg.Shared); used > limit || used < min(i+1, 6)*1000 {
			t.Fatalf("after %d answers of a thousand bytes, %d bytes are remembered", i+1, used)
		}
	}
	for i := range 20 {
		ask(i)
		ask(0) // used again and again
	}
	if server.count() != 20 {
		t.Errorf("%d requests came, want 20: what is used does not go", server.count())
	}
	ask(1)
	if server.count() != 21 {
		t.Errorf("%d requests came, want 21: what is not used goes", server.count())
	}
}

func TestAnswerLargerThanMemory(t *testing.T) {
	cfg := configOf(t, inTurn(good))
	cfg.Shared = rest.NewShared()
	rest.LimitMemory(cfg.Shared, 10)
	if _, err := rest.New(cfg).Begin("q").Get(t.Context(), call("/space")); err != nil || rest.MemoryUsed(cfg.Shared) != 0 {
		t.Errorf("Get() = %v, %d bytes are remembered", err, rest.MemoryUsed(cfg.Shared))
	}
}

func TestCountRefusesOther(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"count":"1"}`, `{"count":-1}`, `{"count":null}`} {
		_, err := clientOf(t, inTurn(says(200, body))).Begin("").Count(t.Context(), call("/issues/count"))
		if connector.KindOf(err) != connector.Corrupt {
			t.Errorf("Count() of %s = %v, want corrupt", body, err)
		}
	}
}

func TestConcurrencyOfAClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &allowance{limit: 1000, length: time.Minute}
		cfg := configOf(t, server)
		cfg.Concurrency = 3
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("enough")
		time.AfterFunc(10*time.Second+time.Millisecond, func() { cancel(why) })
		begin := time.Now()
		failed := ask(ctx, rest.New(cfg).Begin(""), 0, 100)
		synctest.Wait()
		// One goes alone; then three a second.
		if server.most != 3 || failed != 100-1-9*3 || time.Since(begin) != 10*time.Second+time.Millisecond {
			t.Errorf("%d at a time, %d canceled, after %s", server.most, failed, time.Since(begin))
		}
	})
}
