package backlog_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestConformance holds the connector to the contract, over an emulated space.
func TestConformance(t *testing.T) {
	server := serve(backlogtest.Options{Issues: 130})
	connectortest.Run(t, connectortest.Config{
		Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
			c := &backlog.Connector{Memory: mem, Transport: server.Transport(), Clock: newClock()}
			src, err := c.Open(ctx, connector.Config{
				Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
				Options: settings(t, "Url", "https://example.backlog.test", "ApiKey", server.Key(), "MetadataTTL", "0s"),
			})
			if err != nil {
				return nil, err
			}
			return visible{src}, nil
		},
		Constants:    4,
		Conjunctions: 5,
	})
}

// checked are the tables whose requests the emulator answers.
var checked = []string{
	"Issues", "IssueComments", "IssueAttachments", "IssueCategories", "IssueMilestones", "IssueCustomFieldValues",
	"Projects", "ProjectStatuses", "ProjectIssueTypes", "ProjectCategories", "ProjectVersionMilestones",
	"ProjectCustomFields", "ProjectUsers", "Users", "Priorities", "Resolutions",
}

// visible hides pseudo-columns: a row holds in them what it was asked for, so
// that a scan without conditions does not have the rows of one with them.
type visible struct{ connector.Source }

func (v visible) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := v.Source.Tables(ctx)
	tables = slices.DeleteFunc(tables, func(t connector.Table) bool { return !slices.Contains(checked, t.Name) })
	for i := range tables {
		tables[i] = withoutPseudo(tables[i])
	}
	return tables, err
}

func (v visible) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	widener, _ := connector.As[connector.Widener](v.Source)
	wide, err := widener.Widen(ctx, table, where)
	return withoutPseudo(wide), err
}

func withoutPseudo(t connector.Table) connector.Table {
	t.Columns = slices.DeleteFunc(t.Columns, func(c connector.Column) bool {
		return c.Name == "Keyword" || c.Name == "ParentChild"
	})
	return t
}

func (v visible) Unwrap() connector.Source { return v.Source }
