package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/demo"
)

// demoFolder is where the tour leaves its files.
const demoFolder = "demo"

// demoWidth is how wide the tour's tables are where there is no terminal.
const demoWidth = 100

const demoLong = `Show what trackql can do, on the issues of a made-up team: two hundred of them,
in Japanese and English. The tour works offline, takes seconds, and leaves its
files in the folder demo, with a trackql.yaml, to play with.`

func (p *program) demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Take a tour on issues of a made-up team",
		Long:  demoLong,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.demo(cmd.Context())
		},
	}
	cmd.AddCommand(p.demoBacklogCommand())
	return cmd
}

// stop is one stop of the tour: a command that the program runs, and how it
// should end.
type stop struct {
	title string
	args  []string
	exit  int
	after string // what to say about what was seen
}

var (
	demoConfig = []string{"-c", demoFolder + "/" + demo.Config}
	demoBroken = demoFolder + "/" + demo.Broken
)

// tour is what the demo shows. Its SQL has no character that is special between
// double quotes in a shell, so that what is printed can be copied.
func tour() []stop {
	return []stop{
		{
			title: "Who has what open",
			args:  asked("query", demoConfig, demo.Open),
			after: "open_issues is a saved query of demo/trackql.yaml.",
		},
		{
			title: "The oldest blockers: how many open issues wait for them, over how many steps",
			args:  asked("query", demoConfig, demo.Blockers),
		},
		{
			title: "What a filter leaves unread",
			args:  asked("explain", append([]string{"--analyze"}, demoConfig...), demo.Filter),
			after: "What the source does not take, DuckDB filters; it filters all else again, too.",
		},
		{
			title: "A file that somebody edited by hand",
			args:  asked("query", []string{"--source", "b=scarab:Path=" + demoBroken}, demo.BrokenSQL),
			exit:  exitFailed,
		},
		{
			title: "The same file, read past its mistake as the hint says",
			args:  asked("query", []string{"--source", "b=scarab:Path=" + demoBroken + ";Validate=never"}, demo.BrokenSQL),
		},
		{
			title: "Whether all was read: what the file holds, and what came",
			args:  asked("query", demoConfig, demo.Verdict),
		},
	}
}

// asked returns the arguments of a command that ends with SQL.
func asked(command string, flags []string, sql string) []string {
	return append(append([]string{command}, flags...), sql)
}

// demo writes the files and takes the tour. Each stop runs the program itself,
// so what is shown is what the command answers.
func (p *program) demo(ctx context.Context) error {
	if err := demo.Write(demoFolder); err != nil {
		return usage("Run the tour in a folder that you may write to.", "%w", err)
	}
	name := programName()
	fmt.Fprintf(p.out, "Two years of a bakery service's issues are in %s/%s. Every command here can be copied.\n", demoFolder, demo.Export)
	for i, s := range tour() {
		fmt.Fprintf(p.out, "\n%d. %s\n\n$ %s\n", i+1, s.title, shown(name, s.args))
		if err := p.visit(ctx, s); err != nil {
			return err
		}
		if s.after != "" {
			fmt.Fprintf(p.out, "\n%s\n", s.after)
		}
	}
	_, err := fmt.Fprintf(p.out, "\nThe files stay in %s: try trackql in there, where it finds %s by itself.\n"+
		"now yours: %s query --source pt=scarab:Path=YOUR.xml \"SELECT Status, count(*) FROM Issues GROUP BY ALL\"\n",
		demoFolder, demo.Config, name)
	return err
}

// visit runs the command of a stop as on a terminal of its own, with the
// standard error among the standard output.
func (p *program) visit(ctx context.Context, s stop) error {
	inner := *p
	inner.in, inner.errs = strings.NewReader(""), p.out
	if p.screen.outWidth == 0 {
		inner.screen = &screen{out: p.out, errs: p.out, outWidth: demoWidth}
	}
	root := inner.rootCommand()
	root.SetArgs(s.args)
	if code := inner.exit(ctx, root.ExecuteContext(ctx)); code != s.exit {
		return fmt.Errorf("the tour stops: the command ended with %d instead of %d", code, s.exit)
	}
	return nil
}

// programName returns the program's name as the person wrote it.
func programName() string {
	name := os.Args[0]
	if base := filepath.Base(name); base != "trackql" && base != "trackql.exe" {
		return "trackql"
	}
	return name
}

// shown returns a command as one writes it in a shell.
func shown(name string, args []string) string {
	words := []string{name}
	for _, arg := range args {
		if strings.ContainsAny(arg, " ;'") {
			arg = `"` + arg + `"`
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}
