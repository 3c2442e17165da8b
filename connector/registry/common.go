package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

var (
	isolateOption = connector.Option{
		Name: "Isolate", Type: connector.Bool, Default: "false",
		Doc: "Run the connector in a process of its own, even where it is built in.",
	}
	checksumOption = connector.Option{
		Name: "Checksum",
		Doc:  "The checksum that the plugin's file must have: sha256: and the digits of its SHA-256.",
	}
)

// CommonOptions are the keys that every source takes beside those of its
// connector.
func CommonOptions() []connector.Option { return []connector.Option{isolateOption, checksumOption} }

// withCommon adds the common options that the connector has not itself.
func withCommon(info connector.Info) connector.Info {
	info.Options = slices.Clone(info.Options)
	for _, o := range CommonOptions() {
		if !slices.ContainsFunc(info.Options, func(p connector.Option) bool { return strings.EqualFold(p.Name, o.Name) }) {
			info.Options = append(info.Options, o)
		}
	}
	return info
}

// written returns the text of a setting, "" where it is not there.
func written(settings []connector.Setting, name string) string {
	for _, s := range settings {
		if connector.SameKey(s.Key, name) {
			return strings.TrimSpace(s.Value)
		}
	}
	return ""
}

// common is a connector with the keys that every source takes.
type common struct {
	connector.Connector
	registry *Registry
	builtIn  bool
}

// Info describes the connector, with the common keys.
func (c *common) Info() connector.Info { return withCommon(c.Connector.Info()) }

// Open opens a source, in a process of its own where that is asked for.
func (c *common) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	if !c.builtIn || !cfg.Options.Bool(isolateOption.Name) {
		return c.Connector.Open(ctx, cfg)
	}
	p, err := c.registry.isolated(ctx, c.Connector.Info().Name)
	if err != nil {
		return nil, err
	}
	return p.Open(ctx, cfg)
}
