package connectortest_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// marking changes what Mark returns.
type marking struct {
	faulty
	mark func(token string, err error) (string, error)
}

func (m marking) Mark(ctx context.Context, req connector.MarkRequest) (string, error) {
	watcher, _ := connector.As[connector.Watcher](m.Source)
	return m.mark(watcher.Mark(ctx, req))
}

func (m marking) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	watcher, _ := connector.As[connector.Watcher](m.Source)
	return watcher.Changes(ctx, req)
}

func mark(change func(token string, err error) (string, error)) func(connector.Source) connector.Source {
	return func(src connector.Source) connector.Source { return marking{faulty{Source: src}, change} }
}

// unaware gives nothing since any moment.
type unaware struct{ marking }

func (u unaware) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	if req.Since != "" {
		req.Since = strconv.Itoa(1 << 30)
	}
	return u.marking.Changes(ctx, req)
}

func same(token string, err error) (string, error) { return token, err }

var changesFlaws = map[string]flaw{
	"Mark is the beginning": {
		promise: "changes", reason: "are all 44 rows", make: mark(func(string, error) (string, error) { return "", nil }),
	},
	"Mark is what Changes does not know": {
		promise: "changes", reason: `"now" is no token`, make: mark(func(string, error) (string, error) { return "now", nil }),
	},
	"Mark fails": {
		promise: "changes", reason: "Mark: the tracker is gone",
		make: mark(func(string, error) (string, error) {
			return "", connector.Errorf(connector.Unavailable, "the tracker is gone")
		}),
	},
	"what changed is lost": {
		promise: "changes", reason: "lack the row Id = 4, which was changed after it",
		make: func(src connector.Source) connector.Source { return unaware{marking{faulty{Source: src}, same}} },
	},
}

// TestMemoryChanges touches rows between moments.
func TestMemoryChanges(t *testing.T) {
	src := connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{issues(9, connector.Exact)}})
	since := ""
	for _, test := range []struct {
		touch []int
		want  int
	}{{nil, 9}, {nil, 0}, {[]int{3, 7, 3}, 2}, {[]int{0}, 1}, {nil, 0}} {
		src.Touch("Issues", test.touch...)
		changes, err := src.Changes(t.Context(), connector.ChangesRequest{Table: "Issues", Columns: []string{"Id"}, Since: since})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for changes.Rows.Next() {
			rows += int(changes.Rows.RecordBatch().NumRows())
		}
		changes.Rows.Release()
		if rows != test.want || changes.Rows.Err() != nil {
			t.Errorf("after Touch(%v) there are %d changes, error %v, want %d", test.touch, rows, changes.Rows.Err(), test.want)
		}
		since = changes.Token
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if _, err := src.Mark(t.Context(), connector.MarkRequest{Table: "Issues"}); connector.KindOf(err) != connector.Internal {
		t.Errorf("Mark after Close = %v", err)
	}
}

// TestChangingIsWatched refuses a source that cannot tell what changed.
func TestChangingIsWatched(t *testing.T) {
	cfg := config(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{small()}})
	changing := cfg.Changing
	cfg.Changing = func(ctx context.Context, mem memory.Allocator) (connectortest.Changing, error) {
		c, err := changing(ctx, mem)
		c.Source = connectortest.Plain(c.Source)
		return c, err
	}
	if got := saidBy(connectortest.Verify(cfg), "changes"); got != "what Changing returns is no connector.Watcher" {
		t.Errorf("the check changes says %q", got)
	}
}
