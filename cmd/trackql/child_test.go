package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/scarab"
)

// child is a run of the command in a process of its own.
type child struct {
	*exec.Cmd
	out  *bufio.Reader
	pipe io.ReadCloser // what out reads
	errs *bufio.Reader
}

// start starts the command, which is this test's own program: TestMain of
// testscript runs main where the program is called so.
func start(t *testing.T, folder string, args ...string) *child {
	t.Helper()
	link := filepath.Join(t.TempDir(), "trackql")
	if runtime.GOOS == "windows" {
		link += ".exe"
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	c := &child{Cmd: exec.Command(link, args...)}
	c.Dir = folder
	if c.pipe, err = c.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	errs, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out, c.errs = bufio.NewReader(c.pipe), bufio.NewReader(errs)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// exit reads what is left of the standard error and returns it with the exit
// code.
func (c *child) exit(t *testing.T) (string, int) {
	t.Helper()
	rest, err := io.ReadAll(c.errs)
	if err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(rest), c.ProcessState.ExitCode()
}

// endless is a query whose rows never end.
const endless = "SELECT i, repeat('x', 100) AS x FROM range(1000000000000) t(i)"

func TestClosedPipe(t *testing.T) {
	for _, format := range []string{"csv", "json", "markdown", "table", "parquet"} {
		t.Run(format, func(t *testing.T) {
			c := start(t, t.TempDir(), "query", "--format", format, endless)
			if _, err := c.out.ReadByte(); err != nil {
				t.Fatal(err)
			}
			if err := c.pipe.Close(); err != nil {
				t.Fatal(err)
			}
			if errs, code := c.exit(t); code != 0 || errs != "" {
				t.Errorf("exit code %d, standard error %q, want 0 and nothing", code, errs)
			}
		})
	}
}

func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send Ctrl-C to one process")
	}
	c := start(t, t.TempDir(), "query", endless)
	if line, err := c.out.ReadString('\n'); line != "i,x\n" || err != nil {
		t.Fatalf("first line %q, %v", line, err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c.out); err != nil {
		t.Fatal(err)
	}
	if errs, code := c.exit(t); code != 130 || errs != "" {
		t.Errorf("exit code %d, standard error %q, want 130 and nothing", code, errs)
	}
}

// TestInterruptLeavesNoFile interrupts a query that is writing a file. The
// warning of its first statement tells that it is.
func TestInterruptLeavesNoFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send Ctrl-C to one process")
	}
	folder := t.TempDir()
	old := filepath.Join(folder, "out.csv")
	if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := start(t, folder, "query", "-o", "out.csv", "SELECT [a] FROM (SELECT 1 AS a); "+endless)
	if line, err := c.errs.ReadString('\n'); err != nil || !strings.HasPrefix(line, "warning: ") {
		t.Fatalf("first line of the standard error = %q, %v, want a warning", line, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 2 {
		t.Errorf("while it writes there are %v, %v, want the old file and a temporary one", entries, err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if _, code := c.exit(t); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	entries, err = os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("after it there are %v, %v, want the old file alone", entries, err)
	}
	if text, err := os.ReadFile(old); string(text) != "old" || err != nil {
		t.Errorf("%s holds %q, %v, want what it held", old, text, err)
	}
}

// TestInterruptWhileReading interrupts a query whose text has not come yet.
func TestInterruptWhileReading(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send Ctrl-C to one process")
	}
	in, feed := io.Pipe()
	defer feed.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() { done <- run(ctx, []string{"query"}, in, io.Discard, io.Discard) }()
	if _, err := feed.Write([]byte("SELECT")); err != nil {
		t.Fatal(err)
	}
	cancel()
	if code := <-done; code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
}

// TestExamples runs every example query of every table.
func TestExamples(t *testing.T) {
	source := "--source=pt=scarab:Path=../../testdata/samples/issues.xml"
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"tables", source, "--format", "json"}, nil, &out, &errs); code != 0 {
		t.Fatalf("tables: exit code %d: %s", code, &errs)
	}
	var sources []struct {
		Tables []struct {
			Name     string
			Examples []struct{ SQL string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &sources); err != nil {
		t.Fatal(err)
	}
	for _, table := range sources[0].Tables {
		if len(table.Examples) < 2 {
			t.Errorf("table %s has %d examples, want at least 2", table.Name, len(table.Examples))
		}
		for _, example := range table.Examples {
			out.Reset()
			errs.Reset()
			if code := run(t.Context(), []string{"query", source, example.SQL}, nil, &out, &errs); code != 0 {
				t.Errorf("%s\nexit code %d: %s", example.SQL, code, &errs)
			}
		}
	}
}

// TestScansTellProgress asks how far a statement is while it runs.
func TestScansTellProgress(t *testing.T) {
	p := &program{screen: newScreen(io.Discard, io.Discard), errs: io.Discard, lookup: os.LookupEnv, connectors: []connector.Connector{scarab.New()}}
	p.registry = p.newRegistry()
	s, err := p.setup(t.Context(), sourceFlags{
		sources: []string{"pt=scarab:Path=../../testdata/samples/issues.xml"},
	})
	if err != nil {
		t.Fatal(err)
	}
	session, err := p.open(t.Context(), s, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	}()
	r := runner{program: p, session: session}
	if scans := r.scans(); len(scans) > 0 {
		t.Errorf("before a statement the scans are %v, want none", scans)
	}
	for result, err := range session.Run(t.Context(), "SELECT Summary FROM pt.Issues", nil) {
		if err != nil {
			t.Fatal(err)
		}
		for result.Next() {
		}
		scans := r.scans()
		if len(scans) != 1 || scans[0].Name != "pt.Issues" || scans[0].Progress.Rows != 4 || scans[0].Progress.TotalBytes == 0 {
			t.Errorf("after four rows the scans are %v, want those of pt.Issues", scans)
		}
	}
}
