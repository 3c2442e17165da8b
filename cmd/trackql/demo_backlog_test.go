package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestDemoBacklog serves an emulated Backlog in a process of its own, runs the
// query that it suggests, and interrupts it.
func TestDemoBacklog(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send Ctrl-C to one process")
	}
	c := start(t, t.TempDir(), "demo", "backlog", "--issues", "40", "--unlimited")
	var command string
	for !strings.Contains(command, " query ") {
		line, err := c.out.ReadString('\n')
		if err != nil {
			errs, code := c.exit(t)
			t.Fatalf("it ended with %d before it suggested a query: %s", code, errs)
		}
		command = line
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var out, errs bytes.Buffer
	args := append(words(strings.TrimSpace(command))[1:], "--format", "csv")
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != exitDone || errs.Len() > 0 {
		t.Errorf("%q: exit code %d: %s", args, code, errs.String())
	}
	if lines := strings.Split(out.String(), "\n"); lines[0] != "StatusName,Issues" || len(lines) < 4 {
		t.Errorf("the query answered %q", out.String())
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if errs, code := c.exit(t); code != exitDone || errs != "" {
		t.Errorf("after Ctrl-C: exit code %d, standard error %q, want 0 and nothing", code, errs)
	}
}
