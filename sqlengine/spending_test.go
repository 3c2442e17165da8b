package sqlengine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// feedless is a source of a table of many pages whose number nothing tells before
// they are read.
type feedless struct{ *connectortest.Memory }

func newFeedless() feedless {
	integer := arrow.PrimitiveTypes.Int64
	table := connectortest.MemoryTable{Table: connector.Table{
		Name: "Activities", Doc: "What happened.", StopsAtLimit: true,
		Columns: []connector.Column{{Name: "Id", Type: integer, Doc: "Its number.", Filters: connectortest.Every(integer, connector.Exact), Sortable: true}},
	}}
	for id := range int64(60) {
		table.Rows = append(table.Rows, []any{id})
	}
	return feedless{connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{table}, PageRows: 2})}
}

func (f feedless) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := f.Memory.Tables(ctx)
	tables[0].Rows = 0
	return tables, err
}

func (feedless) Estimate(context.Context, connector.ScanRequest) (connector.Estimate, error) {
	return connector.Estimate{Rows: -1, Bytes: -1, Requests: 1, AtLeast: true, Category: "read"}, nil
}

func (feedless) Aggregate() {} // it cannot group

func (feedless) EstimateGroups() {}

// TestMaxRequestsHolds stops statements that no estimate refuses.
func TestMaxRequestsHolds(t *testing.T) {
	tests := map[string]struct {
		sql     string
		most    int64
		want    string // the error; empty for none
		pt, two int    // how many pages may have been read
	}{
		"enough":       {"SELECT max(Id) FROM pt.Activities", 30, "", 30, 0},
		"too few":      {"SELECT max(Id) FROM pt.Activities", 29, "scan pt.Activities: max_requests allows 29 here, and the statement needs more", 29, 0},
		"a few rows":   {"SELECT Id FROM pt.Activities LIMIT 4", 2, "", 2, 0},
		"a count":      {"SELECT count(*) FROM pt.Activities", 1, "", 0, 0},
		"read twice":   {"SELECT count(*) FROM pt.Activities a JOIN pt.Activities b ON a.Id = b.Id + 1", 8, "scan pt.Activities: max_requests allows 8 here, and the statement needs more", 8, 0},
		"two sources":  {"SELECT count(*) FROM pt.Activities a JOIN two.Activities b ON a.Id = b.Id", 21, "allows 1", 11, 10},
		"two and more": {"SELECT count(*) FROM pt.Activities a JOIN two.Activities b ON a.Id = b.Id", 60, "", 30, 30},
		"no plan":      {"FROM (PIVOT pt.Activities ON Id USING count(*))", 9, "max_requests allows 9 here", 9, 0},
		"prepared":     {"PREPARE q AS SELECT max(Id) FROM pt.Activities; EXECUTE q", 9, "max_requests allows 9 here", 9, 0},
		"no limit":     {"SELECT max(Id) FROM pt.Activities", 0, "", 30, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			one, two := newFeedless(), newFeedless()
			s := engine(t, one, func(cfg *sqlengine.Config) {
				cfg.MaxRequests = test.most
				if test.two > 0 {
					cfg.Sources = append(cfg.Sources, sqlengine.NamedSource{Name: "two", Connector: "memory", Source: two})
				}
			})
			_, err := ask(t.Context(), s, test.sql)
			if got := text(err); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("%s = %q, want %q", test.sql, got, test.want)
			}
			if err != nil && (connector.KindOf(err) != connector.Invalid || connector.HintOf(err) == "") {
				t.Errorf("%s: the error is of kind %v, with the hint %q", test.sql, connector.KindOf(err), connector.HintOf(err))
			}
			if one.Pages() > test.pt || two.Pages() > test.two {
				t.Errorf("%s read %d and %d pages, want %d and %d at most", test.sql, one.Pages(), two.Pages(), test.pt, test.two)
			}
		})
	}
}

// lineWith returns the line of a text with a word in it.
func lineWith(text, word string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// TestLowerBounds are told as such.
func TestLowerBounds(t *testing.T) {
	s := engine(t, newFeedless(), func(cfg *sqlengine.Config) { cfg.MaxRequests = 10 })
	told := mustAsk(t, s, "EXPLAIN SELECT a.Id FROM pt.Activities a")
	if got, want := lineWith(told, "estimate of pt.Activities"), "estimate of pt.Activities: at least 1 request of read"; got != want {
		t.Errorf("EXPLAIN tells %q, want %q", got, want)
	}
	if got, want := lineWith(told, "max_requests"), "max_requests is 10: the statement is stopped where it needs more"; got != want {
		t.Errorf("EXPLAIN tells %q, want %q", got, want)
	}
}

// dumb cannot tell what a scan takes.
type dumb struct{ feedless }

func (dumb) Estimate(context.Context, connector.ScanRequest) (connector.Estimate, error) {
	return connector.Estimate{}, connector.Errorf(connector.Unavailable, "down")
}

// TestUnknownCosts end the statement where its source keeps accounts, and EXPLAIN
// says so; of other sources it says nothing.
func TestUnknownCosts(t *testing.T) {
	const stopped = "max_requests is 10: the statement is stopped where it needs more"
	for name, test := range map[string]struct {
		source connector.Source
		want   string
	}{
		"an account": {dumb{newFeedless()}, stopped},
		"none":       {connectortest.Plain(newFeedless()), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := engine(t, test.source, func(cfg *sqlengine.Config) { cfg.MaxRequests = 10 })
			if got := lineWith(mustAsk(t, s, "EXPLAIN SELECT Id FROM pt.Activities"), "max_requests"); got != test.want {
				t.Errorf("EXPLAIN tells %q, want %q", got, test.want)
			}
			_, err := ask(t.Context(), s, "SELECT max(Id) FROM pt.Activities")
			if stops := strings.Contains(text(err), "max_requests allows 10 here"); stops != (test.want != "") {
				t.Errorf("the statement ends with %v", err)
			}
		})
	}
}

// paid is a space that spent something.
type paid struct {
	*space
	sum connector.Spending
}

func (p paid) Spent(context.Context, string) (connector.Spending, error) { return p.sum, nil }

// TestSpending shows what a statement took, each purpose apart.
func TestSpending(t *testing.T) {
	for want, sum := range map[string]connector.Spending{
		"pt: 3 requests: 2 for rows, 1 count; 4 for metadata; 1 retry": {Data: 2, Count: 1, Metadata: 4, Retries: 1},
		"pt: 2 requests: 2 counts":                                     {Count: 2},
		"pt: 1 request: 1 for rows; 3 retries":                         {Data: 1, Retries: 3},
		"pt: 1 request for metadata":                                   {Metadata: 1},
		"pt: no requests":                                              {},
	} {
		s := engine(t, paid{newSpace(), sum}, nil)
		for _, sql := range []string{"SELECT count(*) FROM pt.Issues", "SELECT Key FROM pt.Issues LIMIT 3", "SELECT Status, count(*) FROM pt.Issues GROUP BY 1"} {
			if got := lineWith(mustAsk(t, s, "EXPLAIN ANALYZE "+sql), "pt: "); got != want {
				t.Errorf("EXPLAIN ANALYZE %s tells %q, want %q", sql, got, want)
			}
		}
	}
	s := spaceSession(t, newSpace(), nil)
	told := mustAsk(t, s, "EXPLAIN ANALYZE SELECT Status, count(*) FROM bl.Issues GROUP BY 1")
	if got, want := lineWith(told, "bl: "), "bl: 1 request: 1 count"; got != want {
		t.Errorf("groups took %q, want %q", got, want)
	}
}

// TestExplainRefused fails as the query does, where the source refuses who asks.
func TestExplainRefused(t *testing.T) {
	source := newSpace()
	source.fault = connector.Errorf(connector.Unauthorized, "the key is wrong").WithHint("Make a new one.")
	s := spaceSession(t, source, nil)
	_, err := ask(t.Context(), s, "EXPLAIN SELECT Key FROM bl.Issues")
	if text(err) != "scan bl.Issues: the key is wrong" || connector.HintOf(err) != "Make a new one." || connector.KindOf(err) != connector.Unauthorized {
		t.Errorf("EXPLAIN = %v, hint %q", err, connector.HintOf(err))
	}
	source.fault = connector.Errorf(connector.Unavailable, "down")
	if got := mustAsk(t, s, "EXPLAIN SELECT Key FROM bl.Issues"); !strings.Contains(got, "estimate of bl.Issues: down") {
		t.Errorf("EXPLAIN = %s", got)
	}
}

// kept is a space all of whose rows are at hand.
type kept struct{ *space }

func (k kept) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	_, err := k.space.Estimate(ctx, req)
	return connector.Estimate{Rows: -1, Bytes: -1, Notes: []string{"cache: hit"}}, err
}

// TestExplainOfNothing asks for no comparison where no request is made.
func TestExplainOfNothing(t *testing.T) {
	source := newSpace()
	s := engine(t, kept{source}, nil)
	told := mustAsk(t, s, "EXPLAIN SELECT Key FROM pt.Issues WHERE Status = 'Open'")
	if got, want := lineWith(told, "estimate of pt.Issues"), "estimate of pt.Issues: 0 requests"; got != want {
		t.Errorf("EXPLAIN tells %q, want %q", got, want)
	}
	if asked, _ := source.taken(); len(asked) != 1 {
		t.Errorf("EXPLAIN asked for the cost of %q, want of the scan alone", asked)
	}
}

// pressed is a space whose quota tells how long a scan waits, and whose estimate
// does not.
type pressed struct{ *space }

func (p pressed) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	e, err := p.space.Estimate(ctx, req)
	e.Takes = 0
	return e, err
}

func (pressed) Quotas(context.Context) ([]connector.Quota, error) {
	return []connector.Quota{{Category: "search", Limit: 10, Remaining: 2, Reset: time.Now().Add(-time.Hour)}}, nil
}

// TestExplainWaits tells how long requests last by what is left of the quota.
func TestExplainWaits(t *testing.T) {
	s := engine(t, pressed{newSpace()}, nil)
	told := mustAsk(t, s, "EXPLAIN SELECT Key FROM pt.Issues")
	if got := lineWith(told, "estimate of pt.Issues"); !strings.HasSuffix(got, "24 requests of search, 240.0 % of this minute's quota, 2 of 10 left, 120 s") {
		t.Errorf("EXPLAIN tells %q", got) // 2 now, 10 at once, 10 after a minute, 2 after another
	}
}
