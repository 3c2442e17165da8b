package main

import (
	"context"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// wordList is the connector of the plugin in the scripts: one table, with a further
// column, and a log that would tell a secret.
type wordList struct{}

func (wordList) Info() connector.Info {
	return connector.Info{Name: "words", Summary: "Counts the letters of words.", Options: []connector.Option{
		{Name: "Words", Required: true, Doc: "The words, with blanks between them."},
		{Name: "Token", Secret: true, Doc: "Nothing that anybody needs."},
	}}
}

func (wordList) Open(_ context.Context, cfg connector.Config) (connector.Source, error) {
	token := cfg.Options.Secret("Token").Reveal()
	cfg.Log.Warn("a careless plugin logs", "token", token)
	if token == "bad" {
		panic("cannot bear the token " + token)
	}
	eq := connector.Filters{}
	eq[connector.Eq] = connector.Exact
	table := connector.Table{
		Name: "Words", Doc: "One row a word.", Key: []string{"Word"}, StopsAtLimit: true,
		Columns: []connector.Column{
			{Name: "Word", Doc: "The word.", Type: arrow.BinaryTypes.String, Filters: eq},
			{Name: "Letters", Doc: "How many letters it has.", Type: arrow.PrimitiveTypes.Int64},
			{Name: "Upper case", Doc: "It in capitals, where it is another word then.", Type: arrow.BinaryTypes.String, Nullable: true, Filters: eq},
		},
		Examples: []connector.Example{
			{Doc: "All words.", SQL: "SELECT * FROM {source}.Words"},
			{Doc: "The longest.", SQL: "SELECT Word FROM {source}.Words ORDER BY Letters DESC LIMIT 1"},
		},
	}
	var rows [][]any
	for _, word := range strings.Fields(cfg.Options.Text("Words")) {
		row := []any{word, len([]rune(word)), nil}
		if upper := strings.ToUpper(word); upper != word {
			row[2] = upper
		}
		rows = append(rows, row)
	}
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{{Table: table, Rows: rows, Further: 1}}}), nil
}
