package connectortest_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// paying changes what Spent tells.
type paying struct {
	faulty
	change func(sum connector.Spending) (connector.Spending, error)
}

func (p paying) Spent(ctx context.Context, statement string) (connector.Spending, error) {
	spender, _ := connector.As[connector.Spender](p.Source)
	sum, err := spender.Spent(ctx, statement)
	if err != nil {
		return sum, err
	}
	return p.change(sum)
}

func pay(change func(sum connector.Spending) (connector.Spending, error)) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source { return paying{faulty{Source: src}, change} }
}

var spendingFlaws = map[string]flaw{
	"Spent tells of nobody": {
		promise: "spending", reason: "of a statement that there was not",
		make: pay(func(sum connector.Spending) (connector.Spending, error) { sum.Metadata++; return sum, nil }),
	},
	"Spent is not what the scan reports": {
		promise: "spending", reason: "Spent tells of 5 requests, and the scan reports 4",
		make: pay(func(sum connector.Spending) (connector.Spending, error) { sum.Retries = sum.Data / 4; return sum, nil }),
	},
	"Spent leaves out counts": {
		promise: "spending", reason: "Spent tells of no request for a count, and of 4 for a scan",
		make: pay(func(sum connector.Spending) (connector.Spending, error) { sum.Count = 0; return sum, nil }),
	},
	"MaxRequests is not looked at": {
		promise: "spending", reason: "with MaxRequests 3 there are 4 requests",
		make: requesting(func(req *connector.ScanRequest) { req.MaxRequests = 0 }),
	},
	"MaxRequests is one less": {
		promise: "spending", reason: "with MaxRequests 4, which suffices, a scan fails",
		make: requesting(func(req *connector.ScanRequest) { req.MaxRequests = max(0, req.MaxRequests-1) }),
	},
	"MaxRequests ends a scan as if it were whole": {
		promise: "spending", reason: "with MaxRequests 3, and 4 needed, a scan ends with <nil>",
		make: reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
			if req.MaxRequests == 3 {
				return noErr{r}
			}
			return r
		}),
	},
}

// TestMemorySpent counts pages, counts and groupings by statement.
func TestMemorySpent(t *testing.T) {
	src := connectortest.NewMemory(connectortest.MemoryConfig{
		Tables: []connectortest.MemoryTable{issues(9, connector.Exact)}, PageRows: 4,
	})
	if _, err := src.Count(t.Context(), connector.CountRequest{Table: "Issues", Statement: "a", MaxRequests: 2}); err != nil {
		t.Fatal(err)
	}
	groups, err := src.Aggregate(t.Context(), connector.AggregateRequest{Table: "Issues", GroupBy: []string{"Status"}, Statement: "a", MaxRequests: 2})
	if err != nil {
		t.Fatal(err)
	}
	groups.Release()
	if got, err := src.Spent(t.Context(), "a"); got != (connector.Spending{Count: 2}) || err != nil {
		t.Errorf("Spent = %+v, %v, want 2 counts", got, err)
	}
	_, err = src.Count(t.Context(), connector.CountRequest{Table: "Issues", Statement: "a", MaxRequests: 2})
	if want := "max_requests allows 2 here, and the statement needs more"; err == nil || err.Error() != want {
		t.Errorf("a third request = %v, want %s", err, want)
	}
	if _, err := src.Count(t.Context(), connector.CountRequest{Table: "Issues", Statement: "b", MaxRequests: 1}); err != nil {
		t.Errorf("another statement's request = %v", err)
	}
}
