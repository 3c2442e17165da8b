package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/term"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/emulator"
)

// sitting is a person at a shell: it types, and sees a screen of 80 by 24.
type sitting struct {
	t             *testing.T
	cmd           *exec.Cmd
	master, slave *os.File
	before        *term.State // of the terminal

	mu      sync.Mutex
	changed *sync.Cond
	screen  *emulator.Screen
	ended   bool
}

// sit starts the shell on a pseudo terminal of its own, and waits for its prompt.
// The state folder, where the history is, is among the settings.
func sit(t *testing.T, settings []string, args ...string) *sitting {
	t.Helper()
	s := &sitting{t: t, screen: emulator.New(80, 24)}
	s.changed = sync.NewCond(&s.mu)
	s.master, s.slave = terminal(t, 80)
	t.Cleanup(func() { s.slave.Close() }) //nolint:errcheck // a test may have closed it
	var err error
	if s.before, err = term.GetState(int(s.slave.Fd())); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "trackql")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(link, append([]string{"shell"}, args...)...)
	s.cmd.Env = append(os.Environ(), "TZ=UTC", "TERM=xterm", "NO_COLOR=", "PAGER=")
	s.cmd.Env = append(s.cmd.Env, settings...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.slave, s.slave, s.slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.watch()
	s.see("\ntrackql>\n")
	return s
}

// watch keeps the screen up to date, until the terminal goes away.
func (s *sitting) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.master.Read(buffer)
		s.mu.Lock()
		s.screen.Write(buffer[:n]) //nolint:errcheck // it takes everything
		s.ended = err != nil
		s.changed.Broadcast()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// patience is how long a test waits before it has failed.
const patience = time.Minute

// see waits until the screen ends in a text, and returns the screen.
func (s *sitting) see(text string) string {
	s.t.Helper()
	return s.until("ends in "+text, func(screen string) bool { return strings.HasSuffix("\n"+screen, text) })
}

// spot waits until the screen holds a text somewhere.
func (s *sitting) spot(text string) {
	s.t.Helper()
	s.until("holds "+text, func(screen string) bool { return strings.Contains(screen, text) })
}

func (s *sitting) until(what string, is func(screen string) bool) string {
	s.t.Helper()
	late := false
	timer := time.AfterFunc(patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !is(s.screen.String()) {
		if late || s.ended {
			s.t.Fatalf("the screen never %s\n%s", what, s.screen)
		}
		s.changed.Wait()
	}
	return s.screen.String()
}

// enter types keys.
func (s *sitting) enter(keys string) {
	s.t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// ask types a line, and waits for what the screen ends in then.
func (s *sitting) ask(line, want string) {
	s.t.Helper()
	s.enter(line + "\r")
	s.see(want + "trackql>\n")
}

// leave types Ctrl-D and checks the end.
func (s *sitting) leave() {
	s.t.Helper()
	s.enter("\x04")
	s.exits(0)
}

// exits waits for the end of the shell, and checks that the terminal is what it
// was.
func (s *sitting) exits(code int) {
	s.t.Helper()
	var exit *exec.ExitError
	if err := s.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	if got := s.cmd.ProcessState.ExitCode(); got != code {
		s.t.Errorf("exit code %d, want %d\n%s", got, code, s.screen)
	}
	after, err := term.GetState(int(s.slave.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if !reflect.DeepEqual(after, s.before) {
		s.t.Errorf("the terminal is %+v after the shell, want %+v", after, s.before)
	}
}

func stateFolder(t *testing.T) []string { return []string{"XDG_STATE_HOME=" + t.TempDir()} }

// executable writes a script and returns its path.
func executable(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pager")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	return path
}
