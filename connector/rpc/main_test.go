package rpc_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/rpc"
)

// TestMain makes a plugin of the test program where its first argument names
// one: the children of these tests are real processes.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if name, ok := strings.CutPrefix(os.Args[1], "plugin:"); ok {
			mainOf(name)()
			return
		}
	}
	os.Exit(m.Run())
}

// mainOf returns the main of a plugin.
func mainOf(name string) func() {
	if main, ok := plugins[name]; ok {
		return main
	}
	return faultPlugins[name]
}

// plugins are the mains of the children.
var plugins = map[string]func(){
	"memory":  func() { rpc.Serve(memoryConnector{}) },
	"able":    func() { rpc.Serve(able{}) },
	"wide":    func() { rpc.Serve(wide{}) },
	"built":   func() { rpc.Serve(built{}) },
	"failing": func() { rpc.Serve(failing{}) },
	"tattler": func() { rpc.Serve(tattler{}) },
	"teller":  func() { rpc.Serve(teller{}) },
	"talker":  func() { rpc.Serve(talker{}) },
}

// program returns the test program as a plugin.
func program(t testing.TB, name string) rpc.Program {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return rpc.Program{Path: path, Args: []string{"plugin:" + name}}
}

// open starts a plugin and opens a source in it, which the test closes.
func open(t testing.TB, host rpc.Host, p rpc.Program) connector.Source {
	t.Helper()
	plugin, err := host.Start(context.Background(), p)
	if err != nil {
		t.Fatalf("Start = %v", err)
	}
	src, err := plugin.Open(context.Background(), configOf(t, plugin))
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	return src
}

// configOf returns what a source of a plugin is opened with.
func configOf(t testing.TB, c connector.Connector, settings ...connector.Setting) connector.Config {
	t.Helper()
	options, err := c.Info().Resolve(settings, nil)
	if err != nil {
		t.Fatal(err)
	}
	return connector.Config{Name: "s", Options: options}
}

// memoryConnector opens the reference source.
type memoryConnector struct{}

func (memoryConnector) Info() connector.Info {
	return connector.Info{Name: "memory", Summary: "Rows in memory.", Options: []connector.Option{
		{Name: "Key", Secret: true, Doc: "A secret."},
	}}
}

func (memoryConnector) Open(context.Context, connector.Config) (connector.Source, error) {
	table := issues()
	table.Further = 2
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{table}, PageRows: 7}), nil
}

// issues is a table with a column of each kind.
func issues() connectortest.MemoryTable {
	exact := connector.Filters{connector.Eq: connector.Exact, connector.Ne: connector.Exact, connector.Lt: connector.Exact, connector.Ge: connector.Exact, connector.In: connector.Exact, connector.NotIn: connector.Exact, connector.IsNull: connector.Exact, connector.IsNotNull: connector.Exact}
	inexact := connector.Filters{connector.Eq: connector.Inexact, connector.In: connector.Inexact}
	table := connector.Table{
		Name: "Issues", Doc: "One row an issue.", Key: []string{"Id"}, StopsAtLimit: true,
		Columns: []connector.Column{
			{Name: "Id", Doc: "The key.", Type: arrow.PrimitiveTypes.Int64, Filters: exact, Sortable: true},
			{Name: "Status", Doc: "Where it stands.", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Nullable: true, Filters: exact},
			{Name: "Title", Doc: "What it is about.", Type: arrow.BinaryTypes.String, Nullable: true, Filters: inexact},
			{Name: "Created", Doc: "When it was made.", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true, Filters: exact},
			{Name: "Labels", Doc: "Its labels.", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
			{Name: "Effort", Doc: "Hours.", Type: arrow.PrimitiveTypes.Float64, Nullable: true, Filters: exact},
		},
		Examples: []connector.Example{{Doc: "All.", SQL: "SELECT * FROM {source}.Issues"}, {Doc: "How many.", SQL: "SELECT count(*) FROM {source}.Issues"}},
	}
	statuses := []any{"open", "closed", nil, "受付", ""}
	var rows [][]any
	for i := range 60 {
		rows = append(rows, []any{i, statuses[i%5], "issue " + strings.Repeat("あ", i%4), "2026-01-31T09:00:00+09:00", []any{"a", nil, "b"}[:i%4%3+1], float64(i) / 4})
	}
	return connectortest.MemoryTable{Table: table, Rows: rows}
}

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Config{
		ExactRows: true, Constants: 8, Conjunctions: 8,
		Open: func(_ context.Context, mem memory.Allocator) (connector.Source, error) {
			return open(t, rpc.Host{Allocator: mem}, program(t, "memory")), nil
		},
	})
}
