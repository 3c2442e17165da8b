package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

const versionLong = `Print the versions of trackql and of what is in it, on one line, or with --json
all of it for programs: the commit, the engine, Arrow, the protocol that plugins
speak, and the connectors that are built in.

A release has the number of its tag. Any other build is 0.0.0-dev+COMMIT, and
ends with .modified where files were changed since that commit.`

func (p *program) versionCommand() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of trackql and of what is in it",
		Long:  versionLong,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return p.versionJSON(cmd.Context())
			}
			_, err := fmt.Fprintln(p.out, version())
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print all versions as JSON")
	return cmd
}

// versions is what trackql version --json prints.
type versions struct {
	build
	DuckDB         string   `json:"duckdb"`          // of the library that is linked in
	PluginProtocol int      `json:"plugin_protocol"` // that plugins must speak
	Connectors     []string `json:"connectors"`      // built in
}

// build is what the compiler left in the program.
type build struct {
	Version      string `json:"version"`
	Commit       string `json:"commit"`    // "" where the build had no repository
	Committed    string `json:"committed"` // when, in RFC 3339; "" likewise
	Modified     bool   `json:"modified"`  // whether files were changed since the commit
	Go           string `json:"go"`
	Platform     string `json:"platform"` // such as linux/amd64
	DuckDBDriver string `json:"duckdb_driver"`
	Arrow        string `json:"arrow"`
}

func (p *program) versionJSON(ctx context.Context) error {
	v := versions{build: thisBuild(), PluginProtocol: rpc.Protocol, Connectors: []string{}}
	for _, c := range p.connectors {
		v.Connectors = append(v.Connectors, c.Info().Name)
	}
	answer, err := p.ask(ctx, "SELECT version()")
	if err != nil {
		return err
	}
	v.DuckDB = strings.Join(answer, "")
	return p.printJSON(v)
}

// ask returns the texts of the first column of a query that needs no source.
func (p *program) ask(ctx context.Context, sql string) (texts []string, err error) {
	session, err := p.open(ctx, &setup{zone: time.UTC}, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	for result, err := range session.Run(ctx, sql, nil) {
		if err != nil {
			return nil, err
		}
		for result.Next() {
			column, ok := result.RecordBatch().Column(0).(*array.String)
			if !ok {
				return nil, connector.Errorf(connector.Internal, "the engine answers %s with other than text", sql)
			}
			for i := range column.Len() {
				texts = append(texts, strings.Clone(column.Value(i)))
			}
		}
		if err := result.Err(); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// version returns the program's version, with those of the engine's driver and
// the compiler, on one line.
func version() string {
	b := thisBuild()
	parts := []string{"trackql " + b.Version}
	if b.DuckDBDriver != "" {
		parts = append(parts, "duckdb-go "+b.DuckDBDriver)
	}
	return strings.Join(append(parts, b.Go+" "+b.Platform), ", ")
}

func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return describeBuild(info)
}

// describeBuild reads what the go command stamps into a program.
func describeBuild(info *debug.BuildInfo) build {
	b := build{Go: info.GoVersion, Platform: runtime.GOOS + "/" + runtime.GOARCH}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Committed = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	for _, dependency := range info.Deps {
		switch dependency.Path {
		case "github.com/duckdb/duckdb-go/v2":
			b.DuckDBDriver = dependency.Version
		case "github.com/apache/arrow-go/v18":
			b.Arrow = dependency.Version
		}
	}
	b.Version = versionOf(info.Main.Version, b)
	return b
}

var (
	// tagged matches the version of a build at a tag.
	tagged = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	// pseudo matches the end of the version that the go command makes up where
	// there is no tag: the time and the commit.
	pseudo = regexp.MustCompile(`[-.]\d{14}-[0-9a-f]{12}$`)
)

// versionOf returns the number of the tag that the build is of, else
// 0.0.0-dev+COMMIT.
func versionOf(main string, b build) string {
	if tagged.MatchString(main) && !pseudo.MatchString(main) {
		return strings.TrimPrefix(main, "v")
	}
	name := "0.0.0-dev"
	if b.Commit != "" {
		name += "+" + b.Commit[:min(12, len(b.Commit))]
		if b.Modified {
			name += ".modified"
		}
	}
	return name
}
