package docs_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/rpc"
)

// example is the module of the guide to writing connectors.
const example = "docs/example-connector"

// run runs a command in the example's folder, with our versions of modules: a
// copy of its go.mod takes what a newer version of a dependency asks for.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	folder := t.TempDir()
	for file, from := range map[string]string{"go.mod": example + "/go.mod", "go.sum": "go.sum"} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(read(t, from)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	goIn(t, "-mod=mod -modfile="+filepath.ToSlash(filepath.Join(folder, "go.mod")), name, args...)
}

// goIn runs a command in the example's folder with GOFLAGS.
func goIn(t *testing.T, flags, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = filepath.Join(root, filepath.FromSlash(example))
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS="+flags)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %q in %s: %v\n%s", name, args, example, err, out)
	}
}

// TestExample runs the example's tests, the suite among them.
func TestExample(t *testing.T) {
	run(t, "go", "vet", "./...")
	args := []string{"test", "-shuffle=on", "./..."}
	if *update {
		args = append(args, "-update")
	}
	run(t, "go", args...)
}

// TestExampleExecutable runs the suite against the example as an executable.
func TestExampleExecutable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trackql-plugin-markdown")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	run(t, "go", "build", "-buildvcs=false", "-o", path, ".")
	connectortest.Run(t, connectortest.Config{
		Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
			return openPlugin(ctx, mem, path, "tracker")
		},
		Failing: func(ctx context.Context, mem memory.Allocator) (connectortest.Failure, error) {
			src, err := openPlugin(ctx, mem, path, "broken")
			return connectortest.Failure{
				Source:  src,
				Request: connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, BatchRows: 1},
				Kind:    connector.Corrupt,
			}, err
		},
		Constants: 8, Conjunctions: 10, // the example's own tests make all
	})
}

// openPlugin opens a folder of the example's test data in a process.
func openPlugin(ctx context.Context, mem memory.Allocator, path, folder string) (connector.Source, error) {
	plugin, err := rpc.Host{Allocator: mem}.Start(ctx, rpc.Program{Path: path})
	if err != nil {
		return nil, err
	}
	folder = filepath.Join(root, filepath.FromSlash(example), "testdata", folder)
	options, err := plugin.Info().Resolve([]connector.Setting{{Key: "Path", Value: folder}}, nil)
	if err != nil {
		return nil, err
	}
	return plugin.Open(ctx, connector.Config{
		Name: "notes", Options: options, Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
}

// TestExampleRequirements checks that the example's dependencies are ours, so
// that building it takes nothing else.
func TestExampleRequirements(t *testing.T) {
	if *update {
		goIn(t, "-mod=mod", "go", "mod", "tidy")
	}
	ours := versions(read(t, "go.mod"))
	delete(ours, "github.com/trackql/trackql")
	for module, version := range versions(read(t, example+"/go.mod")) {
		if want, ok := ours[module]; module != "github.com/trackql/trackql" && (!ok || version != want) {
			t.Errorf("%s/go.mod requires %s %s, want our version %q: run make golden", example, module, version, want)
		}
	}
}

// versions returns the modules that a go.mod requires, with their versions.
func versions(text string) map[string]string {
	found := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`).FindAllStringSubmatch(text, -1) {
		found[match[1]] = match[2]
	}
	return found
}
