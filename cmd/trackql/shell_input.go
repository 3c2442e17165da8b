package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
	sqlshell "github.com/trackql/trackql/cmd/trackql/internal/shell"
	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
	"github.com/trackql/trackql/cmd/trackql/internal/shell/history"
	"github.com/trackql/trackql/connector"
)

// reader hands over what a person types: statements and commands, one text
// after the other.
type reader interface {
	// Read returns the next text. Errors are io.EOF, [edit.ErrInterrupted] and
	// the cause of ctx.
	Read(ctx context.Context, p edit.Prompt) (string, error)
	// Remember adds a text to what can be called back.
	Remember(text string)
}

var (
	_ reader = (*edit.Editor)(nil)
	_ reader = (*lineReader)(nil)
)

// lines are the lines of an input, read by a goroutine, so that waiting for one
// can end before it comes.
type lines struct {
	wanted chan struct{}
	read   chan line
	asked  bool
}

type line struct {
	text string // with its line feed
	err  error
}

// newLines begins to read. The caller calls stop; the goroutine ends then, or
// when a line comes that it waits for: nothing can end a read before.
func newLines(r io.Reader) *lines {
	l := &lines{wanted: make(chan struct{}, 1), read: make(chan line, 1)}
	go func() {
		in := bufio.NewReader(r)
		for range l.wanted {
			text, err := in.ReadString('\n')
			l.read <- line{text, err}
		}
	}()
	return l
}

func (l *lines) stop() { close(l.wanted) }

// next returns the next line. The last one may come with io.EOF.
func (l *lines) next(ctx context.Context, interrupts <-chan os.Signal) (string, error) {
	if !l.asked {
		l.asked = true
		l.wanted <- struct{}{}
	}
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-interrupts:
		return "", edit.ErrInterrupted
	case got := <-l.read:
		l.asked = false
		return got.text, got.err
	}
}

// lineReader reads plain lines: without an editor, and, where prompts is nil,
// without a person.
type lineReader struct {
	in         *lines
	prompts    io.Writer
	interrupts <-chan os.Signal
	// number is how many lines were read before the text that is being read, or
	// was last.
	number, after int
}

// Read reads lines until what they are has ended.
func (r *lineReader) Read(ctx context.Context, p edit.Prompt) (string, error) {
	var text strings.Builder
	r.number = r.after
	for prompt := p.First; ; prompt = p.Rest {
		if r.prompts != nil {
			if _, err := io.WriteString(r.prompts, prompt); err != nil {
				return "", err
			}
		}
		line, err := r.in.next(ctx, r.interrupts)
		r.after += strings.Count(line, "\n")
		text.WriteString(line)
		switch {
		case errors.Is(err, io.EOF) && text.Len() > 0:
			return text.String(), nil
		case err != nil:
			if r.prompts != nil {
				_, failed := io.WriteString(r.prompts, "\n")
				err = errors.Join(err, failed)
			}
			return "", err
		case text.Len() == len(line) || strings.Contains(line, ";"):
			if sqlshell.Ended(text.String()) {
				return text.String(), nil
			}
		}
	}
}

// Remember does nothing: there is no way to call a text back.
func (r *lineReader) Remember(string) {}

// deepest is how many scripts may run in one another.
const deepest = 16

// script runs the statements and commands of a text. The first error ends it;
// its place is in the text as a whole.
func (c *conversation) script(ctx context.Context, name string, in io.Reader) error {
	if c.depth++; c.depth > deepest {
		return connector.Errorf(connector.Invalid, "%s: scripts run in one another %d times", name, deepest).
			WithHint(`Look for an \i of a script by itself.`)
	}
	defer func() { c.depth-- }()
	r := &lineReader{in: newLines(in), interrupts: c.interrupts}
	defer r.in.stop()
	for !c.left {
		text, err := r.Read(ctx, edit.Prompt{})
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.number == 0 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if !utf8.ValidString(text) {
			return usage("Save it as UTF-8.", "%s is not UTF-8", name)
		}
		query := report.Query{Name: name, SQL: strings.Repeat("\n", r.number) + text}
		if err := c.take(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// openHistory reads what was asked before. Without it, the shell goes on.
func (c *conversation) openHistory() {
	path, err := history.Path("trackql", c.lookup)
	if err == nil {
		c.past, err = history.Read(path)
	}
	if err != nil {
		report.Query{}.Errors(c.errs, err)
		return
	}
	c.historyPath = path
}

// remember keeps a text for later, unless it begins with a blank. Where the
// file cannot be written, it is said once.
func (c *conversation) remember(text string) {
	entry := strings.TrimRight(text, " \t\r\n")
	if entry == "" || entry != strings.TrimLeft(entry, " \t\r\n") {
		return
	}
	c.reader.Remember(entry)
	if c.historyPath == "" {
		return
	}
	if err := history.Append(c.historyPath, entry); err != nil {
		report.Query{}.Errors(c.errs, err)
		c.historyPath = ""
	}
}
