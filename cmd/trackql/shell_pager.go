package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/configs"
)

// errPagerLeft says that the person has left the pager: the query ends with it,
// and there is nothing to tell.
var errPagerLeft = errors.New("the pager was left")

// pager is the program that shows what is longer than the screen.
type pager struct {
	program *program
	command []string // none where there is no such program
	on      bool
}

// newPager finds the pager: PAGER, else less where it is installed.
func newPager(p *program, lookup configs.Lookup) *pager {
	text, given := lookup("PAGER")
	if !given {
		text = "less"
	}
	command := strings.Fields(text)
	if len(command) == 0 {
		return &pager{program: p}
	}
	if _, err := exec.LookPath(command[0]); err != nil && !strings.Contains(command[0], "=") {
		return &pager{program: p}
	}
	if _, err := exec.LookPath("sh"); err == nil {
		command = []string{"sh", "-c", text}
	}
	return &pager{program: p, command: command, on: true}
}

// page returns what shows the output of one statement. It calls stop with
// errPagerLeft when the person leaves the pager.
func (p *pager) page(stop context.CancelCauseFunc) *pages {
	screen, ok := p.program.screen.out.(*screenWriter).w.(*os.File)
	g := &pages{pager: p, stop: stop, through: !p.on || !ok, terminal: screen}
	if !g.through {
		width, height, err := term.GetSize(int(screen.Fd()))
		g.width, g.height, g.through = width, height, err != nil || width <= 0 || height <= 0
	}
	return g
}

// pages is the output of one statement: held back until it is longer than the
// screen, or ends. Then it goes to the pager, or to the screen.
type pages struct {
	*pager
	stop          context.CancelCauseFunc
	terminal      *os.File
	width, height int
	// through says that everything goes to the screen at once, written that
	// there is something.
	through, written bool

	held []byte
	seen int // bytes of held whose rows are counted
	rows int

	input io.WriteCloser // of the pager, once it runs
	gone  chan struct{}  // closed when it has ended
}

func (g *pages) Write(p []byte) (int, error) {
	g.written = g.written || len(p) > 0
	switch {
	case g.through:
		return g.program.out.Write(p)
	case g.input != nil:
		if _, err := g.input.Write(p); err != nil {
			return 0, errPagerLeft
		}
		return len(p), nil
	}
	g.held = append(g.held, p...)
	if g.long() {
		if err := g.start(); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// longestHeld is how many bytes are held back at most.
const longestHeld = 1 << 20

// long tells whether what is held is longer or wider than the screen.
func (g *pages) long() bool {
	for {
		n := bytes.IndexByte(g.held[g.seen:], '\n')
		if n < 0 {
			return len(g.held) > longestHeld
		}
		line := string(g.held[g.seen : g.seen+n])
		g.seen += n + 1
		if g.rows++; g.rows >= g.height || print.Width(line) > g.width {
			return true
		}
	}
}

// start starts the pager with what is held. Where that cannot be, everything
// goes to the screen.
func (g *pages) start() error {
	c := exec.Command(g.command[0], g.command[1:]...)
	c.Stdout, c.Stderr, c.Env = g.terminal, g.terminal, g.environment()
	input, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		g.through = true
		return g.release()
	}
	g.program.screen.lend(true)
	g.input, g.gone = input, make(chan struct{})
	go func() {
		defer close(g.gone)
		c.Wait() //nolint:errcheck // how a pager ends says nothing about the query
		g.stop(errPagerLeft)
	}()
	held := g.held
	g.held = nil
	if _, err := input.Write(held); err != nil {
		return errPagerLeft
	}
	return nil
}

// environment is the pager's: without settings of the person's own, less leaves
// what it showed on the screen, cuts long lines instead of breaking them, and
// ends by itself where all fits.
func (g *pages) environment() []string {
	env := os.Environ()
	for _, setting := range []string{"LESS=SRXF", "LESSCHARSET=utf-8"} {
		name, _, _ := strings.Cut(setting, "=")
		if _, given := g.program.lookup(name); !given {
			env = append(env, setting)
		}
	}
	return env
}

// release writes what is held to the screen.
func (g *pages) release() error {
	held := g.held
	g.held = nil
	_, err := g.program.out.Write(held)
	return err
}

// finish shows what is left, and waits for the person to leave the pager.
func (g *pages) finish() error {
	if g.input == nil {
		return g.release()
	}
	g.input.Close() //nolint:errcheck // the pager may have ended before
	<-g.gone
	g.program.screen.lend(false)
	return nil
}

// lend leaves the terminal to another program: no progress is shown until it is
// given back.
func (s *screen) lend(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if away && s.line != nil {
		s.line.Clear()
	}
	s.inLine = away
}
