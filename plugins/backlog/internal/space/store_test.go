package space_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// files returns the files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// priorities asks for the priorities, and returns what was asked of the server.
func priorities(t *testing.T, s *space.Space, server *server) string {
	t.Helper()
	terms, err := s.Terms(t.Context(), server.trip(t), relation.Priorities, nil)
	if err != nil || len(terms) != 2 || terms[0].Name != "High" {
		t.Errorf("Terms = %v, %v", terms, err)
	}
	return server.took()
}

func TestKept(t *testing.T) {
	const asks, keeps = "/priorities", ""
	config := func(dir string, clock *clock) space.Config {
		return space.Config{Base: base, Identity: "me", Dir: dir, TTL: time.Hour, Clock: clock}
	}
	tests := map[string]struct {
		// then changes what the second Space has, or what passes before.
		then func(t *testing.T, cfg *space.Config, clock *clock)
		want string
	}{
		"another process": {func(*testing.T, *space.Config, *clock) {}, keeps},
		"almost too old":  {func(_ *testing.T, _ *space.Config, c *clock) { c.forward(time.Hour - time.Second) }, keeps},
		"too old":         {func(_ *testing.T, _ *space.Config, c *clock) { c.forward(time.Hour) }, asks},
		"too old for it":  {func(_ *testing.T, cfg *space.Config, c *clock) { cfg.TTL = time.Minute; c.forward(time.Minute) }, asks},
		"from the future": {func(_ *testing.T, _ *space.Config, c *clock) { c.forward(-time.Second) }, asks},
		"keeps nothing":   {func(_ *testing.T, cfg *space.Config, _ *clock) { cfg.TTL = 0 }, asks},
		"no folder":       {func(_ *testing.T, cfg *space.Config, _ *clock) { cfg.Dir = "" }, asks},
		"another person":  {func(_ *testing.T, cfg *space.Config, _ *clock) { cfg.Identity = "you" }, asks},
		"another server":  {func(_ *testing.T, cfg *space.Config, _ *clock) { cfg.Base = "https://other.example" }, asks},
		"cut off":         {damage(func(b []byte) []byte { return b[:len(b)/2] }), asks},
		"empty":           {damage(func([]byte) []byte { return nil }), asks},
		"other program":   {damage(func(b []byte) []byte { return bytes.Replace(b, []byte(`"Version":1`), []byte(`"Version":2`), 1) }), asks},
		"other path":      {damage(func(b []byte) []byte { return bytes.Replace(b, []byte(`"/priorities"`), []byte(`"/resolutions"`), 1) }), asks},
		"other shape":     {damage(func(b []byte) []byte { return bytes.Replace(b, []byte(`"id":2`), []byte(`"id":"x"`), 1) }), asks},
		"no list":         {damage(func(b []byte) []byte { return append(b[:bytes.IndexByte(b, '[')], `{}}`...) }), asks},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server, clock, dir := small(), newClock(), t.TempDir()
			first := space.Open(config(dir, clock))
			if got := priorities(t, first, server); got != asks {
				t.Fatalf("first asked %q, want %q", got, asks)
			}
			cfg := config(dir, clock)
			test.then(t, &cfg, clock)
			second := space.Open(cfg)
			if got := priorities(t, second, server); got != test.want {
				t.Errorf("second asked %q, want %q", got, test.want)
			}
			if got := priorities(t, second, server); got != keeps {
				t.Errorf("second asked %q again", got)
			}
			third := space.Open(cfg)
			if got := priorities(t, third, server); got != keeps && cfg.Dir != "" && cfg.TTL > 0 {
				t.Errorf("third asked %q, though the second had kept it", got)
			}
		})
	}
}

// damage changes the only file that there is, and fails where that changes
// nothing.
func damage(change func([]byte) []byte) func(*testing.T, *space.Config, *clock) {
	return func(t *testing.T, cfg *space.Config, _ *clock) {
		t.Helper()
		names := files(t, cfg.Dir)
		if len(names) != 1 {
			t.Fatalf("files: %q, want one", names)
		}
		old, err := os.ReadFile(names[0])
		if err != nil {
			t.Fatal(err)
		}
		changed := change(slices.Clone(old))
		if bytes.Equal(old, changed) {
			t.Fatalf("%s is as it was: %s", names[0], old)
		}
		if err := os.WriteFile(names[0], changed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInMemory(t *testing.T) {
	server, clock := small(), newClock()
	s := space.Open(space.Config{Base: base, Identity: "me", TTL: time.Hour, Clock: clock})
	once := space.Open(space.Config{Base: base, Identity: "me", Clock: clock})
	for i, passes := range []time.Duration{0, time.Minute, 59 * time.Minute, 30 * 24 * time.Hour} {
		clock.forward(passes)
		if asked := priorities(t, s, server); (asked != "") != (i != 1) {
			t.Errorf("after %s: asked %q", passes, asked)
		}
		if asked := priorities(t, once, server); (asked != "") != (i == 0) {
			t.Errorf("without a TTL, after %s: asked %q", passes, asked)
		}
	}
}

// TestNewerFile: what another process has asked meanwhile is taken.
func TestNewerFile(t *testing.T) {
	server, clock, dir := small(), newClock(), t.TempDir()
	one, other := open(dir, clock), open(dir, clock)
	priorities(t, one, server)
	clock.forward(time.Minute)
	server.set("/priorities", `[{"id":2,"name":"Urgent"}]`)
	for _, s := range []*space.Space{other, one} {
		terms, err := s.Refresh(t.Context(), server.trip(t), relation.Priorities, nil)
		if err != nil || len(terms) != 1 || terms[0].Name != "Urgent" {
			t.Errorf("Refresh = %v, %v", terms, err)
		}
	}
	if asked := server.took(); asked != "/priorities" {
		t.Errorf("asked %q, want once", asked)
	}
}

// TestManyAtOnce: those who write a file side by side, without a lock, read
// whole answers.
func TestManyAtOnce(t *testing.T) {
	server, clock, dir := small(), newClock(), t.TempDir()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				clock.forward(moment)
				terms, err := open(dir, clock).Refresh(t.Context(), server.trip(t), relation.People, []int64{1, 2})
				if err != nil || len(terms) != 3 {
					t.Errorf("Refresh = %v, %v", terms, err)
				}
			}
		})
	}
	group.Wait()
	if names := files(t, dir); len(names) != 2 {
		t.Errorf("files: %q, want two", names)
	}
	server.took()
	if _, err := open(dir, clock).Terms(t.Context(), server.trip(t), relation.People, []int64{1, 2}); err != nil || server.took() != "" {
		t.Errorf("the files are not read: %v", err)
	}
}

// moment is when an answer is old enough to be refreshed.
const moment = 10 * time.Second

func TestFilesAreTheOwners(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such permissions")
	}
	dir := filepath.Join(t.TempDir(), "deep", "cache")
	server := small()
	s := open(dir, newClock())
	if _, err := s.Terms(t.Context(), server.trip(t), relation.People, []int64{1, 2}); err != nil {
		t.Fatal(err)
	}
	names := files(t, dir)
	if len(names) != 2 {
		t.Errorf("files: %q, want one for each answer", names)
	}
	for _, name := range names {
		checkMode(t, name, 0o600)
		checkMode(t, filepath.Dir(name), 0o700)
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{secret, "example.backlog.test", "me\x00"} {
			if strings.Contains(name+string(content), hidden) {
				t.Errorf("%s tells %q: %s", name, hidden, content)
			}
		}
	}

	// A folder that others may read is closed before anything is put there.
	if err := os.Chmod(filepath.Dir(names[0]), 0o755); err != nil {
		t.Fatal(err)
	}
	priorities(t, s, server)
	checkMode(t, filepath.Dir(names[0]), 0o700)
}

func checkMode(t *testing.T, name string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", name, got, want)
	}
}

// TestNoPlace: an answer that cannot be kept is an answer all the same.
func TestNoPlace(t *testing.T) {
	tests := map[string]func(t *testing.T, dir string) string{
		"the folder is a file": func(t *testing.T, dir string) string {
			name := filepath.Join(dir, "file")
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return name
		},
		"the file is a folder": func(t *testing.T, dir string) string {
			priorities(t, open(dir, newClock()), small())
			name := files(t, dir)[0]
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(name, "x"), 0o700); err != nil {
				t.Fatal(err)
			}
			return dir
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			dir := prepare(t, t.TempDir())
			var log bytes.Buffer
			s := space.Open(space.Config{
				Base: base, Identity: "me", Dir: dir, TTL: time.Hour, Clock: newClock(),
				Log: slog.New(slog.NewTextHandler(&log, nil)),
			})
			priorities(t, s, small())
			if !strings.Contains(log.String(), "not kept") {
				t.Errorf("log: %q, want a word about it", log.String())
			}
			if info, err := os.Stat(dir); err == nil && info.IsDir() && len(files(t, dir)) > 0 {
				t.Errorf("files remain: %q", files(t, dir))
			}
		})
	}
}
