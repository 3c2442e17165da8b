package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestRecognize(t *testing.T) {
	const mit = "Permission is hereby granted, free of charge, to any\nperson obtaining a copy"
	const bsd = "Redistribution and use in source and binary forms, with or without"
	tests := map[string]struct{ in, want string }{
		"apache":            {"  Apache License\n  Version 2.0, January 2004", "Apache-2.0"},
		"mit over lines":    {mit, "MIT"},
		"three clauses":     {bsd + "\nNeither the name of the author", "BSD-3-Clause"},
		"two clauses":       {bsd, "BSD-2-Clause"},
		"mozilla, comma":    {"Mozilla Public License, version 2.0", "MPL-2.0"},
		"mozilla, headed":   {"Mozilla Public License Version 2.0", "MPL-2.0"},
		"several":           {mit + "\n" + "Apache License, Version 2.0", "Apache-2.0 AND MIT"},
		"none that we know": {"All rights reserved.", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := recognize(test.in); got != test.want {
				t.Errorf("recognize(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestModuleFolder(t *testing.T) {
	got := moduleFolder("cache", "github.com/BurntSushi/toml", "v1.2.3")
	if want := filepath.Join("cache", "github.com", "!burnt!sushi", "toml@v1.2.3"); got != want {
		t.Errorf("moduleFolder = %q, want %q", got, want)
	}
}

func TestLicenseOfFolder(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := part{name: "some/module"}
	write("licensing.go", "package some // Apache License Version 2.0")
	if err := p.license(folder); err == nil || !strings.Contains(err.Error(), "some/module") {
		t.Errorf("without a licence: error %v, want one that names the module", err)
	}
	write("LICENSE.txt", "Apache License Version 2.0")
	write("NOTICE", "written by somebody")
	if err := p.license(folder); err != nil || p.licence != "Apache-2.0" || len(p.texts) != 2 {
		t.Errorf("license = %v: %q of %q, want Apache-2.0 of two texts", err, p.licence, p.texts)
	}
}

// TestDocument compares a whole document: what is in it must not change from
// run to run, nor from machine to machine.
func TestDocument(t *testing.T) {
	r := release{
		version: "0.0.0-dev+1528edc28532", commit: "1528edc28532e1bfe9385bfc4c72ac4f6a14e593",
		platform: "linux/amd64", time: time.Unix(1795310751, 0).UTC(), engine: "v1.5.5", cxx: "libstdc++",
	}
	modules := []part{
		{name: "example.com/a", version: "v1.0.0+incompatible", purl: "pkg:golang/example.com/a@v1.0.0%2Bincompatible", sum: "h1:abc=", licence: "MIT", texts: []string{"a's\r\nlicence\n"}},
		{name: "github.com/duckdb/duckdb-go-bindings/lib/linux-amd64", version: "v0.1.0", licence: "MIT", texts: []string{"DuckDB's licence"}},
	}
	all := append(modules, engine(r, modules)...)
	got, err := json.MarshalIndent(document(r, all), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "document.json", string(got)+"\n")
	compare(t, "licences.txt", licenceText(all))
}

func TestEngineIsLeftOutWithoutIt(t *testing.T) {
	if got := engine(release{cxx: "libstdc++"}, nil); got != nil {
		t.Errorf("engine of a plugin = %v, want none", got)
	}
}

func TestSerialTellsReleasesApart(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range []release{{}, {version: "1.0.0"}, {platform: "linux/arm64"}, {commit: "abc"}} {
		seen[serial(r)] = true
	}
	if len(seen) != 4 {
		t.Errorf("4 releases have %d serial numbers", len(seen))
	}
}

// compare compares with a golden file, or rewrites it.
func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}
