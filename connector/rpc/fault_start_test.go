//go:build unix

package rpc_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector/rpc"
)

// Hints that several errors have.
const (
	notAPlugin = "\nIs it a TrackQL plugin? Started by hand, one tells what it is."
	noPrinting = "\nIs it a TrackQL plugin? One may print nothing to standard output before it serves."
	anew       = "\nThe next query starts it anew."
	tellAuthor = "\nThe next query starts it anew. If it happens again, tell its author."
)

func TestStillborn(t *testing.T) {
	late := "unavailable: the plugin PLUGIN did not finish its handshake within 10s" + notAPlugin
	tests := map[string]struct {
		hangs time.Duration // until this limit is over
		want  string
	}{
		"silent":  {rpc.HandshakeTimeout, late},
		"nowhere": {rpc.HandshakeTimeout, late},
		"garbage": {0, `corrupt: the plugin PLUGIN printed "Loading configuration ..." instead of its handshake` + noPrinting},
		"binary":  {0, `corrupt: the plugin PLUGIN printed "\x7fELF\x00\xff" instead of its handshake` + noPrinting},
		"endless": {0, `corrupt: the plugin PLUGIN printed "` + strings.Repeat("garbage ", 25)[:199] + `" instead of its handshake` + noPrinting},
		"newer": {0, "invalid: the plugin PLUGIN speaks version 2 of the protocol, this trackql version 1" +
			"\nInstall a newer trackql, or an older release of the plugin."},
		"older": {0, "invalid: the plugin PLUGIN speaks version 0 of the protocol, this trackql version 1" +
			"\nInstall a newer release of the plugin, or have its author build it anew."},
		"foreign": {0, "corrupt: the plugin PLUGIN shakes hands in another way: " +
			"incompatible core API version with plugin. Plugin version: 2, Core version: 1" + notAPlugin},
		"netrpc": {0, `corrupt: the plugin PLUGIN shakes hands in another way: ` +
			`unsupported plugin protocol "netrpc". Supported: [grpc]` + notAPlugin},
		"gone":      {0, "unavailable: the plugin PLUGIN ended amid its handshake: exit status 4" + notAPlugin},
		"closed":    {0, "unavailable: the plugin PLUGIN closed its standard output instead of its handshake" + notAPlugin},
		"exits":     {0, "unavailable: the plugin PLUGIN ended amid its handshake: exit status 0" + notAPlugin},
		"complains": {0, "unavailable: the plugin PLUGIN ended amid its handshake: exit status 3; its last words: faulty: /etc/faulty.conf: no such file" + notAPlugin},
		"panics":    {0, "unavailable: the plugin PLUGIN panicked: no configuration" + notAPlugin},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := s.program("stillborn", name)
			wait := background(func() error { _, err := s.host.Start(context.Background(), p); return err })
			s.await("started")
			if test.hangs > 0 {
				s.await("hanging")
				s.clock.strike(test.hangs)
			}
			if diff := cmp.Diff(test.want, asRead(wait(), p)); diff != "" {
				t.Errorf("Start (-want +got):\n%s", diff)
			}
			s.startsNext()
		})
	}
}

// startsNext starts another plugin, which must work.
func (s *stage) startsNext() {
	s.Helper()
	src := s.open("")
	s.works(src)
	s.shut(src)
}

func TestCancelHandshake(t *testing.T) {
	s := newStage(t)
	p := s.program("stillborn", "silent")
	ctx, cancel := context.WithCancelCause(context.Background())
	wait := background(func() error { _, err := s.host.Start(ctx, p); return err })
	s.await("hanging")
	cancel(errors.New("Ctrl-C"))
	if diff := cmp.Diff("canceled: given up: Ctrl-C\n", asRead(wait(), p)); diff != "" {
		t.Errorf("Start (-want +got):\n%s", diff)
	}
}

func TestNotExecutable(t *testing.T) {
	script := "#!/bin/sh\nexit 0\n"
	tests := map[string]struct {
		content string
		mode    os.FileMode
		want    string
	}{
		"not there": {"", os.ModeIrregular, "not found: the plugin PLUGIN is not there\nRun trackql connectors for the plugins that there are."},
		"a folder":  {"", os.ModeDir | 0o755, "invalid: the plugin PLUGIN is a folder\nName the executable in it."},
		"not executable": {
			script, 0o644,
			"invalid: the plugin PLUGIN may not be run: permission denied\nMake it executable: chmod +x PLUGIN",
		},
		"no interpreter": {
			"#!/nowhere/python9\n", 0o755,
			"invalid: the plugin PLUGIN cannot be started: the interpreter or loader that it names is not there\nIs it an executable for this system?",
		},
		"another architecture": {
			"\x7fELF\x02\x01\x01\x00" + strings.Repeat("\x00", 8) + "\x02\x00\xb6\x00\x01\x00\x00\x00" + strings.Repeat("\x00", 40), 0o755,
			"invalid: the plugin PLUGIN cannot be started: exec format error\nIs it an executable for this system?",
		},
		"a text": {
			"Hello.\n", 0o755,
			"invalid: the plugin PLUGIN cannot be started: exec format error\nIs it an executable for this system?",
		},
		"a script that is no plugin": {
			script, 0o755,
			"unavailable: the plugin PLUGIN ended amid its handshake: exit status 0" + notAPlugin,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := rpc.Program{Path: filepath.Join(s.dir, "plugin")}
			var err error
			switch {
			case test.mode.IsDir():
				err = os.Mkdir(p.Path, test.mode.Perm())
			case test.mode.IsRegular():
				err = writeExecutable(p.Path, test.content, test.mode)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.host.Start(context.Background(), p)
			if diff := cmp.Diff(test.want, asRead(err, p)); diff != "" {
				t.Errorf("Start (-want +got):\n%s", diff)
			}
			s.startsNext()
		})
	}
}

// writeExecutable writes a file that can be run at once: no child that another
// goroutine starts meanwhile may hold it open for writing.
func writeExecutable(path, content string, mode os.FileMode) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, []byte(content), mode)
}

func TestChangedChecksum(t *testing.T) {
	s := newStage(t)
	p := rpc.Program{Path: filepath.Join(s.dir, "plugin"), PinnedBy: "trackql.lock of /plugins"}
	if err := writeExecutable(p.Path, "#!/bin/sh\necho > "+s.dir+"/ran\n", 0o755); err != nil {
		t.Fatal(err)
	}
	var err error
	if p.Checksum, err = rpc.Checksum(p.Path); err != nil {
		t.Fatal(err)
	}
	if err := writeExecutable(p.Path, "#!/bin/sh\necho evil > "+s.dir+"/ran\n", 0o755); err != nil {
		t.Fatal(err)
	}
	changed, err := rpc.Checksum(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	want := "invalid: the plugin PLUGIN has changed: its checksum is " + changed + ", trackql.lock of /plugins has " + p.Checksum +
		"\nIf you changed it, run trackql plugin install PLUGIN again; if not, find out who did."
	_, err = s.host.Start(context.Background(), p)
	if diff := cmp.Diff(want, asRead(err, p)); diff != "" {
		t.Errorf("Start (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "ran")); err == nil {
		t.Error("the changed plugin was run")
	}
}
