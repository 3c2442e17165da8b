package registry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/registry"
)

func TestInstall(t *testing.T) {
	from, to := plugins(t, "first", "second"), filepath.Join(t.TempDir(), "new", "folder")
	r := registryOf(t, to)
	for _, name := range []string{"second", "first", "first"} {
		done, err := r.Install(t.Context(), filepath.Join(from, registry.Prefix+name), to)
		if err != nil {
			t.Fatalf("Install(%s) = %v", name, err)
		}
		if want := filepath.Join(to, registry.Prefix+name); done.Path != want || done.Name != name {
			t.Errorf("Install(%s) = %+v, want %s at %s", name, done, name, want)
		}
	}
	list, err := registry.ListInstalled(to)
	if err != nil || len(list) != 2 || list[0].Name != "first" || list[1].Name != "second" || list[0].Fault != nil {
		t.Fatalf("ListInstalled = %+v, %v, want first and second without a fault", list, err)
	}
	if got, err := said(t, r, "first"); err != nil || got != "hello in a child" {
		t.Errorf("an installed plugin says %q, %v", got, err)
	}
	if err := registry.Remove("first", to); err != nil {
		t.Fatal(err)
	}
	if _, err := said(t, r, "first"); err == nil || !strings.Contains(err.Error(), "there is no connector") {
		t.Errorf("a removed plugin = %v, want that it is not there", err)
	}
	if err := registry.Remove("first", to); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Remove of what is not there = %v, want NotFound", err)
	}
	entries, err := os.ReadDir(to)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v, want the lock file and one plugin", entries, err)
	}
}

// TestChanged changes the file of an installed plugin.
func TestChanged(t *testing.T) {
	from, to := plugins(t, "first"), t.TempDir()
	r := registryOf(t, to)
	done, err := r.Install(t.Context(), filepath.Join(from, registry.Prefix+"first"), to)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(done.Path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = said(t, r, "first")
	if err == nil || !strings.Contains(err.Error(), "has changed") || !strings.Contains(err.Error(), done.Checksum) || connector.HintOf(err) == "" {
		t.Errorf("a changed plugin = %v, want that it has changed, with a hint", err)
	}
	if list, err := registry.ListInstalled(to); err != nil || len(list) != 1 || list[0].Fault == nil {
		t.Errorf("ListInstalled = %+v, %v, want a fault", list, err)
	}
	if list := r.List(t.Context()); list[1].Refused == nil {
		t.Errorf("List = %+v, want it refused", list[1])
	}
	if _, err := r.Install(t.Context(), done.Path, to); err != nil { // it is trusted again
		t.Fatal(err)
	}
	if _, err := said(t, r, "first"); err != nil {
		t.Errorf("a plugin pinned again = %v", err)
	}
}

func TestInstallRefuses(t *testing.T) {
	from := plugins(t, "first", "inside", "shout")
	script := filepath.Join(from, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho hello\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	busy, broken, newer := t.TempDir(), t.TempDir(), t.TempDir()
	for path, content := range map[string]string{
		filepath.Join(busy, "trackql.lock.busy"): "",
		filepath.Join(broken, "trackql.lock"):    `{"version": 1, "plugin`,
		filepath.Join(newer, "trackql.lock"):     `{"version": 2, "plugins": {}}`,
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		path, folder string
		kind         connector.Kind
		want         string
	}{
		"not there":       {filepath.Join(from, "nothing"), t.TempDir(), connector.NotFound, "no such file"},
		"a folder":        {from, t.TempDir(), connector.Invalid, "is not a file"},
		"no plugin":       {script, t.TempDir(), connector.Corrupt, `printed "hello" instead of its handshake`},
		"built in":        {filepath.Join(from, registry.Prefix+"inside"), t.TempDir(), connector.Conflict, "inside is built into trackql"},
		"no name":         {filepath.Join(from, registry.Prefix+"shout"), t.TempDir(), connector.Corrupt, `calls itself "LOUD"`},
		"another at work": {filepath.Join(from, registry.Prefix+"first"), busy, connector.Conflict, "another installation is under way"},
		"broken lock":     {filepath.Join(from, registry.Prefix+"first"), broken, connector.Corrupt, "trackql.lock: unexpected EOF"},
		"newer lock":      {filepath.Join(from, registry.Prefix+"first"), newer, connector.Invalid, "has version 2, this trackql reads version 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := registryOf(t).Install(t.Context(), test.path, test.folder)
			if err == nil || !strings.Contains(err.Error(), test.want) || connector.KindOf(err) != test.kind {
				t.Errorf("Install = %v (%v), want %q of Kind %v", err, connector.KindOf(err), test.want, test.kind)
			}
		})
	}
}

// TestUnlisted expects that a folder with a lock file runs what it lists only.
func TestUnlisted(t *testing.T) {
	folder := plugins(t, "first")
	if err := os.WriteFile(filepath.Join(folder, registry.LockFile), []byte(`{"version": 1, "plugins": {}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := said(t, registryOf(t, folder), "first")
	if err == nil || !strings.Contains(err.Error(), "is not in "+filepath.Join(folder, registry.LockFile)) || connector.HintOf(err) == "" {
		t.Errorf("a plugin that the lock does not list = %v, want that, with a hint", err)
	}
}

// TestFalseLock expects that a lock file is not believed what trackql does not
// write: nothing runs by it, and nothing outside its folder is removed.
func TestFalseLock(t *testing.T) {
	sum := "sha256:" + strings.Repeat("0", 64)
	tests := map[string]struct{ lock, want string }{
		"another folder": {`{"version": 1, "plugins": {"first": {"file": "../mine", "checksum": "` + sum + `"}}}`, `the plugin "first" cannot be in the file "../mine"`},
		"no checksum":    {`{"version": 1, "plugins": {"first": {"file": "trackql-plugin-first", "checksum": ""}}}`, `the plugin "first" has the checksum "", which is none`},
		"no version":     {`{"plugins": {}}`, "the version 0 makes no sense"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := plugins(t, "first")
			mine := filepath.Join(filepath.Dir(folder), "mine")
			if err := os.WriteFile(mine, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, registry.LockFile), []byte(test.lock), 0o600); err != nil {
				t.Fatal(err)
			}
			_, running := said(t, registryOf(t, folder), "first")
			for what, err := range map[string]error{"running": running, "removing": registry.Remove("first", folder)} {
				if err == nil || !strings.Contains(err.Error(), test.want) || connector.KindOf(err) != connector.Corrupt {
					t.Errorf("%s = %v, want %q of Kind Corrupt", what, err, test.want)
				}
			}
			if _, err := os.Stat(mine); err != nil {
				t.Errorf("a file of another folder was removed: %v", err)
			}
		})
	}
}
