package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/demo"
)

// demoFolder is where the tour leaves its files.
const demoFolder = "demo"

// demoWidth is how wide the tour's tables are where there is no terminal.
const demoWidth = 100

const demoLong = `Show what trackql can do, on the issues of a made-up team: two hundred of them,
in Japanese and English, and more in an emulated Backlog. The tour works offline,
takes seconds, and leaves its files in the folder demo, with a trackql.yaml, to
play with.`

func (p *program) demoCommand() *cobra.Command {
	var port int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Take a tour on issues of a made-up team",
		Long:  demoLong,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.demo(cmd.Context(), port)
		},
	}
	cmd.Flags().IntVar(&port, "port", demo.BacklogPort, "the `PORT` of 127.0.0.1 to serve the emulated Backlog on; 0 takes a free one")
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
	demoBoth   = []string{"-c", demoFolder + "/" + demo.Both}
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
		{
			title: "The export and a Backlog space in one query: who has how much open in both",
			args:  asked("query", demoBoth, demo.Together),
			after: fmt.Sprintf("bl is the emulated Backlog of demo/backlog.yaml, with %d issues. A real one is a Url and a key.", demo.BacklogIssues),
		},
		{
			title: "What a query would ask Backlog for, before it does",
			args:  asked("explain", demoBoth, demo.Latest),
			after: "2 requests instead of 24, 1.3 % of this minute's quota: names become ids, and order and limit go down to the server.",
		},
	}
}

// asked returns the arguments of a command that ends with SQL.
func asked(command string, flags []string, sql string) []string {
	return append(append([]string{command}, flags...), sql)
}

// demo writes the files and takes the tour. Each stop runs the program itself,
// so what is shown is what the command answers.
func (p *program) demo(ctx context.Context, port int) error {
	if port < 0 || port > 65535 {
		return usage("Write a number from 0 to 65535.", "--port %d is no port", port)
	}
	served, stop, err := serveTour(port)
	if err != nil {
		return err
	}
	defer stop()
	if err := demo.Write(demoFolder, served); err != nil {
		return usage("Run the tour in a folder that you may write to.", "%w", err)
	}
	name := programName()
	fmt.Fprintf(p.out, "Two years of a bakery service's issues are in %s/%s. Every command here can be copied.\n", demoFolder, demo.Export)
	if port != 0 && served != port {
		fmt.Fprintf(p.out, "Port %d is taken: the emulated Backlog is at %d, and %s/%s says so.\n", port, served, demoFolder, demo.Both)
	}
	for i, s := range tour() {
		fmt.Fprintf(p.out, "\n%d. %s\n\n$ %s\n", i+1, s.title, shown(name, s.args))
		if err := p.visit(ctx, s); err != nil {
			return err
		}
		if s.after != "" {
			fmt.Fprintf(p.out, "\n%s\n", s.after)
		}
	}
	_, err = fmt.Fprintf(p.out, "\nThe files stay in %s: try trackql in there, where it finds %s by itself.\n"+
		"The Backlog ends with the tour; to have it again, in another window: %s demo backlog --port %d\n"+
		"now yours: %s query --source pt=scarab:Path=YOUR.xml \"SELECT Status, count(*) FROM Issues GROUP BY ALL\"\n",
		demoFolder, demo.Config, name, served, name)
	return err
}

// serveTour serves the tour's Backlog on a port, or on a free one where that is
// taken. Stop ends it.
func serveTour(port int) (served int, stop func(), err error) {
	server := demo.TourBacklog()
	for _, wanted := range []int{port, 0} {
		var base string
		if base, stop, err = server.Listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(wanted))); err != nil {
			continue
		}
		address, err := url.Parse(base)
		if err != nil {
			stop()
			return 0, nil, err
		}
		served, err = strconv.Atoi(address.Port())
		return served, stop, err
	}
	return 0, nil, fmt.Errorf("the emulated Backlog: %w", err)
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
