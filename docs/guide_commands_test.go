package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// session is a block of commands of the guide, and the block of what they print
// where it follows at once.
var session = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?")

// endOfBlock separates what the blocks print.
const endOfBlock = "\x1e"

// TestGuideCommands runs all commands of the guide, one after the other in one
// shell, as a reader would, and compares what they print.
func TestGuideCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds trackql; run go test without -short")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the commands are those of a Unix shell: install bash")
	}
	text := read(t, guide)
	var script strings.Builder
	script.WriteString("set -eu\n")
	for _, block := range session.FindAllStringSubmatch(text, -1) {
		script.WriteString(block[1] + "printf '" + `\036` + "'\n")
	}
	outputs := strings.Split(shell(t, bash, script.String()), endOfBlock)
	n := 0
	got := session.ReplaceAllStringFunc(text, func(block string) string {
		commands, printed := session.FindStringSubmatch(block)[1], outputs[n]
		n++
		if !strings.Contains(block, "```text") {
			return block
		}
		return "```sh\n" + commands + "```\n\n```text\n" + printed + "```"
	})
	if *update {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(guide)), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(text, got); diff != "" {
		t.Errorf("%s (-written +printed):\n%s", guide, diff)
	}
}

// shell runs a script in the repository's folder, with a home of its own and
// with trackql in the path, and returns what it prints.
func shell(t *testing.T, bash, script string) string {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-tags", "duckdb_arrow", "-o", bin+string(filepath.Separator), "./cmd/trackql")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build ./cmd/trackql: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), bash, "-c", script)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "HOME="+home, "TZ=UTC", "GOFLAGS=", "XDG_DATA_HOME=", "TRACKQL_PLUGIN_PATH=",
		"PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} { // that they do not go by HOME
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatalf("go env %s: %v", name, err)
		}
		cmd.Env = append(cmd.Env, name+"="+strings.TrimSpace(string(value)))
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("a command of %s: %v\n%s", guide, err, out)
	}
	return string(out)
}
