package history_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/history"
)

// TestMain is also the program that TestTwoShells starts: it appends entries.
func TestMain(m *testing.M) {
	path, name := os.Getenv("HISTORY"), os.Getenv("HISTORY_NAME")
	if path == "" {
		os.Exit(m.Run())
	}
	for i := range each {
		if err := history.Append(path, name+strconv.Itoa(i)+"\n;"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// each is how many entries each of the two shells appends.
const each = 500

func TestTwoShells(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "trackql", "history")
	var shells []*exec.Cmd
	for _, name := range []string{"a", "b"} {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(self)
		c.Env = append(os.Environ(), "HISTORY="+path, "HISTORY_NAME="+name)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		shells = append(shells, c)
	}
	for _, c := range shells {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	entries := read(t, path)
	for _, name := range []string{"a", "b"} {
		var own []string
		for _, entry := range entries {
			if strings.HasPrefix(entry, name) {
				own = append(own, entry)
			}
		}
		var want []string
		for i := range each {
			want = append(want, name+strconv.Itoa(i)+"\n;")
		}
		if diff := cmp.Diff(want, own); diff != "" {
			t.Errorf("entries of shell %s (-want +got):\n%s", name, diff)
		}
	}
}

func read(t *testing.T, path string) []string {
	t.Helper()
	entries, err := history.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestEntries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if entries := read(t, path); entries != nil {
		t.Errorf("Read(no file) = %q, want nothing", entries)
	}
	want := []string{"SELECT 1;", "SELECT\n  '担当者',\n\t'\\n';", `\d pt.Issues`, "a\r\nb;", `\\`}
	for _, entry := range want {
		if err := history.Append(path, entry); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, read(t, path)); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("the file's mode is %o, want 600", mode)
	}
}

// TestBound appends until the older half is forgotten, and has the newest.
func TestBound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	entry := func(i int) string { return strconv.Itoa(i) + strings.Repeat("x", 100_000) }
	for i := range 60 {
		if err := history.Append(path, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	entries := read(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 3<<20 || len(entries) < 10 {
		t.Errorf("the file has %d bytes and %d entries, want at most 3 MB and at least 10", info.Size(), len(entries))
	}
	for i, got := range slices.Backward(entries) {
		if want := entry(60 - len(entries) + i); got != want {
			t.Fatalf("entry %d is %.10q, want %.10q", i, got, want)
		}
	}
}

func TestPath(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("HOME", folder)
	t.Setenv("USERPROFILE", folder)
	none := func(string) (string, bool) { return "", false }
	tests := map[string]struct {
		lookup func(string) (string, bool)
		want   string
	}{
		"the user's own": {none, filepath.Join(folder, ".local", "state", "trackql", "history")},
		"named": {
			func(name string) (string, bool) { return filepath.Join(folder, "s"), name == "XDG_STATE_HOME" },
			filepath.Join(folder, "s", "trackql", "history"),
		},
		"named, but no whole path": {
			func(name string) (string, bool) { return "s", name == "XDG_STATE_HOME" },
			filepath.Join(folder, ".local", "state", "trackql", "history"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := history.Path("trackql", test.lookup); err != nil || got != test.want {
				t.Errorf("Path = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func FuzzEntries(f *testing.F) {
	for _, seed := range []string{"SELECT 1;", "a\nb", `\`, `\n`, `\\n`, "\r", "担当者\n"} {
		f.Add(seed)
	}
	path := filepath.Join(f.TempDir(), "history")
	f.Fuzz(func(t *testing.T, entry string) {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := history.Append(path, entry); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); entry != "" && (len(got) != 1 || got[0] != entry) {
			t.Errorf("after Append(%q) Read = %q", entry, got)
		}
	})
}
