package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of trackql and of what is in it",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.out, version())
			return err
		},
	}
}

// version returns the program's version, with those of the engine's driver and
// the compiler.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "trackql, of an unknown version"
	}
	name := info.Main.Version
	if name == "" || name == "(devel)" {
		name = "devel"
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				name += " " + setting.Value[:min(12, len(setting.Value))]
			}
		}
	}
	parts := []string{"trackql " + name}
	for _, dependency := range info.Deps {
		if dependency.Path == "github.com/duckdb/duckdb-go/v2" {
			parts = append(parts, "duckdb-go "+dependency.Version)
		}
	}
	return strings.Join(append(parts, runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH), ", ")
}
