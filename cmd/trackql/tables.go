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
filter by, and example queries.

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
	catalog, err := session.Catalog(ctx)
	if err != nil {
		return err
	}
	sources := make([]describe.Source, len(catalog))
	for i, source := range catalog {
		sources[i] = describe.Source(source)
	}
	return p.describe(ctx, session.Session, sources, format, strings.Join(args, ""))
}

// describe writes all of sources, or what is named: of one table, also the columns
// that to know takes requests.
func (p *program) describe(ctx context.Context, session *sqlengine.Session, sources []describe.Source, format, name string) error {
	var table *describe.Table
	if name != "" {
		var err error
		if sources, table, err = find(sources, name); err != nil {
			return err
		}
	}
	if table != nil && table.Wider {
		var err error
		if table.Table, err = session.Describe(ctx, table.Source, table.Name); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	switch {
	case format == "json":
		if table != nil {
			sources = []describe.Source{{Name: table.Source, Connector: table.Connector, Tables: []connector.Table{table.Table}}}
		}
		if err := describe.JSON(&out, sources); err != nil {
			return err
		}
	case table != nil:
		describe.One(&out, *table, p.screen.outWidth)
	default:
		describe.Sources(&out, sources, p.screen.outWidth)
	}
	_, err := p.out.Write(out.Bytes())
	return err
}

// find returns the source or the table of a name: pt, pt.Issues, or Issues
// where there is one source only.
func find(sources []describe.Source, name string) ([]describe.Source, *describe.Table, error) {
	var known []string
	for i, source := range sources {
		if strings.EqualFold(name, source.Name) {
			return sources[i : i+1], nil, nil
		}
		known = append(known, source.Name)
		for _, table := range source.Tables {
			full := source.Name + "." + table.Name
			known = append(known, full)
			quoted := connector.QuoteName(source.Name) + "." + connector.QuoteName(table.Name)
			if strings.EqualFold(name, full) || strings.EqualFold(name, quoted) || len(sources) == 1 && strings.EqualFold(name, table.Name) {
				return nil, &describe.Table{Source: source.Name, Connector: source.Connector, Table: table}, nil
			}
		}
	}
	err := connector.Errorf(connector.NotFound, "there is no source or table %s", name)
	if near, ok := connector.Nearest(name, known); ok {
		return nil, nil, err.WithHint("Did you mean %s?", near)
	}
	return nil, nil, err.WithHint("Run trackql tables to see what there is.")
}
