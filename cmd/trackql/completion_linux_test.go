package main

import (
	"context"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	prompt = "ready> "
	tab    = "\t"
	every  = "\x1b*" // inserts all candidates, in Bash
)

// shellAt is a shell on a terminal of its own, in a folder with the samples and
// with this program as trackql.
type shellAt struct {
	t      *testing.T
	master *os.File
}

// install links this program as trackql into a new folder with the samples, and
// returns the folder and an environment in which it is found.
func install(t *testing.T) (folder string, env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	bin := filepath.Join(folder, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "trackql")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(folder, os.DirFS("../../testdata/samples")); err != nil {
		t.Fatal(err)
	}
	return folder, append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+folder, "TERM=dumb", "PS1="+prompt, "TZ=UTC")
}

// startShell starts a shell and has it run the lines of a profile.
func startShell(t *testing.T, profile, name string, args ...string) *shellAt {
	t.Helper()
	path := found(t, name)
	folder, env := install(t)
	master, slave := terminal(t, 1000)
	// A shell that hangs ends with the test's failure, not with everyone's.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	c := exec.CommandContext(ctx, path, args...)
	c.Dir, c.Env = folder, env
	c.Stdin, c.Stdout, c.Stderr = slave, slave, slave
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if err := slave.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := c.Wait(); err == nil {
			t.Errorf("%s ended by itself", name)
		}
	})
	s := &shellAt{t, master}
	s.until(prompt)
	s.send("stty -echo; " + profile + "; PS1='" + prompt + "'\r")
	s.until("\n" + prompt)
	return s
}

// found returns the path of a shell, or skips where it is not there.
func found(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("apt-get install %s: %v", name, err)
	}
	return path
}

func (s *shellAt) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.master, keys); err != nil {
		s.t.Fatal(err)
	}
}

// until reads what the terminal shows up to the end that is awaited.
func (s *shellAt) until(end string) string {
	s.t.Helper()
	var shown strings.Builder
	buffer := make([]byte, 4096)
	for !strings.HasSuffix(pasting.ReplaceAllString(shown.String(), ""), end) {
		n, err := s.master.Read(buffer)
		if err != nil {
			s.t.Fatalf("the terminal showed %q, then: %v", shown.String(), err)
		}
		shown.Write(buffer[:n])
	}
	return shown.String()
}

// pasting is how a shell asks the terminal to mark what is pasted.
var pasting = regexp.MustCompile(`\x1b\[\?2004[hl]`)

var wordShown = regexp.MustCompile(`(?m)^<(.*)>\r?$`)

// complete types a line and a key that completes, and returns the words of which
// the line then consists. Nothing else may have been written.
func (s *shellAt) complete(line, key string) []string {
	s.t.Helper()
	s.send(line + key + "\x01printf '<%s>\\n' \x05\r")
	shown := s.until("\n" + prompt)
	for _, noise := range []string{"error", "not found", "syntax"} {
		if strings.Contains(shown, noise) {
			s.t.Errorf("%s then completion showed %q", line, shown)
		}
	}
	var words []string
	for _, match := range wordShown.FindAllStringSubmatch(shown, -1) {
		words = append(words, match[1])
	}
	return words
}

// completion is a line, and what it is after a key that completes.
type completion struct{ line, want string }

var completions = map[string]completion{
	"command":       {"trackql que", "trackql query"},
	"flag":          {"trackql query --no", "trackql query --no-pushdown"},
	"format":        {"trackql query --format pa", "trackql query --format parquet"},
	"format, =":     {"trackql query --format=pa", "trackql query --format=parquet"},
	"encoding":      {"trackql query --encoding c", "trackql query --encoding cp932"},
	"configuration": {"trackql query -c tr", "trackql query -c trackql.yaml"},
	"zone":          {"trackql query --timezone Asia/Tok", "trackql query --timezone Asia/Tokyo"},
	"connector":     {"trackql query --source pt=sc", "trackql query --source pt=scarab:"},
	"key":           {"trackql query --source pt=scarab:Pa", "trackql query --source pt=scarab:Path="},
	"path":          {"trackql query --source pt=scarab:Path=iss", "trackql query --source pt=scarab:Path=issues.xml"},
	"second key":    {`trackql query --source pt=scarab:Path=issues.xml\;Val`, "trackql query --source pt=scarab:Path=issues.xml;Validate="},
	"choice":        {`trackql query --source pt=scarab:Path=issues.xml\;Validate=ne`, "trackql query --source pt=scarab:Path=issues.xml;Validate=never"},
	"source":        {"trackql tables -c trackql.yaml p", "trackql tables -c trackql.yaml pt"},
	"table":         {"trackql tables -c trackql.yaml pt.Iss", "trackql tables -c trackql.yaml pt.Issues"},
	"wrong source":  {"trackql tables --source x=nope:y x.", "trackql tables --source x=nope:y x."},
	"wrong file":    {"trackql tables --source x=scarab:Path=nope.xml x.", "trackql tables --source x=scarab:Path=nope.xml x."},
	"wrong config":  {"trackql tables -c issues.xml x", "trackql tables -c issues.xml x"},
}

// configuration writes a trackql.yaml with the source pt.
const configuration = `printf 'sources:\n  pt:\n    connector: scarab\n    path: issues.xml\n' > trackql.yaml`

// bashPackage is where Debian's bash-completion is, which cobra's script relies
// on, and for which ours stands in.
const bashPackage = "/usr/share/bash-completion/bash_completion"

func TestBashCompletes(t *testing.T) {
	tests := maps.Clone(completions)
	tests["several after a semicolon"] = completion{`trackql query --source pt=scarab:Path=x\;M`, "trackql query --source pt=scarab:Path=x;M"}
	profiles := map[string]string{"alone": "", "with bash-completion": "source " + bashPackage + "; "}
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			if _, err := os.Stat(bashPackage); err != nil && profile != "" {
				t.Skipf("apt-get install bash-completion: %v", err)
			}
			s := startShell(t, profile+configuration+`; eval "$(trackql completion bash)"`, "bash", "--norc", "--noprofile", "-i")
			s.check(t, tests, tab)
			s.check(t, map[string]completion{
				"formats": {"trackql query --format ", "trackql query --format table csv json ndjson markdown parquet"},
				"choices": {`trackql query --source pt=scarab:Path=x\;validate=`, "trackql query --source pt=scarab:Path=x;validate=auto always never"},
				"shells":  {"trackql completion ", "trackql completion bash fish powershell zsh"},
			}, every)
			s.t = t
			const line = "trackql doctor --"
			s.send(line + tab + tab + "\x15\r")
			if shown := s.until("\n" + prompt); !strings.Contains(shown, "; else trackql.yaml") || strings.Contains(shown, `\;`) {
				t.Errorf("%s lists %q, want descriptions as they are", line, shown)
			}
		})
	}
}

// check completes each line by a key.
func (s *shellAt) check(t *testing.T, tests map[string]completion, key string) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.t = t
			if diff := cmp.Diff(strings.Fields(test.want), s.complete(test.line, key)); diff != "" {
				t.Errorf("%s and %q (-want +got):\n%s", test.line, key, diff)
			}
		})
	}
}

func TestZshCompletes(t *testing.T) {
	profile := configuration + `; unsetopt prompt_cr prompt_sp; bindkey -e; autoload -U compinit; compinit -u -D; source <(trackql completion zsh)`
	s := startShell(t, profile, "zsh", "-f", "-i")
	s.check(t, completions, tab)
}

func TestFishCompletes(t *testing.T) {
	path := found(t, "fish")
	folder, env := install(t)
	for name, test := range completions {
		t.Run(name, func(t *testing.T) {
			script := configuration + "; trackql completion fish | source; complete -C $argv[1]"
			c := exec.Command(path, "--no-config", "-c", script, test.line)
			c.Dir, c.Env = folder, env
			shown, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("fish: %v\n%s", err, shown)
			}
			want := ""
			if test.want != test.line {
				want = test.want[strings.LastIndexByte(test.want, ' ')+1:]
			}
			first, _, _ := strings.Cut(string(shown), "\n")
			got, _, _ := strings.Cut(first, "\t")
			if got = strings.ReplaceAll(got, `\;`, ";"); got != want {
				t.Errorf("%s offers %q first, want %q", test.line, got, want)
			}
		})
	}
}
