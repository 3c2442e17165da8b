package serve_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
	"github.com/trackql/trackql/sqlengine/serve"
)

// serving starts a server over the reference source, on a socket of its own, and
// returns a client's way to it.
func serving(t *testing.T, cfg serve.Config) string {
	_, address := server(t, cfg)
	return address
}

func server(t *testing.T, cfg serve.Config) (*serve.Server, string) {
	t.Helper()
	return serverOf(t, issues(), cfg)
}

func serverOf(t *testing.T, source connector.Source, cfg serve.Config) (*serve.Server, string) {
	t.Helper()
	engine, err := sqlengine.Open(t.Context(), sqlengine.Config{Sources: []sqlengine.NamedSource{{
		Name: "mem", Connector: "memory", Source: source,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Engine = engine
	s, err := serve.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, "unix://" + path
}

// issues is a source of two tables that refer to each other.
func issues() connector.Source {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	exact := connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Exact}
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{
		{
			Table: connector.Table{Name: "Projects", Doc: "A project.", Key: []string{"Id"}, Columns: []connector.Column{
				{Name: "Id", Type: number, Filters: exact}, {Name: "Name", Type: text, Doc: "What it is called."},
			}},
			Rows: [][]any{{1, "Web"}, {2, "App"}},
		},
		{
			Table: connector.Table{
				Name: "Issues", Doc: "An issue.", Key: []string{"Id"},
				References: []connector.Reference{{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}}},
				Columns: []connector.Column{
					{Name: "Id", Type: number, Filters: exact},
					{Name: "ProjectId", Type: number, Filters: exact},
					{Name: "Summary", Type: text, Nullable: true},
					{Name: "Created", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
				},
			},
			Rows: [][]any{
				{1, 1, "不具合", "2026-01-31T09:00:00Z"}, {2, 1, nil, "2026-02-01T09:00:00Z"}, {3, 2, "Wish", "2026-02-02T09:00:00Z"},
			},
		},
	}})
}

// client speaks Flight SQL in the session of its cookie.
type client struct{ *flightsql.Client }

func dial(t *testing.T, address string) *client {
	return dialWith(t, address, flight.NewClientCookieMiddleware())
}

// dialPlain returns a client that keeps no cookies.
func dialPlain(t *testing.T, address string) *client { return dialWith(t, address) }

func dialWith(t *testing.T, address string, middleware ...flight.ClientMiddleware) *client {
	t.Helper()
	c, err := flightsql.NewClient(address, nil, middleware, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &client{c}
}

// ask runs SQL and returns its rows as text.
func ask(ctx context.Context, c *client, sql string) ([][]string, error) {
	info, err := c.Execute(ctx, sql)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, c, info)
}

func readAll(ctx context.Context, c *client, info *flight.FlightInfo) ([][]string, error) {
	reader, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		return nil, err
	}
	defer reader.Release()
	var rows [][]string
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			cells := make([]string, batch.NumCols())
			for i := range cells {
				cells[i] = batch.Column(i).ValueStr(row)
			}
			rows = append(rows, cells)
		}
	}
	return rows, reader.Err()
}
