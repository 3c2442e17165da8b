package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
)

const sourcesLong = `A source is NAME=CONNECTOR:Key=Value;… after --source, or an entry below sources:
in trackql.yaml with the same keys. Its name is its schema in SQL.

Keys are read without regard to case, spaces and underscores. A value that holds
a semicolon is put into ' or ", doubled inside. ${env:NAME} and ${file:PATH} stand
for what a variable or a file holds, and $${ for the characters themselves.

The connectors and their keys:
`

// sourcesTopic is help about sources, with the options of every connector.
func (p *program) sourcesTopic() *cobra.Command {
	var text strings.Builder
	text.WriteString(sourcesLong)
	for _, c := range p.connectors {
		text.WriteString("\n")
		describe.Connector(&text, c.Info(), p.screen.outWidth)
	}
	return &cobra.Command{
		Use:   "sources",
		Short: "How to name a source, and the keys of each connector",
		Long:  text.String(),
	}
}
