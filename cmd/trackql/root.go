package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/connector"
)

const rootLong = `trackql asks trackers, files and databases in SQL.

A source is named on the command line, NAME=CONNECTOR:Key=Value;…, or in
trackql.yaml, and is a schema in SQL:

  trackql query --source 'pt=scarab:Path=issues.xml' \
    "SELECT Status, count(*) FROM pt.Issues GROUP BY ALL"
  trackql query --source 'bl=backlog:Url=https://example.backlog.com;ApiKey=${env:BACKLOG_API_KEY}' \
    "SELECT AssigneeName, count(*) FROM bl.Issues WHERE DueDate < current_date GROUP BY ALL"`

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "trackql",
		Short:         "Ask trackers, files and databases in SQL",
		Long:          rootLong,
		Version:       version(),
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.errs)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return flagError(cmd, err)
	})
	root.SetHelpCommand(helpCommand())
	root.AddCommand(p.queryCommand(), p.explainCommand(), p.tablesCommand(), p.demoCommand(), p.shellCommand(), p.versionCommand(), p.sourcesTopic(), p.connectorsCommand(), p.pluginCommand(),
		p.doctorCommand(), p.schemaCommand(), p.completionCommand(), p.authCommand(), p.serveCommand())
	p.addCompletion(root)
	return root
}

// flagError makes a usageError of what the parser of the flags says.
func flagError(cmd *cobra.Command, err error) error {
	if text, unknown := strings.CutPrefix(err.Error(), "unknown flag: --"); unknown && strings.ContainsAny(text, " \n\t") {
		return usage(`Put -- before a query that begins with a comment: `+cmd.CommandPath()+` -- "--…".`,
			"the query was taken for a flag: it begins with --")
	}
	return usage("Run "+cmd.CommandPath()+" --help for the flags.", "%w", err)
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("Run "+cmd.CommandPath()+" --help for the flags.", "%s takes no argument, and there is %q", cmd.CommandPath(), args[0])
}

// atMostOne refuses more than one argument.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	return usage("Run "+cmd.CommandPath()+" --help.", "%s takes one argument at most, and there is %q", cmd.CommandPath(), args[1])
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			found, _, err := root.Find(args)
			if err != nil {
				return err
			}
			if len(args) > 0 && found == root {
				return unknownCommand(root, args[0])
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}

func unknownCommand(root *cobra.Command, word string) error {
	var known []string
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			known = append(known, cmd.Name())
		}
	}
	hint := "The commands are " + strings.Join(known, ", ") + "."
	if strings.ContainsAny(word, " \n\t") {
		hint = `Write trackql query "…" for a query.`
	} else if name, ok := connector.Nearest(word, known); ok {
		hint = "Did you mean " + name + "? " + hint
	}
	return usage(hint, "there is no command %q", word)
}
