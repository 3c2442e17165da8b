package edit

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

var _ Terminal = (*TTY)(nil)

// TTY is the terminal that the program runs in.
type TTY struct {
	in  *os.File
	out io.Writer
	// size is the terminal whose size counts.
	size *os.File

	// wanted and input belong to the goroutine that reads: it reads when it is
	// asked to, so that what is typed while something else runs is left to that.
	wanted  chan struct{}
	input   chan chunk
	pending bool // it was asked, and has not answered
	resized chan os.Signal
	raw     *term.State // what it was before, while it is raw
}

type chunk struct {
	bytes []byte
	err   error
}

// NewTTY returns the terminal that in and size are; what is drawn goes to out.
// The goroutine that reads from it ends with the program, as nothing can end a
// read of a terminal before.
func NewTTY(in, size *os.File, out io.Writer) *TTY {
	t := &TTY{in: in, out: out, size: size, wanted: make(chan struct{}, 1), input: make(chan chunk, 1), resized: make(chan os.Signal, 1)}
	watchSize(t.resized)
	go t.read()
	return t
}

// read reads a chunk whenever one is wanted.
func (t *TTY) read() {
	for range t.wanted {
		buffer := make([]byte, 4096)
		n, err := t.in.Read(buffer)
		t.input <- chunk{buffer[:n], err}
	}
}

// Write writes to the screen.
func (t *TTY) Write(p []byte) (int, error) { return t.out.Write(p) }

// Raw has the terminal hand over every key.
func (t *TTY) Raw() (restore func() error, err error) {
	if t.raw, err = term.MakeRaw(int(t.in.Fd())); err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	shown, err := showSequences(t.size)
	if err != nil {
		return nil, fmt.Errorf("terminal: %w", joined(err, t.restore()))
	}
	return func() error { return joined(shown(), t.restore()) }, nil
}

func (t *TTY) restore() error {
	if err := term.Restore(int(t.in.Fd()), t.raw); err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	return nil
}

func joined(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Size returns the columns and rows of the screen.
func (t *TTY) Size() (columns, rows int) {
	columns, rows, err := term.GetSize(int(t.size.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// Next waits for input.
func (t *TTY) Next(ctx context.Context, patience time.Duration) (Event, error) {
	if !t.pending {
		t.pending = true
		t.wanted <- struct{}{}
	}
	var expired <-chan time.Time
	if patience > 0 {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-ctx.Done():
		return Event{}, context.Cause(ctx)
	case <-expired:
		return Event{}, nil
	case <-t.resized:
		return Event{Resized: true}, nil
	case c := <-t.input:
		t.pending = false
		return Event{Input: c.bytes}, c.err
	}
}

// Suspend stops the program until it is told to go on.
func (t *TTY) Suspend() error {
	if err := t.restore(); err != nil {
		return err
	}
	if err := stopSelf(); err != nil {
		return fmt.Errorf("suspend: %w", err)
	}
	_, err := t.Raw()
	return err
}
