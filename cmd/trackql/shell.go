package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/cmd/trackql/internal/report"
	sqlshell "github.com/trackql/trackql/cmd/trackql/internal/shell"
	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
)

const shellLong = `Ask one query after the other, with history, completion and colors.

A statement runs at its semicolon. Lines that begin with \ are commands: \? lists
them. What a statement makes (CREATE TABLE, SET, macros) lasts until the end.

Where the standard input is no terminal, statements and commands are read from
it without prompts, and the first error ends it, as it does in trackql query.`

// shellFlags are the flags of trackql shell.
type shellFlags struct {
	queryFlags
	noHistory bool
}

func (p *program) shellCommand() *cobra.Command {
	f := shellFlags{queryFlags: queryFlags{toFile: `In the shell, \o FILE.parquet writes one.`}}
	cmd := &cobra.Command{
		Use:   "shell",
		Short: "Ask queries interactively",
		Long:  shellLong,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.shell(cmd.Context(), f)
		},
	}
	f.add(cmd)
	f.addLimit(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "the `FORMAT`: "+strings.Join(print.Formats(), ", ")+"; a table on a terminal, else csv")
	flags.StringVar(&f.encoding, "encoding", "", "the `ENCODING` of text: "+strings.Join(print.Encodings(), ", "))
	flags.BoolVar(&f.noPushdown, "no-pushdown", false, "fetch every table whole: the same answers, slower")
	flags.BoolVar(&f.noHistory, "no-history", false, "neither read nor write the file of earlier statements")
	return cmd
}

func (p *program) shell(ctx context.Context, f shellFlags) (err error) {
	s, setupErr := p.setup(ctx, f.sourceFlags)
	_, err = p.printOptions(f.queryFlags, s.config)
	if err := joinUsage(setupErr, err); err != nil {
		return err
	}
	session, err := p.open(ctx, s, f.noPushdown)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	c := &conversation{program: p, setup: s, session: session, flags: f.queryFlags, now: time.Now}
	defer func() { err = errors.Join(err, c.close(err)) }()
	input, interactive := p.in.(*os.File)
	if !interactive || !term.IsTerminal(int(input.Fd())) {
		return c.script(ctx, report.QueryFile, p.in)
	}
	return c.talk(ctx, input, f.noHistory)
}

// talk answers a person until that leaves, or the terminal goes away.
func (c *conversation) talk(ctx context.Context, input *os.File, noHistory bool) error {
	whole := ctx
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	c.interrupts = make(chan os.Signal, 1)
	signal.Reset(os.Interrupt) // it ends a query now, and not the program
	signal.Notify(c.interrupts, os.Interrupt)
	c.greet(ctx)
	if !noHistory {
		c.openHistory()
	}
	c.reader = c.newReader(input)
	c.pager = newPager(c.program, c.lookup)
	err := c.answer(ctx)
	if ctx.Err() != nil && whole.Err() == nil { // a hang-up: nobody is there to be told
		return nil
	}
	return err
}

// answer runs what is typed until the end of the input.
func (c *conversation) answer(ctx context.Context) error {
	for !c.left {
		text, err := c.reader.Read(ctx, c.prompt())
		switch {
		case errors.Is(err, edit.ErrInterrupted):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		c.remember(text)
		if err := c.take(ctx, report.Query{Name: report.QueryFile, SQL: text}); err != nil {
			if err := c.tell(ctx, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell writes an error for a person, and returns it where it ends the shell.
func (c *conversation) tell(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, errClosedPipe) {
		return err
	}
	if errors.Is(err, edit.ErrInterrupted) {
		fmt.Fprintln(c.errs, "\nCanceled.")
		return nil
	}
	c.exit(ctx, err)
	return nil
}

// prompt shows what is special about what comes next.
func (c *conversation) prompt() edit.Prompt {
	first := "trackql> "
	switch {
	case c.explaining:
		first = "explain> "
	case c.file != nil:
		first = "to file> "
	}
	return edit.Prompt{First: first, Rest: "    ...> "}
}

// greet says where one is, and reads the names for completion.
func (c *conversation) greet(ctx context.Context) {
	var sources []string
	if err := c.readNames(ctx); err != nil {
		report.Query{}.Errors(c.errs, fmt.Errorf("completion does not know the tables: %w", err))
	}
	for _, s := range c.names.Sources {
		sources = append(sources, fmt.Sprintf("%s (%s)", s.Name, s.Connector))
	}
	about := "There is no source; trackql help sources tells how to name one."
	if len(sources) > 0 {
		about = "The sources are " + strings.Join(sources, ", ") + `: \d shows their tables.`
	}
	fmt.Fprintf(c.out, "The TrackQL shell. SQL ends with a semicolon; \\? is help, \\q leaves.\n%s\n", about)
}

// newReader returns an editor, or, on a terminal that can do too little for it,
// a reader of plain lines.
func (c *conversation) newReader(input *os.File) reader {
	kind, _ := c.lookup("TERM")
	out, ok := c.screen.out.(*screenWriter).w.(*os.File)
	if !ok || c.screen.outWidth == 0 || kind == "dumb" {
		// Not through the screen: the person's Enter ends the line of a prompt.
		prompts := c.screen.errs.(*screenWriter).w
		return &lineReader{in: newLines(input), prompts: prompts, interrupts: c.interrupts}
	}
	plain, _ := c.lookup("NO_COLOR")
	return edit.New(edit.Config{
		Terminal:  edit.NewTTY(input, out, c.out),
		Colors:    plain == "",
		Finished:  sqlshell.Ended,
		Highlight: func(text string) []edit.Span { return c.names.Highlight(text) },
		Complete:  func(text string, at int) edit.Completion { return c.names.Complete(text, at) },
		History:   c.past,
	})
}
