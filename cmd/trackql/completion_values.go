package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// completionTime is how long a key press waits for the engine or a source.
const completionTime = 3 * time.Second

// candidates are what a word may become. Where more is set, the word may go on
// after them, so no blank follows.
type candidates struct {
	words []cobra.Completion
	more  bool
}

// completer returns what a word may become. It has no way to tell of an error:
// a shell that waits for a key has no place for one.
type completer func(cmd *cobra.Command, word string) candidates

// function makes of a completer what cobra asks: the candidates that begin with
// the word, and never a file in their stead.
func (c completer) function(cmd *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	cmd.SetContext(ctx)
	found := c(cmd, word)
	directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	if found.more {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return slices.DeleteFunc(found.words, func(c cobra.Completion) bool { return !begins(c, word) }), directive
}

// only completes the one argument that a command takes, and nothing behind it.
func (c completer) only(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		c = oneOf()
	}
	return c.function(cmd, args, word)
}

// begins tells whether text begins with word, without regard to case.
func begins(text, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(text[:len(word)], word)
}

func oneOf(words ...string) completer {
	return func(*cobra.Command, string) candidates { return candidates{words: slices.Clone(words)} }
}

// addCompletion lets the commands below root complete their flags' values and
// their arguments.
func (p *program) addCompletion(root *cobra.Command) {
	everywhere := map[string]completer{
		"source":   p.completeSource,
		"config":   files(".yaml", ".yml"),
		"timezone": p.completeZone,
		"encoding": oneOf(print.Encodings()...),
		"file":     files(".sql"),
	}
	arguments := map[string]completer{
		"connectors": p.completeConnector,
		"demo":       oneOf(),
		"doctor":     oneOf(),
		"explain":    oneOf(),
		"login":      p.completeSigned,
		"logout":     p.completeSigned,
		"query":      oneOf(),
		"schema":     oneOf(),
		"shell":      oneOf(),
		"status":     p.completeSigned,
		"tables":     p.completeTable,
		"version":    oneOf(),
	}
	formats := map[string]completer{
		"query":  oneOf(print.Formats()...),
		"tables": oneOf("table", "json"),
	}
	commands := root.Commands()
	for _, cmd := range root.Commands() {
		commands = append(commands, cmd.Commands()...)
	}
	for _, cmd := range commands {
		for flag, values := range everywhere {
			completeFlag(cmd, flag, values)
		}
		if values, ok := formats[cmd.Name()]; ok {
			completeFlag(cmd, "format", values)
		}
		if words, ok := arguments[cmd.Name()]; ok {
			cmd.ValidArgsFunction = words.only
		}
	}
}

// completeFlag lets a flag complete its values, where the command has it.
func completeFlag(cmd *cobra.Command, flag string, values completer) {
	if _, has := cmd.GetFlagCompletionFunc(flag); has || cmd.Flags().Lookup(flag) == nil {
		return
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, values.function); err != nil {
		panic(err) // of the program, not of who runs it: the flag is there, and has none
	}
}

// completeConnector offers the connectors, built in and found.
func (p *program) completeConnector(cmd *cobra.Command, _ string) candidates {
	var found candidates
	for _, c := range p.registry.List(cmd.Context()) {
		if c.HiddenBy == "" {
			found.words = append(found.words, cobra.CompletionWithDesc(c.Name, c.Info.Summary))
		}
	}
	return found
}

// completeZone offers the time zones that both the engine and we know.
func (p *program) completeZone(cmd *cobra.Command, word string) candidates {
	names, err := p.ask(cmd.Context(), "SELECT name FROM pg_timezone_names() ORDER BY name")
	if err != nil {
		return candidates{}
	}
	var zones []cobra.Completion
	for _, name := range append([]string{"local"}, names...) {
		if !begins(name, word) {
			continue
		}
		if _, err := connector.ParseZone(name); err == nil {
			zones = append(zones, name)
		}
	}
	return candidates{words: zones}
}

// completeTable offers the sources of flags and configuration, and the tables
// of the one that is named.
func (p *program) completeTable(cmd *cobra.Command, word string) candidates {
	s := p.flagged(cmd)
	name, _, dotted := strings.Cut(word, ".")
	var found candidates
	for _, source := range s.sources {
		if strings.EqualFold(source.name, name) {
			for _, table := range tablesOf(cmd.Context(), source, s.zone) {
				found.words = append(found.words, source.name+"."+table)
			}
			return found
		}
		if !dotted {
			found.words = append(found.words, source.name)
			found.more = true // a dot and a table
		}
	}
	return found
}

// flagged returns what can be read of the sources that the flags of a command
// tell, whatever mistakes there are.
func (p *program) flagged(cmd *cobra.Command) *setup {
	sources, errSources := cmd.Flags().GetStringArray("source")
	config, errConfig := cmd.Flags().GetString("config")
	zone, errZone := cmd.Flags().GetString("timezone")
	if errors.Join(errSources, errConfig, errZone) != nil {
		return &setup{zone: time.Local}
	}
	s, err := p.setup(cmd.Context(), sourceFlags{sources: sources, config: config, timezone: zone})
	if err != nil && s.zone == nil {
		s.zone = time.Local // the zone is one of the mistakes
	}
	return s
}

// tablesOf returns the names of a source's tables, none where it cannot be
// opened.
func tablesOf(ctx context.Context, source resolved, zone *time.Location) []string {
	config := connector.Config{Name: source.name, Options: source.options, Timezone: zone, Log: slog.New(slog.DiscardHandler)}
	opened, err := source.connector.Open(ctx, config)
	if err != nil {
		return nil
	}
	tables, err := opened.Tables(ctx)
	if errors.Join(err, opened.Close()) != nil {
		return nil
	}
	var names []string
	for _, table := range tables {
		names = append(names, table.Name)
	}
	return names
}
