package backlog_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// settings makes the options of a source.
func settings(t testing.TB, pairs ...string) connector.Options {
	t.Helper()
	var list []connector.Setting
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, connector.Setting{Key: pairs[i], Value: pairs[i+1]})
	}
	o, err := backlog.New().Info().Resolve(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// clock is a time that passes only when somebody waits for it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// opened is a source over an emulator in process.
type opened struct {
	*backlog.Source
	server *backlogtest.Server
	clock  *clock
}

// serve returns an emulated space without a rate limit, whose waits take no time.
func serve(options backlogtest.Options) *backlogtest.Server {
	options.Unlimited = true
	options.Clock = newClock()
	return backlogtest.New(options)
}

// open returns a source of a server, with further options.
func open(t testing.TB, mem memory.Allocator, server *backlogtest.Server, pairs ...string) opened {
	t.Helper()
	return openOver(t, mem, server, server.Transport(), pairs...)
}

// openOver is open with something between the source and the server.
func openOver(
	t testing.TB, mem memory.Allocator, server *backlogtest.Server, transport http.RoundTripper, pairs ...string,
) opened {
	t.Helper()
	pairs = append(pairs, "Url", "https://example.backlog.test")
	if !slices.Contains(pairs, "ApiKey") {
		pairs = append(pairs, "ApiKey", server.Key())
	}
	if !slices.Contains(pairs, "MetadataTTL") {
		pairs = append(pairs, "MetadataTTL", "0s")
	}
	clock := newClock()
	c := &backlog.Connector{Memory: mem, Transport: transport, Clock: clock}
	src, err := c.Open(context.Background(), connector.Config{
		Name: "bl", Options: settings(t, pairs...), Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return opened{src.(*backlog.Source), server, clock}
}

// cell shows one value.
func cell(a arrow.Array, row int) string {
	v, ok := connector.ValueAt(a, row)
	if !ok {
		return a.ValueStr(row)
	}
	return v.String()
}

// valueAt returns one value; lists as their text.
func valueAt(a arrow.Array, row int) connector.Value {
	v, ok := connector.ValueAt(a, row)
	if !ok {
		return connector.TextOf(a.ValueStr(row))
	}
	return v
}
