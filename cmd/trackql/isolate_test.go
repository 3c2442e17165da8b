package main

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/registry"
	"github.com/trackql/trackql/connector/rpc"
	"github.com/trackql/trackql/plugins/scarab"
)

// TestIsolatedConformance holds scarab to the contract as a source with
// Isolate=true is opened: in a child of this program.
func TestIsolatedConformance(t *testing.T) {
	settings := []connector.Setting{{Key: "Path", Value: "../../testdata/samples/issues.xml"}, {Key: "isolate", Value: "true"}}
	p := &program{screen: newScreen(io.Discard, io.Discard), errs: io.Discard, lookup: os.LookupEnv}
	connectortest.Run(t, connectortest.Config{
		Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
			r := registry.New(registry.Config{
				BuiltIn: []connector.Connector{scarab.New()}, Serve: p.serveAs, Host: rpc.Host{Allocator: mem},
			})
			c, err := r.Connector(ctx, "scarab", settings)
			if err != nil {
				return nil, err
			}
			options, err := c.Info().Resolve(settings, nil)
			if err != nil {
				return nil, err
			}
			return c.Open(ctx, connector.Config{Name: "pt", Options: options, Timezone: time.UTC})
		},
		Constants: 4, Conjunctions: 5,
	})
}
