//go:build unix

package rpc_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// patience is how long a test waits for what must come: without it a fault of
// ours would be one of the whole run.
const patience = 2 * time.Minute

// stage is a test with faulty children. When the test ends, nothing may be left
// of them: no process, no zombie, no socket, no file, no goroutine.
type stage struct {
	*testing.T
	host  rpc.Host
	clock *clock
	dir   string
	marks *bufio.Reader
	hold  *os.File // else the marks end before they begin
	// serving counts the children that have told that they serve.
	serving int
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{T: t, clock: newClock(), dir: t.TempDir()}
	s.host = rpc.Host{Clock: s.clock}
	sockets := t.TempDir()
	t.Setenv("TMPDIR", sockets)
	path := filepath.Join(s.dir, "marks")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.hold, err = os.OpenFile(path, os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	if err := in.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	s.marks = bufio.NewReader(in)
	children, goroutines := children(t), goroutines()
	t.Cleanup(func() {
		s.over()
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if now := childrenBut(t, children); len(now) > 0 {
			t.Errorf("children are left: %v", now)
		}
		if left := left(t, sockets); len(left) > 0 {
			t.Errorf("files are left: %v", left)
		}
		awaitGoroutines(t, goroutines)
	})
	return s
}

// over waits until the children and all that they have started are gone, and
// returns how many children have served.
func (s *stage) over() int {
	s.Helper()
	if err := s.hold.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		s.Error(err)
	}
	for {
		if _, err := s.mark(); errors.Is(err, io.EOF) {
			return s.serving
		} else if err != nil {
			s.Errorf("processes are left: the marks never end: %v", err)
			return s.serving
		}
	}
}

// mark returns the next mark of any child.
func (s *stage) mark() (string, error) {
	line, err := s.marks.ReadString('\n')
	if strings.HasPrefix(line, "serving ") {
		s.serving++
	}
	return strings.TrimSpace(line), err
}

// await waits for a mark, and returns the number in it.
func (s *stage) await(mark string) int {
	s.Helper()
	for {
		line, err := s.mark()
		if err != nil {
			s.Fatalf("awaiting the mark %q: %v", mark, err)
		}
		if text, ok := strings.CutPrefix(line, mark); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(text)) // not all have one
			return n
		}
		if text, ok := strings.CutPrefix(line, "error "); ok {
			s.Fatalf("awaiting the mark %q: %s", mark, text)
		}
	}
}

// program is a child that plays a part.
func (s *stage) program(name, part string) rpc.Program {
	p := program(s, name)
	p.Args = append(p.Args, s.dir, part)
	return p
}

// open opens a source in a faulty child that plays a part.
func (s *stage) open(part string) connector.Source {
	s.Helper()
	return open(s, s.host, s.program("faulty", part))
}

// shut closes a source, which must work.
func (s *stage) shut(src connector.Source) {
	s.Helper()
	if err := src.Close(); err != nil {
		s.Errorf("Close() = %v", err)
	}
}

// works reads the table to its end, which must work.
func (s *stage) works(src connector.Source) {
	s.Helper()
	if rows, err := readAll(context.Background(), src); rows != 6 || err != nil {
		s.Errorf("the next Scan gives %d rows and the error %v, want 6 and nil", rows, err)
	}
}

// asRead shows an error as a person reads it.
func asRead(err error, p rpc.Program) string {
	if err == nil {
		return "no error"
	}
	text := fmt.Sprintf("%v: %v\n%s", connector.KindOf(err), err, connector.HintOf(err))
	return strings.ReplaceAll(text, p.Path, "PLUGIN")
}

// background runs f, and returns how to wait for its error.
func background(f func() error) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	return func() error { return <-done }
}

// children returns the processes that this one has started and not waited for:
// zombies are among them.
func children(t testing.TB) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	paths, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ESRCH) { // a thread that ended
			t.Fatal(err)
		}
		for _, pid := range strings.Fields(string(text)) {
			found[pid] = true
		}
	}
	return found
}

func childrenBut(t testing.TB, known map[string]bool) (others []string) {
	t.Helper()
	for pid := range children(t) {
		if !known[pid] {
			others = append(others, pid)
		}
	}
	return others
}

// left returns what is in a folder and below.
func left(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if path != dir {
			names = append(names, strings.TrimPrefix(path, dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// goroutines counts those that belong to children, and shows them.
func goroutines() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var ours []string
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		for _, word := range []string{"/connector/rpc.", "hashicorp/go-plugin", "google.golang.org/grpc"} {
			if strings.Contains(stack, word) {
				ours = append(ours, stack)
				break
			}
		}
	}
	return strings.Join(ours, "\n\n")
}

// awaitGoroutines waits until no more goroutines belong to children than did
// before: those of a closed connection end a moment after it.
func awaitGoroutines(t testing.TB, before string) {
	t.Helper()
	ticks := time.NewTicker(time.Millisecond)
	defer ticks.Stop()
	for range 2000 {
		if strings.Count(goroutines(), "\n\n") <= strings.Count(before, "\n\n") {
			return
		}
		<-ticks.C
	}
	t.Errorf("goroutines are left:\n%s", goroutines())
}

// clock never strikes by itself.
type clock struct {
	mu      sync.Mutex
	changed sync.Cond
	running map[*timer]bool
}

type timer struct {
	clock *clock
	limit time.Duration
	f     func()
}

func newClock() *clock {
	c := &clock{running: map[*timer]bool{}}
	c.changed.L = &c.mu
	return c
}

func (c *clock) AfterFunc(d time.Duration, f func()) rpc.Timer {
	t := &timer{clock: c, f: f}
	t.Reset(d)
	return t
}

func (t *timer) Reset(d time.Duration) bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	was := t.clock.running[t]
	t.limit = d
	t.clock.running[t] = true
	t.clock.changed.Broadcast()
	return was
}

func (t *timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	was := t.clock.running[t]
	delete(t.clock.running, t)
	return was
}

// strike waits until somebody has set a limit, and lets it be over.
func (c *clock) strike(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		for t := range c.running {
			if t.limit == limit {
				delete(c.running, t)
				go t.f()
				return
			}
		}
		c.changed.Wait()
	}
}
