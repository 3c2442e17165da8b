package main

import (
	"context"
	"errors"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// explainFlags are the flags of trackql explain.
type explainFlags struct {
	sourceFlags
	file    string
	analyze bool
}

const explainLong = `Show what a query asks the sources for: which conditions are sent and how well
each source applies them, which stay with the engine and why, and what a LIMIT
stops. With --analyze the query is run, and rows, bytes and time are shown.`

func (p *program) explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain [SQL]",
		Short: "Show what a query asks the sources for",
		Long:  explainLong,
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.explain(cmd.Context(), f, args)
		},
	}
	f.add(cmd)
	f.addLimit(cmd)
	cmd.Flags().StringVarP(&f.file, "file", "f", "", "take the SQL from this `FILE`; - is the standard input")
	cmd.Flags().BoolVar(&f.analyze, "analyze", false, "run the query, and show rows, bytes and time")
	cmd.Flags().BoolVar(&f.noPushdown, "no-pushdown", false, "fetch every table whole")
	return cmd
}

// explains matches a text that asks for an explanation itself.
var explains = regexp.MustCompile(`(?i)^\s*explain\b`)

func (p *program) explain(ctx context.Context, f explainFlags, args []string) (err error) {
	s, err := p.setup(ctx, f.sourceFlags)
	if err != nil {
		return err
	}
	query, err := p.readQuery(ctx, args, f.file)
	if err != nil {
		return err
	}
	session, err := p.open(ctx, s, f.noPushdown)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	sql := query.SQL
	if !explains.MatchString(sql) {
		// On a line of its own, so that places in the query stay what they are.
		sql, query.Before = "EXPLAIN\n"+sql, 1
		if f.analyze {
			sql = "EXPLAIN ANALYZE\n" + query.SQL
		}
	}
	printer := print.New(p.out, print.Options{Format: print.CSV, Zone: s.zone})
	r := runner{program: p, session: session, printer: printer, format: print.CSV, query: query, most: 1}
	if err := r.run(ctx, sql); err != nil {
		return &queryError{query, err}
	}
	return nil
}
