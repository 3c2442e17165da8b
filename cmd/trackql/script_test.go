package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trackql/trackql/connector/rpc"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// TestMain makes the test program the trackql of the scripts, and of the children
// that serve its connectors.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "plugin" && os.Args[2] == "serve" {
		main()
	}
	if filepath.Base(os.Args[0]) == "trackql-plugin-words" { // a copy that a script has made
		rpc.Serve(wordList{})
		return
	}
	testscript.Main(m, map[string]func(){"trackql": main, "xdg-open": browse})
}

// TestScripts runs the scripts of testdata/script, each in a folder of its own
// that holds the files of testdata/samples.
func TestScripts(t *testing.T) {
	samples, err := filepath.Glob("../../testdata/samples/*")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "emulate": emulate, "consent": consent, "hushed": hushed,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			for _, sample := range samples {
				content, err := os.ReadFile(sample)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, filepath.Base(sample)), content, 0o600); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARGUMENTS.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGUMENTS")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
