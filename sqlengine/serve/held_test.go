package serve_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/sqlengine/serve"
)

// uses are what a client may do, and leave undone.
var uses = []func(context.Context, *client) error{
	func(ctx context.Context, c *client) error {
		_, err := ask(ctx, c, "SELECT count(*) FROM Issues")
		return err
	},
	func(ctx context.Context, c *client) error {
		p, err := c.Prepare(ctx, "SELECT Id FROM Issues WHERE Id > 1")
		if err != nil {
			return err
		}
		info, err := p.Execute(ctx)
		if err != nil {
			return err
		}
		_, err = readAll(ctx, c, info)
		return errors.Join(err, p.Close(ctx))
	},
	func(ctx context.Context, c *client) error { // whose rows nobody reads to the end
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		info, err := c.Execute(ctx, "FROM range(10000000000)")
		if err != nil {
			return err
		}
		r, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
		if err != nil {
			return err
		}
		defer r.Release()
		if !r.Next() {
			return r.Err()
		}
		return nil
	},
	func(ctx context.Context, c *client) error { // which fails
		if _, err := ask(ctx, c, "SELECT nothing FROM Issues"); err == nil {
			return errors.New("a column is there that is not")
		}
		return nil
	},
}

// TestNothingIsLeft runs small statements of 50 clients, and of 50 threads of one
// client, and looks at what stays behind.
func TestNothingIsLeft(t *testing.T) {
	s, address := server(t, serve.Config{})
	nothing := func(h serve.Held) bool {
		return h.Clients+h.Statements+h.Prepared+h.Unread == 0 && h.Kept == 0 &&
			h.Sessions == h.FreeSessions && h.Sessions <= 2*runtime.NumCPU()
	}
	round := func(name string) {
		t.Run(name, func(t *testing.T) {
			shared := dial(t, address)
			var threads sync.WaitGroup
			for i := range 50 {
				own := dial(t, address)
				threads.Go(func() { busyThread(t, i, own, shared) })
			}
			threads.Wait()
		})
		until(t, s, "nothing is left", nothing)
	}
	round("warm")
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for n := range 2 {
		round(fmt.Sprint("round ", n))
		for runtime.NumGoroutine() > before { // they end when their connections have
			if ctx.Err() != nil {
				t.Fatalf("%d goroutines, and %d before", runtime.NumGoroutine(), before)
			}
			runtime.Gosched()
		}
	}
}

// busyThread uses two clients; some threads have a table in one of them.
func busyThread(t *testing.T, i int, own, shared *client) {
	for n, c := range []*client{own, shared} {
		if err := uses[(i+n)%len(uses)](t.Context(), c); err != nil {
			t.Errorf("thread %d: %v", i, err)
		}
	}
	if i%10 != 0 {
		return
	}
	if _, err := ask(t.Context(), own, "CREATE TABLE own AS SELECT 1 AS a"); err != nil {
		t.Error(err)
	}
	if _, err := own.Prepare(t.Context(), "FROM own"); err != nil {
		t.Error(err)
	}
	if _, err := own.Execute(t.Context(), "FROM own"); err != nil {
		t.Error(err)
	}
	if _, err := own.CloseSession(t.Context(), &flight.CloseSessionRequest{}); err != nil {
		t.Error(err)
	}
}

// TestBounds has a client leave things undone until no more are kept.
func TestBounds(t *testing.T) {
	tests := map[string]struct {
		begin func(context.Context, *client) (end func(context.Context) error, err error)
		says  string
		held  func(serve.Held) int
	}{
		"prepared statements": {
			func(ctx context.Context, c *client) (func(context.Context) error, error) {
				p, err := c.Prepare(ctx, "SELECT Id FROM Issues WHERE Id = ?")
				if err != nil {
					return nil, err
				}
				return func(ctx context.Context) error { return p.Close(ctx) }, nil
			},
			"20 statements are prepared, and no more are kept\nClose statements", func(h serve.Held) int { return h.Prepared },
		},
		"answers": {
			func(ctx context.Context, c *client) (func(context.Context) error, error) {
				info, err := c.Execute(ctx, "FROM range(100000)")
				if err != nil {
					return nil, err
				}
				return func(ctx context.Context) error {
					_, err := c.CancelFlightInfo(ctx, &flight.CancelFlightInfoRequest{Info: info})
					return err
				}, nil
			},
			"20 answers wait for their readers, and no more are kept\nRead answers", func(h serve.Held) int { return h.Unread },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, address := server(t, serve.Config{MostPrepared: 20, MostUnread: 20})
			one, other := dial(t, address), dial(t, address)
			var ends []func(context.Context) error
			for range 20 {
				end, err := test.begin(t.Context(), one)
				if err != nil {
					t.Fatal(err)
				}
				ends = append(ends, end)
			}
			for range 3 {
				_, err := test.begin(t.Context(), other)
				if status.Code(err) != codes.ResourceExhausted || !strings.Contains(err.Error(), test.says) {
					t.Errorf("one more = %v, want that it is refused", err)
				}
			}
			if got := test.held(s.Held()); got != 20 {
				t.Errorf("%d are held, want 20", got)
			}
			if _, err := ask(t.Context(), other, "SELECT count(*) FROM Issues"); (err != nil) != (name == "answers") {
				t.Errorf("another statement = %v", err)
			}
			if err := ends[0](t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := test.begin(t.Context(), other); err != nil {
				t.Errorf("after one has ended: %v", err)
			}
			for _, c := range []*client{one, other} {
				if _, err := c.CloseSession(t.Context(), &flight.CloseSessionRequest{}); err != nil {
					t.Error(err)
				}
			}
			until(t, s, "none is left", func(h serve.Held) bool { return h.Prepared+h.Unread+h.Statements+h.Clients == 0 })
		})
	}
}

// TestMostSessions has clients with tables of their own until no more sessions may
// be open, and one of them close its own.
func TestMostSessions(t *testing.T) {
	_, address := server(t, serve.Config{MostSessions: 5})
	var owners []*client
	for range 5 {
		owners = append(owners, owner(t, address))
	}
	late := dial(t, address)
	_, err := ask(t.Context(), late, "SELECT 1")
	if status.Code(err) != codes.ResourceExhausted || !strings.Contains(err.Error(), "5 sessions are open, and no more may be\nTry again later") {
		t.Errorf("one more = %v, want that it is refused", err)
	}
	if got, err := ask(t.Context(), owners[4], "SELECT count(*) FROM own"); err != nil || got[0][0] != "100000" {
		t.Errorf("of those that have one: %v, %v", got, err)
	}
	if _, err := owners[0].CloseSession(t.Context(), &flight.CloseSessionRequest{}); err != nil {
		t.Fatal(err)
	}
	if got, err := ask(t.Context(), late, "SELECT 1"); err != nil || len(got) != 1 {
		t.Errorf("when one is closed: %v, %v", got, err)
	}
}
