package edit

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"
)

// ErrInterrupted says that Ctrl-C was typed: the text is given up.
var ErrInterrupted = errors.New("interrupted")

// Terminal is what an Editor reads keys from and draws on.
type Terminal interface {
	io.Writer
	// Raw makes the terminal hand over every key at once, and not show it,
	// until restore is called.
	Raw() (restore func() error, err error)
	// Size returns the columns and rows of the screen.
	Size() (columns, rows int)
	// Next waits for input. Where patience is more than 0 and nothing comes
	// within it, the event is empty. Errors are io.EOF at the end of the input,
	// and the cause of ctx.
	Next(ctx context.Context, patience time.Duration) (Event, error)
	// Suspend stops the program as a shell's Ctrl-Z does, and returns when it
	// goes on; where there is no such thing it returns at once.
	Suspend() error
}

// Event is what comes from a terminal.
type Event struct {
	// Input is what was typed; none where nothing was within the patience.
	Input []byte
	// Resized says that the screen has another size now.
	Resized bool
}

// Prompt is what stands before the first line, and before all others.
type Prompt struct{ First, Rest string }

// Config is what an Editor works with. Functions may be nil.
type Config struct {
	Terminal Terminal
	// Colors says that the terminal shows colors, and a person wants them.
	Colors bool
	// Finished tells whether Enter hands the text over, or begins a new line.
	Finished func(text string) bool
	// Highlight returns the styles of a text: spans in order.
	Highlight func(text string) []Span
	// Complete returns what the text could go on with at a position.
	Complete func(text string, at int) Completion
	// History are earlier texts, the oldest first.
	History []string
}

// Editor lets a person write texts, one after the other. It is for one
// goroutine.
type Editor struct {
	config  Config
	history []string
	// input is what was typed and not read yet: it waits for the next text.
	input []byte

	session
}

// session is the writing of one text.
type session struct {
	text
	prompt Prompt
	undo   []text
	// typing says that the last key was text, walking that it went through the
	// history, and moving that it went up or down to the column goal.
	typing, walking, moving bool
	goal                    int
	// entry is which text of the history is shown, and drafts are those left
	// behind changed.
	entry  int
	drafts map[int]string
	menu   *menu
	search *search
	canvas canvas
	ended  bool
	err    error
}

// New returns an editor. It touches no terminal yet.
func New(c Config) *Editor { return &Editor{config: c, history: slices.Clone(c.History)} }

// Remember adds a text to the history.
func (e *Editor) Remember(entry string) {
	if n := len(e.history); n == 0 || e.history[n-1] != entry {
		e.history = append(e.history, entry)
	}
}

// escapePatience is how long an escape character may stand alone before it is
// the key of that name, and no longer the beginning of another one.
const escapePatience = 50 * time.Millisecond

// Read lets a person write a text. Errors are io.EOF after Ctrl-D in an empty
// text or at the end of the input, [ErrInterrupted], the cause of ctx, and those
// of the terminal. The terminal is what it was when Read returns.
func (e *Editor) Read(ctx context.Context, p Prompt) (_ string, err error) {
	restore, err := e.config.Terminal.Raw()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, restore()) }()
	e.session = session{prompt: p, entry: len(e.history), drafts: map[int]string{}}
	e.write(pasteOn)
	for final := false; !e.ended; {
		e.consume(final)
		if e.ended {
			break
		}
		e.draw()
		if final, err = e.wait(ctx); err != nil {
			e.finish(err)
		}
	}
	e.leave()
	if e.err != nil {
		return "", e.err
	}
	return e.s, nil
}

func (e *Editor) finish(err error) { e.ended, e.err = true, err }

// wait waits for more input, and tells whether it may be taken to its end.
func (e *Editor) wait(ctx context.Context) (final bool, err error) {
	patience := time.Duration(0)
	if len(e.input) == 1 && e.input[0] == 0x1b {
		patience = escapePatience
	}
	event, err := e.config.Terminal.Next(ctx, patience)
	e.input = append(e.input, event.Input...)
	return patience > 0 && !event.Resized && len(event.Input) == 0, err
}

// consume takes all keys of the input, until the text has ended.
func (e *Editor) consume(final bool) {
	for len(e.input) > 0 && !e.ended {
		k, n := decode(e.input, final)
		if n == 0 {
			return
		}
		e.input = e.input[n:]
		e.press(k)
	}
}

// press does what a key means.
func (e *Editor) press(k key) {
	switch {
	case k == key{}:
		return
	case e.search != nil && e.pressSearch(k):
		return
	case e.menu != nil && e.pressMenu(k):
		return
	}
	before, typed, moved, walked := e.text, e.typing, e.moving, e.walking
	e.typing, e.moving, e.walking = false, false, false
	switch action, known := actions[k.name]; {
	case k.name == "":
		e.insert(k.text)
		e.typing = true
	case !known:
		return
	default:
		e.goal = map[bool]int{true: e.goal, false: -1}[moved]
		action(e, walked)
	}
	if e.s != before.s && !(typed && e.typing) && k.name != "ctrl+_" {
		e.undo = append(e.undo, before)
	}
}
