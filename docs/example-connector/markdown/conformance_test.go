package markdown_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"example.com/trackql-plugin-markdown/markdown"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Config{Open: open, Failing: failing})
}

// open opens the sample tracker.
func open(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
	return openFolder(ctx, mem, "../testdata/tracker")
}

// failing returns a scan of a folder whose third file is broken.
func failing(ctx context.Context, mem memory.Allocator) (connectortest.Failure, error) {
	src, err := openFolder(ctx, mem, "../testdata/broken")
	return connectortest.Failure{
		Source:  src,
		Request: connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, BatchRows: 1},
		Kind:    connector.Corrupt,
	}, err
}

// openFolder opens a folder as TrackQL does.
func openFolder(ctx context.Context, mem memory.Allocator, folder string, more ...connector.Setting) (connector.Source, error) {
	c := &markdown.Connector{Memory: mem}
	options, err := c.Info().Resolve(append(more, connector.Setting{Key: "Path", Value: folder}), nil)
	if err != nil {
		return nil, err
	}
	return c.Open(ctx, connector.Config{
		Name: "notes", Options: options, Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
}
