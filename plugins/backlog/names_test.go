package backlog_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// meeting answers no request for one of some vocabularies before there is one for
// each.
type meeting struct {
	http.RoundTripper
	awaited []string
	mu      sync.Mutex
	met     []string
	all     chan struct{}
}

func (m *meeting) RoundTrip(req *http.Request) (*http.Response, error) {
	at := slices.IndexFunc(m.awaited, func(end string) bool { return strings.HasSuffix(req.URL.Path, end) })
	if at >= 0 {
		m.mu.Lock()
		if !slices.Contains(m.met, m.awaited[at]) {
			if m.met = append(m.met, m.awaited[at]); len(m.met) == len(m.awaited) {
				close(m.all)
			}
		}
		m.mu.Unlock()
		select {
		case <-m.all:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	return m.RoundTripper.RoundTrip(req)
}

// TestVocabulariesSideBySide: what several names stand for is asked for at the
// same time. If it were not, the first of the requests would have no answer.
func TestVocabulariesSideBySide(t *testing.T) {
	server := serve(backlogtest.Options{})
	meet := &meeting{
		RoundTripper: server.Transport(), all: make(chan struct{}),
		awaited: []string{"/priorities", "/statuses", "/issueTypes", "/1000101/users", "/api/v2/users"},
	}
	src := openOver(t, memory.DefaultAllocator, server, meet, "MaxConcurrency", "16")
	if _, n := assignees(t, src, equal("PriorityName", "高"), equal("StatusName", "未対応"), equal("IssueTypeName", "バグ"),
		equal("AssigneeName", namesake)); n == 0 {
		t.Error("no issue has these names: the test looks at nothing")
	}
}
