package sqlengine_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// metered is a tracker behind an API: it tells what its scans take, and notes
// what it was asked to tell.
type metered struct {
	*connectortest.Memory
	estimate func(connector.ScanRequest) (connector.Estimate, error)

	mu    sync.Mutex
	asked []connector.ScanRequest
}

func (m *metered) Estimate(_ context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, req)
	return m.estimate(req)
}

// TestStatementIDs verifies that all that a statement asks carries one name,
// which no other statement has.
func TestStatementIDs(t *testing.T) {
	source := &metered{Memory: tracker(nil), estimate: func(connector.ScanRequest) (connector.Estimate, error) {
		return connector.Estimate{Rows: 5, Requests: 3}, nil
	}}
	s := engine(t, source, nil)
	const sql = `SELECT (SELECT count(*) FROM pt.Users), count(*)
		FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id WHERE i.Id IN (3, 5)`
	var ids []string
	for _, text := range []string{sql, sql, "EXPLAIN " + sql, "EXPLAIN ANALYZE " + sql} {
		source.Forget()
		source.asked = nil
		mustAsk(t, s, text)
		var told []string
		for _, req := range append(source.Requests(), source.asked...) {
			told = append(told, req.Statement)
		}
		for _, req := range source.Counts() {
			told = append(told, req.Statement)
		}
		slices.Sort(told)
		told = slices.Compact(told)
		if len(told) != 1 || told[0] == "" {
			t.Fatalf("%s asked for the statements %q, want one", text, told)
		}
		ids = append(ids, told[0])
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 4 {
		t.Errorf("the statements %q, want four different ones", ids)
	}
}
