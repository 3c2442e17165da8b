package backlogtest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const scripts = "testdata/backlogjs"

// TestBacklogJS is what a client says that is not ours: Nulab's own for Node.
// Its methods must get through, with answers of the right shape.
func TestBacklogJS(t *testing.T) {
	needNode(t)
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(scripts)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules(t), filepath.Join(folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	base, stop, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client, secret := s.OAuthClient()
	drive := exec.CommandContext(t.Context(), "node", "drive.mjs")
	drive.Dir = folder
	drive.Env = append(os.Environ(), "BACKLOG_URL="+base, "BACKLOG_KEY="+s.Key(),
		"BACKLOG_CLIENT="+client, "BACKLOG_SECRET="+secret)
	var errs strings.Builder
	drive.Stderr = &errs
	out, err := drive.Output()
	if err != nil {
		t.Errorf("node drive.mjs: %v\n%s", err, errs.String())
	}
	compare(t, "testdata/backlogjs.txt", string(out))
	if got := strings.Count(string(out), " ok\n"); got < 60 {
		t.Errorf("%d methods got through, want 60 at least", got)
	}
}

// compare compares a text with a golden file, or rewrites that.
func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update && !t.Failed() {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// needNode skips the test on a machine without Node, but fails it where
// everything is tested.
func needNode(t *testing.T) {
	t.Helper()
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		const again = "%s is not here. To run this test:\n" +
			"sudo apt-get install -y nodejs npm && go test ./plugins/backlog/backlogtest -run TestBacklogJS"
		if os.Getenv("CI") != "" {
			t.Fatalf(again, name)
		}
		t.Skipf(again, name)
	}
}

// modules is a folder with the modules of the lock file. It is kept for the next
// time: in the folder that TRACKQL_NODE_MODULES names, or else in the cache of
// the user.
func modules(t *testing.T) string {
	t.Helper()
	lock, err := os.ReadFile(scripts + "/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	home := os.Getenv("TRACKQL_NODE_MODULES")
	if home == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = t.TempDir()
		}
		home = filepath.Join(cache, "trackql-test", "node")
	}
	home, err = filepath.Abs(filepath.Join(home, hex.EncodeToString(sum[:8])))
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(home, "node_modules")
	if _, err := os.Stat(kept); err != nil {
		install(t, home)
	}
	return kept
}

// install makes the folder with its modules appear at once, so that two tests
// can do so at the same time.
func install(t *testing.T, home string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(filepath.Dir(home), "new-") //nolint:usetesting // beside home, so that it can get its name
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	}()
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(scripts, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	npm := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = folder
	npm.WaitDelay = time.Minute
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(folder, home); err != nil {
		if _, there := os.Stat(filepath.Join(home, "node_modules")); there != nil {
			t.Fatal(err)
		}
	}
}
