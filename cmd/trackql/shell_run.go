package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/trackql/trackql/cmd/trackql/internal/outfile"
	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/cmd/trackql/internal/report"
	sqlshell "github.com/trackql/trackql/cmd/trackql/internal/shell"
	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
)

// conversation is a session with somebody who asks one thing after the other: a
// person, or a script.
type conversation struct {
	*program
	setup   *setup
	session *session
	names   sqlshell.Names
	flags   queryFlags // how to print: \format changes it
	now     func() time.Time

	timing, explaining, left bool
	depth                    int // of scripts in one another
	file                     *resultFile
	printer                  *print.Printer // of a script, for all its results

	// These are for a person.
	reader      reader
	interrupts  chan os.Signal
	pager       *pager
	past        []string
	historyPath string
}

// resultFile is what results are written to.
type resultFile struct {
	*outfile.File
	path    string
	options print.Options
	printer *print.Printer
}

// take runs a text: a command, or statements one after the other.
func (c *conversation) take(ctx context.Context, query report.Query) error {
	if command, ok := sqlshell.ParseCommand(query.SQL); ok {
		return c.command(ctx, command, query)
	}
	for _, s := range sqlshell.Statements(query.SQL) {
		err := c.statement(ctx, query, s, c.explaining && canExplain.MatchString(s.Text))
		if err != nil && !errors.Is(err, errPagerLeft) {
			return err
		}
	}
	return nil
}

var (
	// canExplain matches statements that ask sources for something.
	canExplain = regexp.MustCompile(`(?i)^\s*(select|from|with|values|table|pivot|unpivot|\()`)
	// changesNames matches statements after which there may be other names.
	changesNames = regexp.MustCompile(`(?i)^\s*(create|drop|alter|attach|detach|use|load|import)\b`)
)

// statement runs one statement of a text, or explains it.
func (c *conversation) statement(ctx context.Context, query report.Query, s sqlshell.Statement, explain bool) error {
	running, stop := c.interruptible(ctx)
	defer stop(nil)
	sql := s.In(query.SQL)
	if explain {
		sql, query.Before = "EXPLAIN\n"+sql, 1
	}
	out, err := c.begin(stop)
	if err != nil {
		return err
	}
	began := c.now()
	r := runner{program: out.program, session: c.session, printer: out.printer, format: out.options.Format, query: query}
	err = r.results(running, sql)
	took := c.now().Sub(began)
	switch why := context.Cause(running); {
	case err != nil && why != nil:
		err = why
	case err != nil && !errors.Is(err, errClosedPipe):
		err = &queryError{query, err}
	}
	err = errors.Join(err, out.end(err))
	if c.timing && err == nil {
		fmt.Fprintf(c.errs, "Time: %s\n", shownTime(took))
	}
	if err == nil && c.reader != nil && changesNames.MatchString(s.Text) {
		return c.readNames(ctx)
	}
	return err
}

// results prints the results of a text, and leaves the output open for more.
func (r *runner) results(ctx context.Context, sql string) error {
	stop := r.screen.showProgress(r.scans)
	defer stop()
	for result, err := range r.session.Run(ctx, sql, nil) {
		if err != nil {
			return err
		}
		if err := r.result(result); err != nil {
			return err
		}
	}
	return nil
}

// shownTime shows how long something took, in units that people compare.
func shownTime(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// interruptible returns a context that Ctrl-C ends, or stop with a cause. Who
// calls it calls stop, which may be called again.
func (c *conversation) interruptible(ctx context.Context) (_ context.Context, stop context.CancelCauseFunc) {
	running, cancel := context.WithCancelCause(ctx)
	select {
	case <-c.interrupts: // it was for something that has ended
	default:
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-c.interrupts:
			cancel(edit.ErrInterrupted)
		case <-running.Done():
		}
	}()
	return running, func(cause error) {
		cancel(cause)
		<-ended
	}
}

// output is where the results of one statement go.
type output struct {
	*program // with its streams
	options  print.Options
	printer  *print.Printer
	// end ends the output, after all was printed or failed with an error, and
	// returns an error of its own.
	end func(error) error
}

// begin returns where the next statement's results go: a file, a script's
// output, or the screen, where stop ends the statement when nobody looks on.
func (c *conversation) begin(stop context.CancelCauseFunc) (*output, error) {
	c.screen.measure()
	if c.file != nil {
		return &output{c.program, c.file.options, c.file.printer, c.endFile}, nil
	}
	options, err := c.printOptions(c.flags, c.setup.config)
	if err != nil {
		return nil, err
	}
	options.Zone = c.setup.zone
	if c.reader == nil {
		if c.printer == nil {
			c.printer = print.New(c.out, options)
		}
		return &output{c.program, options, c.printer, func(err error) error { return nil }}, nil
	}
	return c.onScreen(options, stop), nil
}

// measure looks again how wide the screen is: a person may have changed that.
func (s *screen) measure() {
	s.outWidth, s.errWidth = terminalWidth(s.out.(*screenWriter).w), terminalWidth(s.errs.(*screenWriter).w)
}

// onScreen prints for a person: through the pager, and warnings below the rows.
func (c *conversation) onScreen(options print.Options, stop context.CancelCauseFunc) *output {
	pages := c.pager.page(stop)
	warnings := &strings.Builder{}
	p := *c.program
	p.out, p.errs = pages, warnings
	printer := print.New(pages, options)
	return &output{&p, options, printer, func(err error) error {
		closed := error(nil)
		if err == nil {
			closed = printer.Close()
		}
		if err == nil && !pages.written && warnings.Len() == 0 {
			warnings.WriteString("Done.\n")
		}
		shown := pages.finish()
		_, told := io.WriteString(c.errs, warnings.String())
		return errors.Join(closed, shown, told)
	}}
}

// endFile gives a file up whose rows are not whole.
func (c *conversation) endFile(err error) error {
	if err == nil {
		return nil
	}
	file := c.file
	c.file = nil
	fmt.Fprintf(c.errs, "%s is not written, as its rows would not be whole.\n", file.path)
	return file.Discard()
}

// openFile sends results to a file from now on.
func (c *conversation) openFile(path string) error {
	if err := c.closeFile(); err != nil {
		return err
	}
	f := c.flags
	f.output = path
	if _, known := formatOf(path); known {
		f.format = "" // the name says it, whatever the screen shows
	}
	options, err := c.printOptions(f, c.setup.config)
	if err != nil {
		return err
	}
	options.Zone = c.setup.zone
	file, err := outfile.Create(path)
	if err != nil {
		return usage(`Check the path after \o.`, "%w", err)
	}
	c.file = &resultFile{file, path, options, print.New(file, options)}
	return nil
}

// closeFile has the file appear that results went to.
func (c *conversation) closeFile() error {
	file := c.file
	if file == nil {
		return nil
	}
	c.file = nil
	if err := errors.Join(file.printer.Close(), file.Commit()); err != nil {
		return errors.Join(err, file.Discard())
	}
	if c.reader != nil {
		fmt.Fprintf(c.errs, "%s is written.\n", file.path)
	}
	return nil
}

// close ends what is open, after a conversation that ended with err.
func (c *conversation) close(err error) error {
	if err != nil && c.file != nil {
		return c.endFile(err)
	}
	if err != nil || c.printer == nil {
		return c.closeFile()
	}
	return errors.Join(c.closeFile(), c.printer.Close())
}
