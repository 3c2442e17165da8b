package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/registry"
)

const connectorsLong = `List the connectors that there are: those built in, and the plugins that were
found, each with where it is, its version, and why it was refused if it was. With
a name, the options of that connector.

Plugins are executables trackql-plugin-NAME. They are looked for in the folders
of TRACKQL_PLUGIN_PATH, in the folder of trackql itself, and where trackql plugin
install puts them; the first of a name wins.`

func (p *program) connectorsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "connectors [NAME]",
		Short: "List the connectors, built in and found, and their options",
		Long:  connectorsLong,
		Args:  atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			list := p.registry.List(cmd.Context())
			if len(args) == 1 {
				return p.describeConnector(cmd.Context(), list, args[0], asJSON)
			}
			if asJSON {
				return p.printJSON(each(list, listedOf))
			}
			describe.Connectors(p.out, list, p.screen.outWidth)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// describeConnector prints one connector with its options.
func (p *program) describeConnector(ctx context.Context, list []registry.Entry, name string, asJSON bool) error {
	for _, e := range list {
		if e.Name != strings.ToLower(name) || e.Refused != nil || e.HiddenBy != "" {
			continue
		}
		if asJSON {
			return p.printJSON(listedOf(e))
		}
		describe.Entry(p.out, e, p.screen.outWidth)
		return nil
	}
	_, err := p.connector(ctx, strings.ToLower(name), nil) // it says why there is none
	return asUsage(err)
}

// listed is a connector in JSON.
type listed struct {
	Name     string         `json:"name"`
	Summary  string         `json:"summary,omitempty"`
	Origin   string         `json:"origin"`
	Path     string         `json:"path,omitempty"`
	Version  string         `json:"version,omitempty"`
	Protocol int            `json:"protocol,omitempty"`
	Checksum string         `json:"checksum,omitempty"`
	Pinned   bool           `json:"pinned"`
	HiddenBy string         `json:"hidden_by,omitempty"`
	Refused  string         `json:"refused,omitempty"`
	Hint     string         `json:"hint,omitempty"`
	Options  []listedOption `json:"options,omitempty"`
}

// listedOption is an option in JSON.
type listedOption struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Default  string   `json:"default,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Required bool     `json:"required"`
	Secret   bool     `json:"secret"`
	Doc      string   `json:"description"`
}

func listedOf(e registry.Entry) listed {
	l := listed{
		Name: e.Name, Summary: e.Info.Summary, Origin: e.Origin, Path: e.Path,
		Version: e.Version, Protocol: e.Protocol, Checksum: e.Checksum, Pinned: e.Pinned, HiddenBy: e.HiddenBy, Options: each(e.Info.Options, listedOptionOf),
	}
	if e.Refused != nil {
		l.Refused, l.Hint = e.Refused.Error(), connector.HintOf(e.Refused)
	}
	return l
}

func listedOptionOf(o connector.Option) listedOption {
	return listedOption{
		Name: o.Name, Type: o.Type.String(), Default: o.Default, Choices: o.Choices,
		Required: o.Required, Secret: o.Secret, Doc: o.Doc,
	}
}

// each converts the elements of a slice.
func each[A, B any](list []A, convert func(A) B) []B {
	converted := make([]B, len(list))
	for i, a := range list {
		converted[i] = convert(a)
	}
	return converted
}

// printJSON prints a value as JSON for people and programs.
func (p *program) printJSON(v any) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
