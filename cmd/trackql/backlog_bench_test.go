package main

import (
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/sqlengine"
)

// benchQueries are those of testdata/pushdown that BenchmarkPushdown asks of a
// large space.
var benchQueries = map[string]bool{
	"open-of-assignee": true, "due-next-week": true, "updated-this-week": true, "urgent-bugs": true, "latest-ten": true,
	"one-issue-by-key": true, "several-keys": true, "count-by-project": true, "count-overdue": true, "created-by": true,
	"delivered-in-october": true, "velocity-by-month": true,
}

// cost is what queries took.
type cost struct {
	requests, bytes int64
	time            time.Duration
}

func (c *cost) add(other cost) {
	c.requests, c.bytes, c.time = c.requests+other.requests, c.bytes+other.bytes, c.time+other.time
}

func (c cost) report(b *testing.B, which string) {
	b.ReportMetric(float64(c.requests), which+"-requests")
	b.ReportMetric(float64(c.bytes)/1e6, which+"-MB")
	b.ReportMetric(c.time.Seconds(), which+"-s")
}

// BenchmarkPushdown asks some queries of a space of 100,000 issues, whose answers
// take 20 ms each, once with pushdown and once without. Each is asked by a
// session of its own, which knows what all but the first of an hour know: the
// space's metadata, kept on disk. All together must be 30 times as fast with
// pushdown.
func BenchmarkPushdown(b *testing.B) {
	server := newSpace(backlogtest.Options{
		Issues: 100_000, Unlimited: true, Latency: 20 * time.Millisecond, Clock: runningClock{time.Now()},
	})
	folder := b.TempDir()
	var with, without cost
	for _, q := range benchFiles(b) {
		b.Run(q.name, func(b *testing.B) {
			var on, off cost
			server.take(b, folder, q.sql, false) // asks for the metadata
			for b.Loop() {
				on, off = server.take(b, folder, q.sql, false), server.take(b, folder, q.sql, true)
			}
			on.report(b, "on")
			off.report(b, "off")
			b.ReportMetric(off.time.Seconds()/on.time.Seconds(), "times")
			with.add(on)
			without.add(off)
		})
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() { // what the others measured
		}
		with.report(b, "on")
		without.report(b, "off")
		times := without.time.Seconds() / with.time.Seconds()
		b.ReportMetric(times, "times")
		b.ReportMetric(0, "ns/op")
		if len(benchFiles(b)) == len(benchQueries) && times < 30 {
			b.Errorf("pushdown makes all %.1f times as fast, want 30", times)
		}
	})
}

// benchFiles reads the queries to measure.
func benchFiles(b *testing.B) []*pushdownQuery {
	b.Helper()
	var all []*pushdownQuery
	for _, q := range readPushdown(b, "../../testdata/pushdown") {
		if benchQueries[q.name] {
			all = append(all, q)
		}
	}
	return all
}

// take measures a query, to its last row. What may be kept is kept in folder.
func (e emulated) take(b *testing.B, folder, sql string, whole bool) cost {
	b.Helper()
	e.Forget()
	s := e.session(b, e.open(b, "CacheLocation", folder), func(cfg *sqlengine.Config) { cfg.NoPushdown = whole })
	began := time.Now()
	if _, err := answer(b.Context(), s, sql); err != nil {
		b.Fatal(err)
	}
	c := cost{time: time.Since(began)}
	for _, r := range e.Requests() {
		c.requests++
		c.bytes += r.Bytes
	}
	return c
}

// BenchmarkPages reads 9,000 issues, a page of which takes 50 ms. It can be done
// in 1.5 s, of which the emulator takes a part.
func BenchmarkPages(b *testing.B) {
	server := newSpace(backlogtest.Options{
		Issues: 9000, Unlimited: true, Latency: 50 * time.Millisecond, Clock: runningClock{time.Now()},
	})
	source := server.open(b)
	fastest := time.Hour
	for b.Loop() {
		server.Forget()
		began := time.Now()
		rows, err := scanWhole(b, source, connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "Summary", "StatusName", "Updated"}})
		if err != nil || rows != 9000 {
			b.Fatalf("%d rows, %v", rows, err)
		}
		fastest = min(fastest, time.Since(began))
	}
	b.ReportMetric(float64(len(server.Requests())), "requests")
	b.ReportMetric(fastest.Seconds(), "fastest-s")
	if fastest > 1500*time.Millisecond {
		b.Errorf("9,000 issues took %s, want 1.5s", fastest)
	}
}
