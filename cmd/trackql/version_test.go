package main

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const commit = "1528edc28532e1bfe9385bfc4c72ac4f6a14e593"

func TestVersionOf(t *testing.T) {
	clean, modified := build{Commit: commit}, build{Commit: commit, Modified: true}
	tests := map[string]struct {
		main string
		in   build
		want string
	}{
		"tag":                   {"v1.2.3", clean, "1.2.3"},
		"tag before a release":  {"v1.2.3-rc.1", clean, "1.2.3-rc.1"},
		"no tag yet":            {"v0.0.0-20261122012551-1528edc28532", clean, "0.0.0-dev+1528edc28532"},
		"after a tag":           {"v1.2.4-0.20261122012551-1528edc28532", clean, "0.0.0-dev+1528edc28532"},
		"modified":              {"v0.0.0-20261122012551-1528edc28532+dirty", modified, "0.0.0-dev+1528edc28532.modified"},
		"modified after a tag":  {"v1.2.3+dirty", modified, "0.0.0-dev+1528edc28532.modified"},
		"not stamped":           {"(devel)", build{}, "0.0.0-dev"},
		"installed as a module": {"v1.2.3", build{}, "1.2.3"},
		"nothing known":         {"", build{}, "0.0.0-dev"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := versionOf(test.main, test.in); got != test.want {
				t.Errorf("versionOf(%q, %+v) = %q, want %q", test.main, test.in, got, test.want)
			}
		})
	}
}

func TestVersionsAsJSON(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Version: "v1.2.3"},
		Deps: []*debug.Module{
			{Path: "github.com/apache/arrow-go/v18", Version: "v18.8.0"},
			{Path: "github.com/duckdb/duckdb-go/v2", Version: "v2.10505.0"},
		},
		Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: commit},
			{Key: "vcs.time", Value: "2026-11-22T01:25:51Z"},
			{Key: "vcs.modified", Value: "false"},
		},
	}
	got, err := json.MarshalIndent(versions{build: describeBuild(info), DuckDB: "v1.5.5", PluginProtocol: 1, Connectors: []string{"scarab"}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "version": "1.2.3",
  "commit": "` + commit + `",
  "committed": "2026-11-22T01:25:51Z",
  "modified": false,
  "go": "go1.26.8",
  "platform": "` + runtime.GOOS + "/" + runtime.GOARCH + `",
  "duckdb_driver": "v2.10505.0",
  "arrow": "v18.8.0",
  "duckdb": "v1.5.5",
  "plugin_protocol": 1,
  "connectors": [
    "scarab"
  ]
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("version --json (-want +got):\n%s", diff)
	}
}
