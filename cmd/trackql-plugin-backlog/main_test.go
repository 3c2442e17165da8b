package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/rpc"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// build makes the executable of this package.
func build(t testing.TB) rpc.Program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trackql-plugin-backlog")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return rpc.Program{Path: path}
}

// open opens a space in a child of the executable.
func open(ctx context.Context, t testing.TB, program rpc.Program, mem memory.Allocator, base, key string) (connector.Source, error) {
	t.Helper()
	plugin, err := rpc.Host{Allocator: mem}.Start(ctx, program)
	if err != nil {
		return nil, err
	}
	options, err := plugin.Info().Resolve([]connector.Setting{
		{Key: "Url", Value: base},
		{Key: "ApiKey", Value: key},
		{Key: "MetadataTTL", Value: "0s"},
		{Key: "PageSize", Value: "20"},
		{Key: "CacheLocation", Value: t.TempDir()},
	}, nil)
	if err != nil {
		return nil, err
	}
	return plugin.Open(ctx, connector.Config{Name: "bl", Options: options})
}

// TestConformance holds the executable to the contract, over an emulated space.
// The suite over all tables is that of the connector itself.
func TestConformance(t *testing.T) {
	program := build(t)
	server := backlogtest.New(backlogtest.Options{Unlimited: true, Issues: 30})
	base, stop, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	connectortest.Run(t, connectortest.Config{
		Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
			src, err := open(ctx, t, program, mem, base, server.Key())
			return some{src}, err
		},
		Constants: 2, Conjunctions: 3,
	})
}

// some is some tables of a source.
type some struct{ connector.Source }

func (s some) Tables(ctx context.Context) ([]connector.Table, error) {
	all, err := s.Source.Tables(ctx)
	var tables []connector.Table
	for _, t := range all {
		if slices.Contains([]string{"Issues", "IssueAttachments", "Projects", "ProjectStatuses", "Priorities"}, t.Name) {
			tables = append(tables, seen(t))
		}
	}
	return tables, err
}

func (s some) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	widener, _ := connector.As[connector.Widener](s.Source)
	wide, err := widener.Widen(ctx, table, where)
	return seen(wide), err
}

func (s some) Unwrap() connector.Source { return s.Source }

// seen is a table without references to those that are left out.
func seen(t connector.Table) connector.Table {
	t.References = nil
	return t
}

// TestWrongKey expects the error of the connector, whole.
func TestWrongKey(t *testing.T) {
	server := backlogtest.New(backlogtest.Options{})
	base, stop, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	src, err := open(t.Context(), t, build(t), memory.DefaultAllocator, base, "no-such-key")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	_, err = src.Scan(t.Context(), connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}})
	if connector.KindOf(err) != connector.Unauthorized || connector.HintOf(err) == "" {
		t.Errorf("Scan = %v (%v, hint %q), want unauthorized with a hint", err, connector.KindOf(err), connector.HintOf(err))
	}
}
