package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/sqlengine"
)

var (
	backlogQueries = flag.Int("backlog-queries", 1000, "how many random queries to ask of emulated spaces")
	backlogSeed    = flag.Uint64("backlog-seed", 1, "where the random queries of emulated spaces begin")
)

// TestBacklogQueries asks random queries of random spaces. Each must answer what
// DuckDB answers over copies of the whole tables. Requests of a quarter of the
// queries fail once or twice. In a quarter of the spaces issues change while they
// are read, and only those are compared that nothing touched.
func TestBacklogQueries(t *testing.T) {
	const perSpace = 100
	for done, seed := 0, *backlogSeed; done < *backlogQueries; done, seed = done+perSpace, seed+1 {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			newTrial(t, seed).run(t, min(perSpace, *backlogQueries-done))
		})
	}
}

// trial is a space with what is known of it.
type trial struct {
	*queryMaker
	server   emulated
	changing bool // issues change while they are read
	with     *sqlengine.Session
	copies   *sqlengine.Session // has a table base_X for each table X

	asked   atomic.Int64 // which of the queries is being asked
	mu      sync.Mutex
	touched map[string]bool // the ids of issues that are not what they were
}

func newTrial(t *testing.T, seed uint64) *trial {
	random := rand.New(rand.NewPCG(seed, 11))
	server := newSpace(backlogtest.Options{
		Seed: int64(seed), Issues: 20 + random.IntN(140), Projects: 1 + random.IntN(4), Users: 6 + random.IntN(8),
		Zone: pickOf(random, "Asia/Tokyo", "Asia/Tokyo", "UTC", "America/New_York"), Lang: pickOf(random, "ja", "en"),
		ExclusiveIDs: random.IntN(2) == 0, OldDates: random.IntN(4) == 0, Unlimited: true,
	})
	size, width := pickOf(random, "7", "20", "100"), pickOf(random, "1", "8")
	source := server.open(t, "PageSize", size, "MaxConcurrency", width)
	w := &trial{server: server, changing: seed%4 == 0, touched: map[string]bool{}}
	w.with = server.session(t, source, nil)
	w.copies = server.session(t, source, func(cfg *sqlengine.Config) { cfg.NoPushdown = true })
	w.queryMaker = newQueryMaker(t, random, w.copies)
	return w
}

func (w *trial) run(t *testing.T, n int) {
	for i := range n {
		sql, only := w.query(), false
		w.asked.Store(int64(i))
		switch w.random.IntN(8) {
		case 0, 1:
			for range 1 + w.random.IntN(2) {
				w.server.Inject(backlogtest.Fault{Kind: pickOf(w.random, trialFaults...), Times: 1, Match: w.during(i)})
			}
		}
		if w.changing {
			sql, only = w.plainQuery(), true
			w.server.Between(w.change(uint64(i)))
		}
		got, gotErr := answer(t.Context(), w.with, sql)
		w.server.Between(nil)
		want, wantErr := answer(t.Context(), w.copies, strings.ReplaceAll(sql, "bl.", "base_"))
		if impossibleCast(gotErr) || impossibleCast(wantErr) {
			continue
		}
		if only {
			got, want = w.untouched(got), w.untouched(want)
		}
		if gotErr != nil || wantErr != nil || sortedLines(got) != sortedLines(want) {
			explained, err := answer(t.Context(), w.with, "EXPLAIN "+sql)
			t.Fatalf("%s\nanswers %v\n%sof copies: %v\n%s%s%v", sql, gotErr, got, wantErr, want, explained, err)
		}
	}
}

var trialFaults = []backlogtest.FaultKind{
	backlogtest.ServerError, backlogtest.BadGateway, backlogtest.CutOff, backlogtest.BadJSON,
	backlogtest.Slow, backlogtest.TooMany, backlogtest.Reset,
}

// during matches requests while a query is asked, so that what a query does not
// meet does not add up.
func (w *trial) during(query int) func(*http.Request) bool {
	return func(*http.Request) bool { return w.asked.Load() == int64(query) }
}

// impossibleCast tells of a value that cannot be converted: whether such a value
// is ever looked at depends on which rows come, so either side may fail alone.
func impossibleCast(err error) bool {
	return connector.KindOf(err) == connector.Invalid && strings.Contains(err.Error(), "Could not convert")
}

// change returns what changes an issue before some of the pages.
func (w *trial) change(seed uint64) func(page int, s *backlogtest.Space) {
	random := rand.New(rand.NewPCG(seed, 13))
	return func(_ int, s *backlogtest.Space) {
		w.mu.Lock()
		defer w.mu.Unlock()
		issues := s.Issues()
		if len(issues) < 10 || random.IntN(2) == 0 {
			return
		}
		one := issues[random.IntN(len(issues))]
		w.touched[fmt.Sprint(one.ID)] = true
		w.touched[fmt.Sprint(one.Parent)] = true // it tells of its children
		switch random.IntN(4) {
		case 0:
			for _, child := range issues {
				if child.Parent == one.ID {
					w.touched[fmt.Sprint(child.ID)] = true // it loses its parent
				}
			}
			s.DeleteIssue(one.ID)
		case 1:
			added := s.AddIssue(one.Project, nil)
			w.touched[fmt.Sprint(added.ID)] = true
		default:
			status := backlogtest.StatusOpen + random.Int64N(4)
			s.UpdateIssue(one.ID, func(i *backlogtest.Issue) {
				i.Status, i.Priority, i.Assignee, i.Due = status, 2, 0, backlogtest.NoDay
			})
		}
	}
}

// untouched returns the rows of issues that are what they were. The first column
// is the issue's id.
func (w *trial) untouched(rows string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var kept strings.Builder
	for row := range strings.Lines(rows) {
		if id, _, _ := strings.Cut(row, "|"); !w.touched[id] {
			kept.WriteString(row)
		}
	}
	return kept.String()
}

// pickOf picks one of several.
func pickOf[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

// column runs a query of one column of text.
func column(ctx context.Context, t *testing.T, s *sqlengine.Session, sql string) []string {
	t.Helper()
	rows, err := answer(ctx, s, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var values []string
	for row := range strings.SplitSeq(strings.TrimSuffix(rows, "|\n"), "|\n") {
		if row != "" {
			values = append(values, row)
		}
	}
	return values
}
