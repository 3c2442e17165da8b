package demo_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trackql/trackql/cmd/trackql/internal/demo"
)

func TestWrite(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "demo")
	for range 2 { // the second time over what is there
		if err := demo.Write(folder); err != nil {
			t.Fatalf("Write = %v", err)
		}
	}
	export := read(t, filepath.Join(folder, demo.Export))
	if got := bytes.Count(export, []byte("<issue>")); got != demo.Issues {
		t.Errorf("%s has %d issues, want %d", demo.Export, got, demo.Issues)
	}
	if !bytes.Contains(read(t, filepath.Join(folder, demo.Config)), []byte(demo.Export)) {
		t.Errorf("%s does not name %s", demo.Config, demo.Export)
	}
}

func TestWriteFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := demo.Write(file); err == nil {
		t.Error("Write(a file) = nil, want an error")
	}
}

// TestGenerated proves that the exports are what the generator makes of the
// story today.
func TestGenerated(t *testing.T) {
	folder := t.TempDir()
	generator, err := filepath.Glob("generate*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(generator, "story.txt") {
		read(t, name) // so that go test knows a cached answer to be out of date
	}
	cmd := exec.Command("go", slices.Concat([]string{"run"}, generator, []string{folder})...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, output)
	}
	for _, name := range []string{demo.Export, demo.Broken} {
		if !bytes.Equal(read(t, filepath.Join(folder, name)), read(t, filepath.Join("data", name))) {
			t.Errorf("data/%s is not what the generator makes: run go generate, and look at the diff", name)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
