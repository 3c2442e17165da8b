package backlogtest_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// quota is what the headers of an answer tell.
type quota struct {
	Status, Limit, Remaining int
	Reset                    time.Time
}

func quotaOf(t *testing.T, a answer) quota {
	t.Helper()
	var numbers [3]int
	for n, name := range []string{"Limit", "Remaining", "Reset"} {
		var err error
		if numbers[n], err = strconv.Atoi(a.header.Get("X-RateLimit-" + name)); err != nil {
			t.Fatalf("X-RateLimit-%s: %v", name, err)
		}
	}
	return quota{a.status, numbers[0], numbers[1], time.Unix(int64(numbers[2]), 0).UTC()}
}

func TestRateLimit(t *testing.T) {
	clock := newClock()
	clock.now = clock.now.Add(300 * time.Millisecond)
	s := backlogtest.New(backlogtest.Options{Clock: clock, Limits: backlogtest.Limits{Read: 3, Search: 2}})
	c := admin(t, s)
	projects := c.all()                           // read 1
	reset := newClock().now.Add(61 * time.Second) // whole seconds, not before a minute has passed
	search := func() quota { return quotaOf(t, c.send("GET", "/issues/count", mustQuery(t, projects))) }
	steps := []struct {
		name string
		got  quota
		want quota
	}{
		{"the first search", search(), quota{200, 2, 1, reset}},
		{"the second", search(), quota{200, 2, 0, reset}},
		{"too many", search(), quota{429, 2, 0, reset}},
		{"another category", quotaOf(t, c.send("GET", "/space", nil)), quota{200, 3, 1, reset}},
		{"another person", quotaOf(t, member(t, s).send("GET", "/space", nil)), quota{200, 3, 2, reset}},
		{"nobody", quotaOf(t, caller{t, s, "?"}.send("GET", "/space", nil)), quota{401, 3, 2, reset}},
		{"an error", quotaOf(t, c.send("GET", "/issues/X-1", nil)), quota{404, 3, 0, reset}},
	}
	for _, step := range steps {
		if diff := cmp.Diff(step.want, step.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	clock.now = reset.Add(-time.Millisecond)
	if got := search(); got.Status != http.StatusTooManyRequests {
		t.Errorf("just before the reset: %+v, want 429", got)
	}
	clock.now = reset
	if got := search(); got != (quota{200, 2, 1, reset.Add(time.Minute)}) {
		t.Errorf("at the reset: %+v, want a new minute", got)
	}
}

func TestRateLimitTable(t *testing.T) {
	clock := newClock()
	c := admin(t, backlogtest.New(backlogtest.Options{Clock: clock}))
	c.send("GET", "/issues/count", nil)
	reset := float64(clock.now.Add(time.Minute).Unix())
	row := func(limit, remaining float64) map[string]any {
		return map[string]any{"limit": limit, "remaining": remaining, "reset": reset}
	}
	want := map[string]any{"rateLimit": map[string]any{
		"read": row(600, 599), "update": row(150, 150), "search": row(150, 149), "icon": row(60, 60),
	}}
	if diff := cmp.Diff(want, c.get("/rateLimit", "")); diff != "" {
		t.Errorf("GET /rateLimit (-want +got):\n%s", diff)
	}
}

func TestUnlimited(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true, Limits: backlogtest.Limits{Read: 1}}))
	for range 3 {
		if got := quotaOf(t, c.send("GET", "/space", nil)); got.Status != 200 || got.Remaining != got.Limit {
			t.Errorf("without a limit: %+v", got)
		}
	}
}

func TestLatencyAndDate(t *testing.T) {
	clock := newClock()
	begin := clock.now
	c := admin(t, backlogtest.New(backlogtest.Options{Clock: clock, Latency: 50 * time.Millisecond}))
	got := c.send("GET", "/space", nil)
	if passed := clock.now.Sub(begin); passed != 50*time.Millisecond {
		t.Errorf("an answer took %v, want 50ms", passed)
	}
	if date := got.header.Get("Date"); date != "Thu, 14 May 2026 06:30:00 GMT" {
		t.Errorf("Date: %s", date)
	}
}
