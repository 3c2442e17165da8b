package rpc

import (
	"bytes"
	"strings"
	"sync"
)

// lines cuts what is written to it into lines: an end of line may come in a
// later piece. A line is held up to twice lineBytes, so that a secret is seen as
// one that begins in the part that is kept and ends behind it.
type lines struct {
	// each takes a line without its end, and how many bytes of it were dropped.
	each func(line string, surplus int)

	mu      sync.Mutex
	line    []byte
	surplus int
}

// Write never fails.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := p
	for {
		line, next, ended := bytes.Cut(rest, []byte("\n"))
		kept := min(len(line), 2*lineBytes-len(l.line))
		l.line = append(l.line, line[:kept]...)
		l.surplus += len(line) - kept
		if !ended {
			return len(p), nil
		}
		l.end()
		rest = next
	}
}

// flush ends a line that nothing more comes of.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
}

func (l *lines) end() {
	if text := strings.TrimRight(string(l.line), "\r"); text != "" {
		l.each(text, l.surplus)
	}
	l.line, l.surplus = l.line[:0], 0
}
