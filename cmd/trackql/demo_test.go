package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/demo"
)

// TestDemo takes the tour twice, the second time over the files of the first.
func TestDemo(t *testing.T) {
	golden, err := filepath.Abs("internal/demo/testdata/transcript.txt")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for range 2 {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"demo", "--port", "0"}, strings.NewReader(""), &out, &errs); code != exitDone {
			t.Fatalf("demo = %d, want %d:\n%s%s", code, exitDone, out.String(), errs.String())
		}
		if errs.Len() > 0 {
			t.Errorf("demo wrote to the standard error:\n%s", errs.String())
		}
		if told := "2 requests of search instead of 24 without pushdown, 1.3 % of this minute's quota"; !strings.Contains(out.String(), told) {
			t.Errorf("demo does not show %q, which its words repeat", told)
		}
		compare(t, golden, portless(timeless(out.String())))
	}
}

// timeless replaces what a clock measured.
func timeless(transcript string) string {
	return regexp.MustCompile(`\b[0-9.]+(?:µs|ms|s)\b`).ReplaceAllString(transcript, "N ms")
}

// portless replaces the port that was free.
func portless(transcript string) string {
	return regexp.MustCompile(`--port \d+`).ReplaceAllString(transcript, "--port N")
}

// compare compares a text with a golden file, or rewrites that.
func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
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
		t.Errorf("%s (-want +got):\n%s", filepath.Base(golden), diff)
	}
}

// TestTourCanBeCopied checks that no argument means something else to a shell
// than to the tour.
func TestTourCanBeCopied(t *testing.T) {
	for _, s := range tour() {
		for _, arg := range s.args {
			if strings.ContainsAny(arg, "\"$`\\") {
				t.Errorf("%s: %q holds a character that is special between double quotes", s.title, arg)
			}
		}
		if got := words(shown("trackql", s.args))[1:]; !cmp.Equal(got, s.args) {
			t.Errorf("shown(%q) = %q", s.args, got)
		}
	}
}

// words cuts a command line at its blanks, but for those between double quotes.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// TestDemoWhereThePortIsTaken says so, and goes on with another.
func TestDemoWhereThePortIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	t.Chdir(t.TempDir())
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--port", port}, strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("demo = %d, want %d:\n%s%s", code, exitDone, out.String(), errs.String())
	}
	said := regexp.MustCompile(`Port ` + port + ` is taken: the emulated Backlog is at (\d+), and demo/backlog.yaml says so.\n`).FindStringSubmatch(out.String())
	both, err := os.ReadFile(filepath.Join(demoFolder, demo.Both))
	if err != nil {
		t.Fatal(err)
	}
	if said == nil || !strings.Contains(string(both), "url: http://127.0.0.1:"+said[1]+"\n") {
		t.Errorf("demo wrote %q and the file %s; want both to name another port", out.String(), both)
	}
}

func TestDemoWhereNothingMayBeWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(demoFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--port", "0"}, strings.NewReader(""), &out, &errs); code != exitUsage {
		t.Errorf("demo = %d, want %d", code, exitUsage)
	}
	if !strings.Contains(errs.String(), "hint: ") || out.Len() > 0 {
		t.Errorf("demo wrote %q and, as errors, %q; want an error with a hint", out.String(), errs.String())
	}
}

// TestReadmeCommands runs every command of the READMEs that is one of trackql,
// and compares with the output that stands below it, where one does. The
// emulated Backlog, which a reader serves in another window, is served.
func TestReadmeCommands(t *testing.T) {
	for _, name := range []string{"README.md", "README.ja.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("../../" + name)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			port, stop, err := serveTour(0)
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			if err := demo.Write(demoFolder, port); err != nil {
				t.Fatal(err)
			}
			ran := 0
			blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?")
			for _, block := range blocks.FindAllStringSubmatch(string(text), -1) {
				for line := range strings.Lines(block[1]) {
					if strings.HasPrefix(line, "bin/trackql ") {
						ran++
						runReadme(t, line, block[2])
					}
				}
			}
			if ran < 4 {
				t.Errorf("%s has %d commands of trackql, want 4 at least", name, ran)
			}
		})
	}
}

func runReadme(t *testing.T, line, want string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), words(line)[1:], strings.NewReader(""), &out, &errs); code != exitDone || errs.Len() > 0 {
		t.Errorf("%sexit %d: %s", line, code, errs.String())
	}
	if out.Len() == 0 {
		t.Errorf("%swrote nothing", line)
	}
	if diff := cmp.Diff(want, out.String()); want != "" && diff != "" {
		t.Errorf("%s(-want +got):\n%s", line, diff)
	}
}
