package backlogtest_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// large are the options of a space as large as they come.
var large = backlogtest.Options{Issues: 100_000, Projects: 20, Users: 300, Unlimited: true}

// discard makes a request and reads its answer.
func discard(b *testing.B, s *backlogtest.Server, path string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), "GET", "http://space.example/api/v2"+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Backlog-API-Key", s.Key())
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("GET %s: %d, %v", path, resp.StatusCode, err)
	}
}

func BenchmarkNew(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var s *backlogtest.Server
	for b.Loop() {
		s = backlogtest.New(large)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
	runtime.KeepAlive(s)
}

// BenchmarkList turns the pages of a list that the server has found before.
func BenchmarkList(b *testing.B) {
	options := large
	options.BareIssues = true
	s := backlogtest.New(options)
	n := 0
	for b.Loop() {
		discard(b, s, fmt.Sprintf("/issues?sort=created&order=asc&count=100&offset=%d", n%1000*100))
		n++
	}
}

// BenchmarkCount asks a new question each time.
func BenchmarkCount(b *testing.B) {
	options := large
	options.BareIssues = true
	s := backlogtest.New(options)
	n := 0
	for b.Loop() {
		discard(b, s, fmt.Sprintf("/issues/count?statusId[]=1&assigneeId[]=5001&id[]=%d&id[]=1&createdSince=2025-01-01", n))
		n++
	}
}

// BenchmarkActivities turns the pages of all that happened.
func BenchmarkActivities(b *testing.B) {
	s := backlogtest.New(large)
	n := 0
	for b.Loop() {
		discard(b, s, fmt.Sprintf("/space/activities?count=100&maxId=%d", 2_000_000_000-n*100))
		n++
	}
}

// BenchmarkStars turns the pages of the stars of a person.
func BenchmarkStars(b *testing.B) {
	s := backlogtest.New(large)
	for b.Loop() {
		discard(b, s, "/users/5001/stars?count=100")
	}
}
