package main

import (
	"context"
	"slices"
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/cmd/trackql/internal/print"
	sqlshell "github.com/trackql/trackql/cmd/trackql/internal/shell"
)

// readNames reads the names that completion offers: what the sources have
// declared already, and what DuckDB knows.
func (c *conversation) readNames(ctx context.Context) error {
	names := sqlshell.Names{Formats: slices.DeleteFunc(slices.Clone(print.Formats()), func(f string) bool { return f == "parquet" })}
	catalog, err := c.session.Catalog(ctx)
	if err != nil {
		return err
	}
	for _, source := range catalog {
		names.Sources = append(names.Sources, sqlshell.Source{Name: source.Name, Connector: source.Connector})
		for _, t := range source.Tables {
			table := sqlshell.Table{Source: source.Name, Name: t.Name, Doc: t.Doc}
			for _, column := range t.Columns {
				table.Columns = append(table.Columns, sqlshell.Column{Name: column.Name, Type: describe.SQLType(column.Type), Doc: column.Doc})
			}
			names.Tables = append(names.Tables, table)
		}
	}
	own, err := c.ownTables(ctx)
	if err != nil {
		return err
	}
	names.Tables = append(names.Tables, own...)
	if err := c.readWords(ctx, &names); err != nil {
		return err
	}
	c.names = names
	return nil
}

// ownTables returns the tables and views of the session.
func (c *conversation) ownTables(ctx context.Context) ([]sqlshell.Table, error) {
	tables, err := c.session.Own(ctx)
	if err != nil {
		return nil, err
	}
	own := make([]sqlshell.Table, len(tables))
	for i, t := range tables {
		own[i].Name = t.Name
		for _, column := range t.Columns {
			own[i].Columns = append(own[i].Columns, sqlshell.Column{Name: column.Name, Type: column.Type})
		}
	}
	return own, nil
}

// readWords reads the functions and keywords.
func (c *conversation) readWords(ctx context.Context, names *sqlshell.Names) error {
	functions, err := c.strings(ctx, `SELECT DISTINCT function_name FROM duckdb_functions()
		WHERE regexp_full_match(function_name, '[a-z][a-z0-9_]*') AND NOT starts_with(function_name, 'trackql') ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, row := range functions {
		names.Functions = append(names.Functions, row[0])
	}
	words, err := c.strings(ctx, "SELECT keyword_name, keyword_category IN ('reserved', 'type_function') FROM duckdb_keywords()")
	if err != nil {
		return err
	}
	names.Keywords = map[string]bool{}
	for _, row := range words {
		names.Keywords[strings.ToLower(row[0])] = row[1] == "true"
	}
	return nil
}

// strings runs a query of ours and returns its rows as text.
func (c *conversation) strings(ctx context.Context, sql string) ([][]string, error) {
	var rows [][]string
	for result, err := range c.session.Run(ctx, sql, nil) {
		if err != nil {
			return nil, err
		}
		for result.Next() {
			batch := result.RecordBatch()
			for i := range int(batch.NumRows()) {
				row := make([]string, batch.NumCols())
				for j := range row {
					row[j] = strings.Clone(batch.Column(j).ValueStr(i)) // the batch goes away
				}
				rows = append(rows, row)
			}
		}
		if err := result.Err(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
