package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/rpc"
)

// build makes the executable of this package.
func build(t testing.TB) rpc.Program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trackql-plugin-scarab")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return rpc.Program{Path: path}
}

// open opens an export in a child of the executable.
func open(ctx context.Context, t testing.TB, program rpc.Program, mem memory.Allocator, path string) (connector.Source, error) {
	t.Helper()
	plugin, err := rpc.Host{Allocator: mem}.Start(ctx, program)
	if err != nil {
		return nil, err
	}
	options, err := plugin.Info().Resolve([]connector.Setting{{Key: "Path", Value: path}}, nil)
	if err != nil {
		return nil, err
	}
	return plugin.Open(ctx, connector.Config{Name: "pt", Options: options})
}

// TestConformance holds the executable to the contract.
func TestConformance(t *testing.T) {
	program := build(t)
	for name, path := range map[string]string{
		"plain": "../../plugins/scarab/testdata/plain.xml",
		"odd":   "../../testdata/samples/issues.xml",
	} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Config{
				Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
					return open(ctx, t, program, mem, path)
				},
				Constants: 4, Conjunctions: 5,
			})
		})
	}
}

// TestMissingFile expects the error of the connector, whole.
func TestMissingFile(t *testing.T) {
	_, err := open(t.Context(), t, build(t), memory.DefaultAllocator, "nowhere.xml")
	if got, want := connector.KindOf(err), connector.NotFound; got != want || connector.HintOf(err) == "" {
		t.Errorf("Open of a file that is not there = %v (%v, hint %q), want %v with a hint", err, got, connector.HintOf(err), want)
	}
}
