package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
)

const schemaLong = `Print the JSON Schema of trackql.yaml, with the options of every connector that
trackql connectors lists; sources of others may have any. An editor with it
completes the file, and marks what the program would refuse. Most editors find it
by the first line of trackql.yaml:

  # yaml-language-server: $schema=trackql.schema.json`

func (p *program) schemaCommand() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of trackql.yaml, for editors",
		Long:    schemaLong,
		Example: "  trackql schema -o trackql.schema.json",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.schema(cmd.Context(), output) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `FILE`, which appears only when it is whole")
	return cmd
}

func (p *program) schema(ctx context.Context, output string) (err error) {
	var infos []connector.Info
	for _, e := range p.registry.List(ctx) {
		known := slices.ContainsFunc(infos, func(info connector.Info) bool { return info.Name == e.Name })
		if e.Refused == nil && !known {
			infos = append(infos, e.Info)
		}
	}
	text, err := configs.Schema(configs.SchemaConfig{
		Connectors: infos, Formats: print.Formats(), Encodings: print.Encodings(),
	})
	if err != nil {
		return err
	}
	out, commit, discard, err := p.openOutput(output)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, discard()) }()
	if _, err := out.Write(text); err != nil {
		return err
	}
	return commit()
}
