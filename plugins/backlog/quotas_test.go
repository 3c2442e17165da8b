package backlog_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestQuotas asks what is left before anything else, when only searches have
// told, and again.
func TestQuotas(t *testing.T) {
	server := backlogtest.New(backlogtest.Options{Clock: newClock()})
	src := open(t, memory.DefaultAllocator, server)
	told := func() map[string]connector.Quota {
		t.Helper()
		list, err := src.Quotas(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		quotas := map[string]connector.Quota{}
		for _, q := range list {
			quotas[q.Category] = q
		}
		return quotas
	}
	for range 2 {
		quotas := told()
		for category, limit := range map[string]int64{"read": 600, "search": 150} {
			if q := quotas[category]; q.Limit != limit || q.Remaining > limit || q.Reset.IsZero() {
				t.Errorf("Quotas tells %+v of %s, want a limit of %d", q, category, limit)
			}
		}
	}
	if _, err := src.Count(t.Context(), connector.CountRequest{Table: "Issues"}); err != nil {
		t.Fatal(err)
	}
	server.Forget()
	quotas := told()
	if q := quotas["search"]; q.Remaining != 149 {
		t.Errorf("Quotas tells that %d searches are left, want 149", q.Remaining)
	}
	if n := len(server.Requests()); n > 0 {
		t.Errorf("Quotas made %d requests, want none: answers have told", n)
	}
}

// TestQuotasOfSearches asks when names are known from before, so that no answer
// has told of reads.
func TestQuotasOfSearches(t *testing.T) {
	server := backlogtest.New(backlogtest.Options{Clock: newClock()})
	folder := t.TempDir()
	for range 2 {
		src := open(t, memory.DefaultAllocator, server, "MetadataTTL", "1h", "CacheLocation", folder)
		server.Forget()
		if _, err := src.Count(t.Context(), connector.CountRequest{Table: "Issues"}); err != nil {
			t.Fatal(err)
		}
		list, err := src.Quotas(t.Context())
		if err != nil || len(list) < 2 || list[0].Category != "read" || list[0].Limit != 600 {
			t.Errorf("Quotas = %+v, %v, want those of reads first", list, err)
		}
	}
	if n := len(server.Requests()); n != 2 {
		t.Errorf("the second source made %d requests, want a count and what is left", n)
	}
}
