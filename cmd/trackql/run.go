package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/registry"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/scarab"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1   // the query or its source
	exitUsage       = 2   // wrong flags, configuration or connection string
	exitInterrupted = 130 // Ctrl-C
)

// program is one run of the command: its streams, and what it is built of.
type program struct {
	in         io.Reader
	out, errs  io.Writer
	screen     *screen
	lookup     configs.Lookup
	connectors []connector.Connector // built in
	registry   *registry.Registry
	path       string // of this program; "" is what the system says
}

// log returns the log for people: what is worth a warning.
func (p *program) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.errs, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// run runs the command and returns its exit code. Ctrl-C ends it in order; a
// second one at once.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of Write, not our end
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	s := newScreen(out, errs)
	p := &program{
		in: in, out: s.out, errs: s.errs, screen: s,
		lookup:     os.LookupEnv,
		connectors: []connector.Connector{scarab.New(), backlog.New()},
	}
	p.registry = p.newRegistry()
	root := p.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return p.exit(ctx, errors.Join(err, p.registry.Close()))
}

// exit writes err for a person and returns the exit code.
func (p *program) exit(ctx context.Context, err error) int {
	switch {
	case err == nil, errors.Is(err, errClosedPipe):
		return exitDone
	case ctx.Err() != nil:
		return exitInterrupted
	}
	var asked report.Query
	var inQuery *queryError
	if errors.As(err, &inQuery) {
		asked = inQuery.query
	}
	asked.Errors(p.errs, err)
	var wrong *usageError
	if errors.As(err, &wrong) {
		return exitUsage
	}
	return exitFailed
}

// usageError is a mistake in flags, configuration or connection strings.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage makes a usageError of a message and a hint.
func usage(hint, format string, args ...any) error {
	return &usageError{connector.Errorf(connector.Invalid, format, args...).WithHint("%s", hint)}
}

// queryError is an error with the text that it points into.
type queryError struct {
	query report.Query
	err   error
}

func (e *queryError) Error() string { return e.err.Error() }
func (e *queryError) Unwrap() error { return e.err }

// errClosedPipe says that nobody reads the standard output any more.
var errClosedPipe = errors.New("standard output: closed pipe")
