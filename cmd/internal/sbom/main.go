// Command sbom writes what is in the programs of a release: a bill of materials
// in CycloneDX's JSON, and the licences of all of it as one text.
//
// It reads the modules that the compiler left in the programs, so it tells what
// is linked and not what might be, and takes the licences from the cache of
// modules. A module whose licence it does not recognize is an error. The same
// programs give the same files: the time is that of the commit.
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// release is what the programs cannot tell themselves.
type release struct {
	version, commit string
	platform        string
	time            time.Time
	engine          string // DuckDB's version; empty where no program has it
	cxx             string // the C++ library that is linked in; likewise
	cache, goroot   string
}

func run(args []string) error {
	var r release
	var bom, licences string
	var seconds int64
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	flags.StringVar(&r.version, "version", "", "the release's `VERSION`")
	flags.StringVar(&r.commit, "commit", "", "the `COMMIT` of the release")
	flags.StringVar(&r.platform, "platform", "", "the `OS/ARCH` of the programs")
	flags.Int64Var(&seconds, "time", 0, "the commit's time in `SECONDS` since 1970")
	flags.StringVar(&r.engine, "duckdb", "", "the `VERSION` of DuckDB")
	flags.StringVar(&r.cxx, "cxx", "", "the C++ `LIBRARY` that is linked in: libstdc++ or libc++")
	flags.StringVar(&r.cache, "cache", "", "the `FOLDER` of the cache of modules")
	flags.StringVar(&r.goroot, "goroot", "", "the `FOLDER` of Go")
	flags.StringVar(&bom, "o", "", "the `FILE` of the bill of materials")
	flags.StringVar(&licences, "licences", "", "the `FILE` of the licences")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r.time = time.Unix(seconds, 0).UTC()
	parts, err := parts(flags.Args(), r)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(document(r, parts), "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(bom, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(licences, []byte(licenceText(parts)), 0o644)
}

// part is something that is in a program.
type part struct {
	name, version string
	purl          string
	sum           string   // of the module, as go.sum has it; empty for others
	licence       string   // an SPDX expression
	texts         []string // of its licences and notices
	inner         []string // names of what it brings along
}

// parts returns what is in the programs, sorted by name.
func parts(programs []string, r release) ([]part, error) {
	modules := map[string]part{}
	golang := ""
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, err
		}
		golang = info.GoVersion
		for _, module := range info.Deps {
			if module.Replace != nil {
				return nil, fmt.Errorf("%s: %s is replaced, which a release must not be", program, module.Path)
			}
			modules[module.Path] = part{
				name: module.Path, version: module.Version, sum: module.Sum,
				purl: "pkg:golang/" + module.Path + "@" + strings.ReplaceAll(module.Version, "+", "%2B"),
			}
		}
	}
	var list []part
	for _, p := range modules {
		if err := p.license(moduleFolder(r.cache, p.name, p.version)); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	std := part{name: "std", version: golang, purl: "pkg:golang/std@" + strings.TrimPrefix(golang, "go")}
	if err := std.license(r.goroot); err != nil {
		return nil, err
	}
	list = append(append(list, std), engine(r, list)...)
	slices.SortFunc(list, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return list, nil
}
