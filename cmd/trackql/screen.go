package main

import (
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
)

// screen is the standard output and the standard error, which may be the same
// terminal: what is written to one takes the line of progress away first.
type screen struct {
	out, errs io.Writer

	// outWidth and errWidth are the columns of a terminal; 0 is no terminal.
	outWidth, errWidth int

	mu   sync.Mutex
	line *report.Progress // nil while there is none
	// inLine says that the terminal's last line was begun, and not ended.
	inLine bool
}

func newScreen(out, errs io.Writer) *screen {
	s := &screen{outWidth: terminalWidth(out), errWidth: terminalWidth(errs)}
	s.out = &screenWriter{s, out, s.outWidth > 0, true}
	s.errs = &screenWriter{s, errs, s.errWidth > 0, false}
	return s
}

// terminalWidth returns the columns of the terminal that w is, 0 where it is
// none.
func terminalWidth(w any) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}

// screenWriter writes to one of the screen's streams.
type screenWriter struct {
	screen           *screen
	w                io.Writer
	terminal, output bool
}

func (w *screenWriter) Write(p []byte) (int, error) {
	s := w.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.terminal && len(p) > 0 {
		if s.line != nil {
			s.line.Clear()
		}
		if s.inLine && !w.output { // an error begins a line of its own
			if _, err := io.WriteString(w.w, "\n"); err != nil {
				return 0, err
			}
		}
		s.inLine = p[len(p)-1] != '\n'
	}
	n, err := w.w.Write(p)
	if err != nil && w.output && closedPipe(err) {
		err = errClosedPipe
	}
	return n, err
}

const (
	// quiet is how many ticks pass before progress is shown: short queries show
	// none.
	quiet = 3
	tick  = 200 * time.Millisecond
)

// showProgress shows on a terminal how far the scans are, until stop is
// called. It writes nothing where the standard error is no terminal.
func (s *screen) showProgress(scans func() []report.Scan) (stop func()) {
	if s.errWidth == 0 {
		return func() {}
	}
	ticker := time.NewTicker(tick)
	s.mu.Lock()
	s.line = report.NewProgress(s.errs.(*screenWriter).w, s.errWidth)
	s.mu.Unlock()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		s.follow(ticker.C, done, scans)
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-ended
	}
}

// follow rewrites the line at each tick.
func (s *screen) follow(ticks <-chan time.Time, done <-chan struct{}, scans func() []report.Scan) {
	for n := 1; ; n++ {
		select {
		case <-done:
			s.update(nil)
			return
		case <-ticks:
			if n > quiet {
				s.update(scans())
			}
		}
	}
}

func (s *screen) update(scans []report.Scan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(scans) == 0 {
		s.line.Clear()
		return
	}
	if !s.inLine {
		s.line.Show(scans)
	}
}
