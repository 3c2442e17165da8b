package backlog_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestConformance holds the connector to the contract, over an emulated space:
// all tables of a small project, and those that matter most with several pages.
func TestConformance(t *testing.T) {
	tests := map[string]struct {
		options  backlogtest.Options
		settings []string
		tables   []string // none is all
		depth    int      // how much is tried
	}{
		"all": {options: backlogtest.Options{Issues: 6, Users: 4}, settings: []string{"Project", "APP"}, depth: 1},
		"pages": {options: backlogtest.Options{Issues: 60}, settings: []string{"PageSize", "20"}, depth: 4, tables: []string{
			"Issues", "IssueAttachments", "IssueCategories", "IssueCustomFieldValues", "Projects", "ProjectStatuses",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := serve(test.options)
			transport := &recent{next: server.Transport()}
			pairs := append([]string{
				"Url", "https://example.backlog.test", "ApiKey", server.Key(), "MetadataTTL", "0s",
			}, test.settings...)
			connectortest.Run(t, connectortest.Config{
				Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
					c := &backlog.Connector{Memory: mem, Transport: transport, Clock: newClock()}
					src, err := c.Open(ctx, connector.Config{
						Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler), Options: settings(t, pairs...),
					})
					return visible{src, test.tables}, err
				},
				Failing:      failing(t),
				Blocking:     blocking(t),
				Changing:     changing(t),
				Constants:    test.depth,
				Conjunctions: 2 * test.depth,
			})
		})
	}
}

// recent hides all but the latest activities: the suite reads each table some
// hundred times.
type recent struct {
	next http.RoundTripper
	mu   sync.Mutex
	last int64
}

func (r *recent) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil || !strings.HasSuffix(req.URL.Path, "/activities") || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept []string
	for _, one := range gjson.ParseBytes(body).Array() {
		r.last = max(r.last, one.Get("id").Int())
		if one.Get("id").Int() > r.last-25 {
			kept = append(kept, one.Raw)
		}
	}
	text := "[" + strings.Join(kept, ",") + "]"
	resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// failing returns a scan whose third page is always cut off.
func failing(t *testing.T) func(context.Context, memory.Allocator) (connectortest.Failure, error) {
	return func(ctx context.Context, mem memory.Allocator) (connectortest.Failure, error) {
		server := serve(backlogtest.Options{Issues: 90})
		server.Inject(backlogtest.Fault{Kind: backlogtest.CutOff, Match: func(r *http.Request) bool {
			return r.URL.Query().Get("offset") > "3" // from "38" on
		}})
		c := &backlog.Connector{Memory: mem, Transport: server.Transport(), Clock: newClock()}
		src, err := c.Open(ctx, connector.Config{
			Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
			Options: settings(t, "Url", "https://example.backlog.test", "ApiKey", server.Key(), "MetadataTTL", "0s", "PageSize", "20"),
		})
		return connectortest.Failure{
			Source:  src,
			Request: connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}},
			Kind:    connector.Unavailable,
		}, err
	}
}

// changing returns a space in which an issue can be changed.
func changing(t *testing.T) func(context.Context, memory.Allocator) (connectortest.Changing, error) {
	return func(_ context.Context, mem memory.Allocator) (connectortest.Changing, error) {
		server := serve(backlogtest.Options{})
		return connectortest.Changing{
			Source: open(t, mem, server), Table: "Issues",
			Change: func() (string, connector.Value, error) {
				var id int64
				server.Edit(func(s *backlogtest.Space) {
					id = s.Issues()[7].ID
					s.UpdateIssue(id, func(i *backlogtest.Issue) { i.Status = 3 })
				})
				return "Id", connector.IntOf(id), nil
			},
		}, nil
	}
}

// blocking returns a scan whose answer never comes.
func blocking(t *testing.T) func(context.Context, memory.Allocator) (connectortest.Blockage, error) {
	return func(ctx context.Context, mem memory.Allocator) (connectortest.Blockage, error) {
		server := serve(backlogtest.Options{})
		waiting := make(chan struct{})
		var once sync.Once
		silent := roundTripper(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "/issues") {
				return server.Transport().RoundTrip(r)
			}
			once.Do(func() { close(waiting) })
			<-r.Context().Done()
			return nil, context.Cause(r.Context())
		})
		c := &backlog.Connector{Memory: mem, Transport: silent, Clock: newClock()}
		src, err := c.Open(ctx, connector.Config{
			Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
			Options: settings(t, "Url", "https://example.backlog.test", "ApiKey", server.Key(), "MetadataTTL", "0s"),
		})
		return connectortest.Blockage{
			Source: src, Waiting: waiting,
			Request: connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}},
		}, err
	}
}

// visible shows the suite some tables of a source.
type visible struct {
	connector.Source
	tables []string // none is all
}

func (v visible) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := v.Source.Tables(ctx)
	if len(v.tables) > 0 {
		tables = slices.DeleteFunc(tables, func(t connector.Table) bool { return !slices.Contains(v.tables, t.Name) })
	}
	for i := range tables {
		tables[i] = v.seen(tables[i])
	}
	return tables, err
}

func (v visible) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	widener, _ := connector.As[connector.Widener](v.Source)
	wide, err := widener.Widen(ctx, table, where)
	return v.seen(wide), err
}

func (v visible) Unwrap() connector.Source { return v.Source }

// seen is a table without references to tables that the suite does not see.
func (v visible) seen(t connector.Table) connector.Table {
	if len(v.tables) > 0 {
		t.References = nil
	}
	return t
}
