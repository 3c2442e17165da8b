package main

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

const tablesLong = `Show what there is to query: all sources with their tables, the tables of one
source, or one table with its columns, keys, references, what its source can
filter by, and example queries. Behind the tables stand the procedures of a
source, where it has some: what can be called.

A condition that the source filters by exactly is never read past; one that it
filters by inexactly leaves some more rows for the engine to filter again.`

func (p *program) tablesCommand() *cobra.Command {
	var f sourceFlags
	format := ""
	cmd := &cobra.Command{
		Use:   "tables [NAME[.TABLE]]",
		Short: "Show sources, tables and columns",
		Long:  tablesLong,
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.tables(cmd.Context(), f, format, args)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "the `FORMAT`: table, json")
	return cmd
}

func (p *program) tables(ctx context.Context, f sourceFlags, format string, args []string) (err error) {
	if format != "table" && format != "json" {
		return usage("Take one of table, json.", "--format: there is no format %q here", format)
	}
	if len(args) > 1 {
		return usage("Name one source, or one table as NAME.TABLE.", "there are %d names", len(args))
	}
	s, err := p.setup(ctx, f)
	if err != nil {
		return err
	}
	if len(s.sources) == 0 {
		return usage("Add --source NAME=CONNECTOR:Key=Value;… or write trackql.yaml.", "there are no sources")
	}
	session, err := p.open(ctx, s, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	sources, err := describedSources(ctx, session.Session)
	if err != nil {
		return err
	}
	return p.describe(ctx, session.Session, sources, format, strings.Join(args, ""))
}

// describedSources returns all sources with their tables and procedures.
func describedSources(ctx context.Context, session *sqlengine.Session) ([]describe.Source, error) {
	catalog, err := session.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	procedures, err := session.Procedures(ctx)
	if err != nil {
		return nil, err
	}
	sources := make([]describe.Source, len(catalog))
	for i, source := range catalog {
		sources[i] = describe.Source{Name: source.Name, Connector: source.Connector, Tables: source.Tables, Procedures: procedures[source.Name]}
	}
	return sources, nil
}

// describe writes all of sources, or what is named: of one table, also the columns
// that to know takes requests.
func (p *program) describe(ctx context.Context, session *sqlengine.Session, sources []describe.Source, format, name string) error {
	f := subject{sources: sources}
	if name != "" {
		var err error
		if f, err = find(sources, name); err != nil {
			return err
		}
	}
	if f.table != nil && f.table.Wider {
		wide, err := session.Describe(ctx, f.table.Source, f.table.Name)
		if err != nil {
			return err
		}
		f.table.Table, f.sources[0].Tables[0] = wide, wide
	}
	var out bytes.Buffer
	switch {
	case format == "json":
		if err := describe.JSON(&out, f.sources); err != nil {
			return err
		}
	case f.table != nil:
		describe.One(&out, *f.table, p.screen.outWidth)
	case f.procedure != nil:
		describe.OneProcedure(&out, *f.procedure, p.screen.outWidth)
	default:
		describe.Sources(&out, f.sources, p.screen.outWidth)
	}
	_, err := p.out.Write(out.Bytes())
	return err
}

// subject is what a name means: sources, or one with the table or procedure alone.
type subject struct {
	sources   []describe.Source
	table     *describe.Table
	procedure *describe.Procedure
}

// find returns the source, table or procedure of a name: pt, pt.Issues, or Issues
// where there is one source only.
func find(sources []describe.Source, name string) (subject, error) {
	var known []string
	for i, source := range sources {
		if strings.EqualFold(name, source.Name) {
			return subject{sources: sources[i : i+1]}, nil
		}
		known = append(known, source.Name)
		is := func(thing string) bool {
			full := source.Name + "." + thing
			known = append(known, full)
			quoted := connector.QuoteName(source.Name) + "." + connector.QuoteName(thing)
			return strings.EqualFold(name, full) || strings.EqualFold(name, quoted) || len(sources) == 1 && strings.EqualFold(name, thing)
		}
		alone := describe.Source{Name: source.Name, Connector: source.Connector}
		for _, table := range source.Tables {
			if is(table.Name) {
				alone.Tables = []connector.Table{table}
				return subject{[]describe.Source{alone}, &describe.Table{Source: source.Name, Connector: source.Connector, Table: table}, nil}, nil
			}
		}
		for _, procedure := range source.Procedures {
			if is(procedure.Name) {
				alone.Procedures = []connector.Procedure{procedure}
				return subject{[]describe.Source{alone}, nil, &describe.Procedure{Source: source.Name, Connector: source.Connector, Procedure: procedure}}, nil
			}
		}
	}
	err := connector.Errorf(connector.NotFound, "there is no source or table %s", name)
	if near, ok := connector.Nearest(name, known); ok {
		return subject{}, err.WithHint("Did you mean %s?", near)
	}
	return subject{}, err.WithHint("Run trackql tables to see what there is.")
}
