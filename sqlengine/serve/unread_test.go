package serve_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/sqlengine/serve"
)

// owner is a client with a table of its own, of 100,000 rows.
func owner(t *testing.T, address string) *client {
	t.Helper()
	c := dial(t, address)
	if _, err := ask(t.Context(), c, "CREATE TABLE own AS SELECT range AS a FROM range(100000)"); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestBesideUnread runs statements of a client that has a table of its own while
// an answer of it is not read to its end.
func TestBesideUnread(t *testing.T) {
	first := map[string]func(*testing.T, *client) func() int{
		"not fetched":  notFetched,
		"partly read":  partlyRead,
		"read no more": readNoMore,
	}
	second := map[string]func(context.Context, *client) error{
		"rows": func(ctx context.Context, c *client) error {
			got, err := ask(ctx, c, "SELECT count(*) FROM own")
			if err == nil && got[0][0] != "100000" {
				err = fmt.Errorf("own has %s rows", got[0][0])
			}
			return err
		},
		"an update": func(ctx context.Context, c *client) error {
			_, err := c.ExecuteUpdate(ctx, "INSERT INTO own VALUES (-1)")
			return err
		},
		"a prepared statement": func(ctx context.Context, c *client) error {
			p, err := c.Prepare(ctx, "INSERT INTO own VALUES (?)")
			if err != nil {
				return err
			}
			p.SetParameters(values(t, 7))
			if n, err := p.ExecuteUpdate(ctx); err != nil || n != 1 {
				return fmt.Errorf("%d rows: %w", n, err)
			}
			return p.Close(ctx)
		},
		"the catalog": func(ctx context.Context, c *client) error {
			info, err := c.GetTables(ctx, &flightsql.GetTablesOpts{IncludeSchema: true})
			if err == nil {
				_, err = readAll(ctx, c, info)
			}
			return err
		},
	}
	for before, begin := range first {
		for name, run := range second {
			t.Run(name+" beside an answer "+before, func(t *testing.T) {
				s, address := server(t, serve.Config{})
				c := owner(t, address)
				rest := begin(t, c)
				if err := run(t.Context(), c); err != nil {
					t.Error(err)
				}
				if got, want := rest(), 100000; got >= 0 && got != want {
					t.Errorf("the answer has %d rows in all, want %d", got, want)
				}
				until(t, s, "it keeps no rows", func(h serve.Held) bool { return h.Kept == 0 && h.Unread == 0 && h.Statements == 0 })
			})
		}
	}
}

// until waits until a server is as it should be.
func until(t *testing.T, s *serve.Server, what string, so func(serve.Held) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !so(s.Held()) {
		if ctx.Err() != nil {
			t.Fatalf("%+v, want that %s", s.Held(), what)
		}
	}
}

func notFetched(t *testing.T, c *client) func() int {
	info, err := c.Execute(t.Context(), "FROM own")
	if err != nil {
		t.Fatal(err)
	}
	return func() int {
		rows, err := readAll(t.Context(), c, info)
		if err != nil {
			t.Error(err)
		}
		return len(rows)
	}
}

func partlyRead(t *testing.T, c *client) func() int {
	r := started(t, t.Context(), c, "FROM own")
	rows := int(r.RecordBatch().NumRows())
	return func() int {
		defer r.Release()
		for r.Next() {
			rows += int(r.RecordBatch().NumRows())
		}
		if r.Err() != nil {
			t.Error(r.Err())
		}
		return rows
	}
}

// started asks for rows and reads the first ones.
func started(t *testing.T, ctx context.Context, c *client, sql string) *flight.Reader {
	t.Helper()
	info, err := c.Execute(ctx, sql)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Next() {
		t.Fatal(r.Err())
	}
	return r
}

func readNoMore(t *testing.T, c *client) func() int {
	ctx, cancel := context.WithCancel(t.Context())
	r := started(t, ctx, c, "SELECT a.a FROM own a, own b")
	cancel()
	r.Release()
	return func() int { return -1 }
}

// TestTooMuchToKeep refuses a statement rather than keep rows without end, and
// leaves the answer as it is.
func TestTooMuchToKeep(t *testing.T) {
	s, address := server(t, serve.Config{MostKept: 100_000})
	c := owner(t, address)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := started(t, ctx, c, "SELECT a.a FROM own a, own b")
	defer r.Release()
	for range 3 {
		if _, err := ask(t.Context(), c, "SELECT 1"); status.Code(err) != codes.FailedPrecondition {
			t.Errorf("beside an endless answer = %v, want that it is refused", err)
		}
	}
	if kept := s.Held().Kept; kept > 200_000 {
		t.Errorf("%d bytes are kept", kept)
	}
	for range 100 {
		if !r.Next() {
			t.Fatal(r.Err())
		}
	}
	cancel()
	if _, err := ask(t.Context(), c, "SELECT 1"); err != nil && status.Code(err) != codes.FailedPrecondition {
		t.Error(err)
	}
	until(t, s, "the answer has ended", func(h serve.Held) bool { return h.Statements == 0 && h.Kept == 0 })
	if _, err := ask(t.Context(), c, "SELECT 1"); err != nil {
		t.Errorf("when the answer has ended: %v", err)
	}
}

// TestOneAfterTheOther lets many threads of one client write to its table.
func TestOneAfterTheOther(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	var threads sync.WaitGroup
	if _, err := ask(t.Context(), c, "CREATE TABLE own (a INTEGER)"); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		threads.Go(func() {
			for range 10 {
				if _, err := c.ExecuteUpdate(t.Context(), "INSERT INTO own VALUES (1)"); err != nil {
					t.Error(err)
				}
				if _, err := ask(t.Context(), c, "FROM own"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	threads.Wait()
	if got, err := ask(t.Context(), c, "SELECT count(*) FROM own"); err != nil || got[0][0] != "80" {
		t.Errorf("rows = %v, %v, want 80", got, err)
	}
}

// TestGivenUp lets go of an answer that nobody has come for and that is too large
// to keep.
func TestGivenUp(t *testing.T) {
	s, address := server(t, serve.Config{MostKept: 100_000})
	c := owner(t, address)
	info, err := c.Execute(t.Context(), "SELECT a.a FROM own a, own b")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t.Context(), c, "SELECT 1"); err != nil {
		t.Errorf("beside an answer that nobody reads: %v", err)
	}
	if _, err := readAll(t.Context(), c, info); status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "given up") {
		t.Errorf("the answer = %v, want that it was given up", err)
	}
	until(t, s, "it keeps no rows", func(h serve.Held) bool { return h.Kept == 0 && h.Unread == 0 && h.Statements == 0 })
}
