package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
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

// TestExample builds the example and runs its tests, the suite among them.
func TestExample(t *testing.T) {
	run(t, "go", "vet", "./...")
	run(t, "go", "build", "./...")
	args := []string{"test", "-shuffle=on", "./..."}
	if *update {
		args = append(args, "-update")
	}
	run(t, "go", args...)
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
