package demo_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/trackql/trackql/cmd/trackql/internal/demo"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

func TestWrite(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "demo")
	for range 2 { // the second time over what is there
		if err := demo.Write(folder, 4321); err != nil {
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
	both := read(t, filepath.Join(folder, demo.Both))
	for _, word := range []string{"url: http://127.0.0.1:4321\n", "--port 4321 ", demo.TourBacklog().Key() + "\n"} {
		if !bytes.Contains(both, []byte(word)) {
			t.Errorf("%s does not hold %q", demo.Both, word)
		}
	}
	if bytes.Contains(both, []byte(strconv.Itoa(demo.BacklogPort))) {
		t.Errorf("%s names the port %d, want 4321 alone", demo.Both, demo.BacklogPort)
	}
}

// TestTeam checks that everybody of the space who is there is of the story.
func TestTeam(t *testing.T) {
	story := read(t, "story.txt")
	left := 0
	demo.TourBacklog().Edit(func(s *backlogtest.Space) {
		for _, user := range s.Users {
			if user.Left {
				left++
				continue
			}
			if !bytes.Contains(story, []byte(" "+user.Name+" ")) {
				t.Errorf("%q is nobody of the story", user.Name)
			}
		}
	})
	if left != 1 {
		t.Errorf("%d people have left, want 1", left)
	}
}

func TestWriteFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := demo.Write(file, 0); err == nil {
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
