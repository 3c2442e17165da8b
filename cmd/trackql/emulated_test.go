package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/scarab"
	"github.com/trackql/trackql/sqlengine"
)

// tokyo is the zone of emulated spaces, and of the sessions over them.
var tokyo = time.FixedZone("Asia/Tokyo", 9*3600)

// thatDay is the moment at which an emulated space is looked at.
var thatDay = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)

// stillClock is a time that passes only when somebody waits for it.
type stillClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stillClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stillClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// runningClock is the machine's time, moved to thatDay.
type runningClock struct{ began time.Time }

func (c runningClock) Now() time.Time { return thatDay.Add(time.Since(c.began)) }

func (runningClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// emulated is an emulated space in this process, and the time there.
type emulated struct {
	*backlogtest.Server
	clock backlogtest.Clock
}

// newSpace makes a space. Waiting takes no time, unless the options have a clock.
func newSpace(options backlogtest.Options) emulated {
	if options.Clock == nil {
		options.Clock = &stillClock{now: thatDay}
	}
	return emulated{backlogtest.New(options), options.Clock}
}

// open returns a source that knows nothing of the space yet, unless it is given a
// CacheLocation.
func (e emulated) open(t testing.TB, pairs ...string) connector.Source {
	t.Helper()
	c := &backlog.Connector{Transport: e.Transport(), Clock: e.clock}
	pairs = append([]string{"Url", "https://example.backlog.test", "ApiKey", e.Key()}, pairs...)
	if !slices.Contains(pairs, "CacheLocation") {
		pairs = append(pairs, "CacheLocation", t.TempDir())
	}
	return opened(t, c, pairs...)
}

// opened opens a source that is closed at the end of the test.
func opened(t testing.TB, c connector.Connector, pairs ...string) connector.Source {
	t.Helper()
	var list []connector.Setting
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, connector.Setting{Key: pairs[i], Value: pairs[i+1]})
	}
	options, err := c.Info().Resolve(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	source, err := c.Open(t.Context(), connector.Config{
		Name: "bl", Options: options, Timezone: tokyo, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	return source
}

// session opens a session over a source named bl.
func (e emulated) session(t testing.TB, source connector.Source, change func(*sqlengine.Config)) *sqlengine.Session {
	t.Helper()
	cfg := sqlengine.Config{
		Timezone: tokyo, SpillDir: t.TempDir(),
		Sources: []sqlengine.NamedSource{{Name: "bl", Connector: "backlog", Source: source}},
	}
	if change != nil {
		change(&cfg)
	}
	engine, err := sqlengine.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := engine.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), engine.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// withSample adds the sample of a scarab export as the source pt.
func withSample(t testing.TB, path string) func(*sqlengine.Config) {
	return func(cfg *sqlengine.Config) {
		pt := opened(t, scarab.New(), "Path", path)
		cfg.Sources = append(cfg.Sources, sqlengine.NamedSource{Name: "pt", Connector: "scarab", Source: pt})
	}
}

// oneLine makes a cell of one line.
var oneLine = strings.NewReplacer("\n", "⏎", "|", "¦")

// answer runs a text and returns the rows of its answers as text, a row a line.
func answer(ctx context.Context, s *sqlengine.Session, sql string) (string, error) {
	var out strings.Builder
	for result, err := range s.Run(ctx, sql, nil) {
		if err != nil {
			return "", err
		}
		for result.Next() {
			batch := result.RecordBatch()
			for row := range int(batch.NumRows()) {
				for _, column := range batch.Columns() {
					cell := "∅|"
					if !column.IsNull(row) {
						cell = oneLine.Replace(column.ValueStr(row)) + "|"
					}
					out.WriteString(cell)
				}
				out.WriteString("\n")
			}
		}
		if err := result.Err(); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}
