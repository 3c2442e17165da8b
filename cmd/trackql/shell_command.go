package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/cmd/trackql/internal/report"
	sqlshell "github.com/trackql/trackql/cmd/trackql/internal/shell"
	"github.com/trackql/trackql/connector"
)

// command runs a command of the shell.
func (c *conversation) command(ctx context.Context, cmd sqlshell.Command, query report.Query) error {
	switch cmd.Name {
	case "d":
		return c.describeNames(ctx, cmd.Argument)
	case "explain":
		return c.explainCommand(ctx, cmd, query)
	case "timing":
		return c.turn(cmd, &c.timing, "Timing")
	case "pager":
		return c.turnPager(cmd)
	case "format":
		return c.setFormat(cmd.Argument)
	case "o":
		if cmd.Argument == "" {
			return c.closeFile()
		}
		return c.openFile(cmd.Argument)
	case "i":
		return c.include(ctx, cmd.Argument)
	case "?":
		return c.show(func(w io.Writer) error { sqlshell.Help(w); return nil })
	case "q":
		c.left = true
		return nil
	}
	return cmd.Unknown()
}

// say tells a person what a command has done.
func (c *conversation) say(format string, args ...any) {
	if c.reader != nil {
		fmt.Fprintf(c.errs, format+"\n", args...)
	}
}

func (c *conversation) turn(cmd sqlshell.Command, what *bool, name string) error {
	on, err := cmd.Switch(*what)
	if err != nil {
		return err
	}
	*what = on
	c.say("%s is %s.", name, map[bool]string{true: "on", false: "off"}[on])
	return nil
}

func (c *conversation) turnPager(cmd sqlshell.Command) error {
	if c.pager == nil {
		return nil // a script has none
	}
	if c.pager.command == nil {
		return connector.Errorf(connector.NotFound, "there is no pager").
			WithHint("Install less, or name another program in PAGER.")
	}
	return c.turn(cmd, &c.pager.on, "The pager")
}

// explainCommand explains a statement, or turns explaining on and off.
func (c *conversation) explainCommand(ctx context.Context, cmd sqlshell.Command, query report.Query) error {
	switch strings.ToLower(cmd.Argument) {
	case "", "on", "off":
		return c.turn(cmd, &c.explaining, "Explaining instead of running")
	}
	for _, s := range sqlshell.Statements(query.SQL[cmd.At:]) {
		s.Start += cmd.At
		if err := c.statement(ctx, query, s, !explains.MatchString(s.Text)); err != nil {
			return err
		}
	}
	return nil
}

// setFormat says how results are printed from now on; without a name it says
// how they are.
func (c *conversation) setFormat(name string) error {
	f := c.flags
	if name != "" {
		f.format = name
	}
	options, err := c.printOptions(f, c.setup.config)
	if err != nil {
		return err
	}
	if c.printer != nil {
		if err := c.printer.Close(); err != nil {
			return err
		}
		c.printer = nil
	}
	c.flags = f
	c.say("The format is %s.", options.Format)
	return nil
}

// include runs a script.
func (c *conversation) include(ctx context.Context, path string) error {
	if path == "" {
		return connector.Errorf(connector.Invalid, `\i: there is no file`).WithHint(`Write \i FILE.`)
	}
	file, err := os.Open(path)
	if err != nil {
		return connector.Errorf(connector.NotFound, `\i: %w`, err).WithHint("Check the path.")
	}
	defer file.Close()
	return c.script(ctx, path, file)
}

// show prints something that is no result.
func (c *conversation) show(write func(io.Writer) error) error {
	if c.reader == nil {
		return write(c.out)
	}
	pages := c.pager.page(func(error) {})
	if err := write(pages); err != nil {
		return err
	}
	return pages.finish()
}

// describeNames shows what there is, or what a name is.
func (c *conversation) describeNames(ctx context.Context, name string) error {
	c.screen.measure()
	sources, err := describedSources(ctx, c.session.Session)
	if err != nil {
		return err
	}
	own, err := c.ownTables(ctx)
	if err != nil {
		return err
	}
	for _, t := range own {
		if strings.EqualFold(name, t.Name) || strings.EqualFold(name, connector.QuoteName(t.Name)) {
			return c.show(func(w io.Writer) error { return describeOwn(w, t) })
		}
	}
	if name == "" && len(own) > 0 {
		sources = append(sources, ownSource(own))
	}
	var text bytes.Buffer
	p := *c.program
	p.out = &text
	if err := p.describe(ctx, c.session.Session, sources, "table", name); err != nil {
		return inShell(err)
	}
	// The next step of the command line is another one in here.
	shown := bytes.Replace(text.Bytes(), []byte("next: trackql tables "), []byte(`next: \d `), 1)
	return c.show(func(w io.Writer) error { _, err := w.Write(shown); return err })
}

// ownSource makes the session's tables a source, which is called main in SQL.
func ownSource(own []sqlshell.Table) describe.Source {
	source := describe.Source{Name: "main", Connector: "this session"}
	for _, t := range own {
		source.Tables = append(source.Tables, connector.Table{Name: t.Name, Doc: print.Count(int64(len(t.Columns)), "column")})
	}
	return source
}

// describeOwn shows a table of the session.
func describeOwn(w io.Writer, t sqlshell.Table) error {
	width := 0
	for _, column := range t.Columns {
		width = max(width, print.Width(connector.QuoteName(column.Name)))
	}
	text := connector.QuoteName(t.Name) + " (this session)\n\n"
	for _, column := range t.Columns {
		name := connector.QuoteName(column.Name)
		text += "  " + name + strings.Repeat(" ", width-print.Width(name)+2) + column.Type + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// inShell gives an error the next step that there is in the shell.
func inShell(err error) error {
	if strings.HasPrefix(connector.HintOf(err), "Run trackql tables") {
		return connector.Errorf(connector.KindOf(err), "%w", err).WithHint(`\d alone shows what there is.`)
	}
	return err
}
