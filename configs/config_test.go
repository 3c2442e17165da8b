package configs_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
)

var update = flag.Bool("update", false, "rewrite the golden of the schema")

func lookup(name string) (string, bool) {
	content, set := map[string]string{
		"FOLDER": "exports", "SECRET": "hunter2", "EMPTY": "", "THREADS": "2",
	}[name]
	return content, set
}

// read writes text into a file of a new folder and reads it as configuration.
// Paths in the answer are shown as from that folder.
func read(t *testing.T, text string) (configs.Config, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("trackql.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return configs.Read("trackql.yaml", lookup)
}

func TestRead(t *testing.T) {
	got, err := read(t, `
sources:
  pt:
    connector: Scarab
    path: ${env:FOLDER}/issues.xml
    page size: 100
    Token: ${env:SECRET}
  担当:
    Connector: scarab
    PATH: "$${x}.xml"
views:
  open_issues: "SELECT * FROM pt.Issues WHERE Status = '${x}'"
timezone: +09:00
format: json
encoding: cp932
memory_limit: 1.5 GiB
spill_folder: spill
threads: ${env:THREADS}
max_requests: 50
`)
	if err != nil {
		t.Fatalf("Read = %v", err)
	}
	at := func(line, column int) connector.Place {
		return connector.Place{File: "trackql.yaml", Line: line, Column: column}
	}
	want := configs.Config{
		Sources: []configs.Source{
			{Place: at(3, 3), SourceSpec: connector.SourceSpec{
				Name: "pt", Connector: "scarab", Settings: []connector.Setting{
					{Key: "path", Value: "${env:FOLDER}/issues.xml", Place: at(5, 5)},
					{Key: "page size", Value: "100", Place: at(6, 5)},
					{Key: "Token", Value: "${env:SECRET}", Place: at(7, 5)},
				},
			}},
			{Place: at(8, 3), SourceSpec: connector.SourceSpec{
				Name: "担当", Connector: "scarab", Settings: []connector.Setting{
					{Key: "PATH", Value: "$${x}.xml", Place: at(10, 5)},
				},
			}},
		},
		Views: []configs.View{{
			Name: "open_issues", SQL: "SELECT * FROM pt.Issues WHERE Status = '${x}'", Place: at(12, 3),
		}},
		Timezone:    time.FixedZone("+09:00", 9*60*60),
		Format:      configs.Text{Value: "json", Place: at(14, 9)},
		Encoding:    configs.Text{Value: "cp932", Place: at(15, 11)},
		MemoryLimit: "1.5 GiB",
		SpillFolder: "spill",
		Threads:     2,
		MaxRequests: 50,
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := cmp.Diff(want, got, sameZone); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func TestReadNothing(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "comment": "# nothing\n", "nulls": "sources:\nviews:\nthreads:\ntimezone:\n",
		"document mark": "---\n", "byte order mark": "\ufeff# nothing\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, text)
			ignorePlaces := cmpopts.IgnoreTypes(connector.Place{})
			if diff := cmp.Diff(configs.Config{}, got, ignorePlaces); diff != "" || err != nil {
				t.Errorf("Read(%q) = %v (-want +got):\n%s", text, err, diff)
			}
		})
	}
}

func TestReadMerge(t *testing.T) {
	got, err := read(t, `
sources:
  a: &a
    connector: scarab
    path: /a.xml
    validate: never
  b:
    <<: *a
    path: /b.xml
  c: *a
`)
	if err != nil {
		t.Fatalf("Read = %v", err)
	}
	var texts []string
	for _, source := range got.Sources {
		texts = append(texts, source.String())
	}
	want := []string{
		"a=scarab:path=/a.xml;validate=never",
		"b=scarab:path=/b.xml;validate=never",
		"c=scarab:path=/a.xml;validate=never",
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func TestReadErrors(t *testing.T) {
	tests := map[string]struct {
		in   string
		want []string // each error with its hint
	}{
		"all at once": {
			`souces:
  pt:
sources:
  main: {connector: scarab}
  pt: {path: a.xml}
  PT: {connector: scarab}
timezone: Tokyo
memory_limit: lots
threads: -1
format: [a]
format: csv
views:
  v:
`,
			[]string{
				`trackql.yaml:1:1: there is no key "souces" | Did you mean sources? The keys of a configuration file are sources, views, timezone, format, encoding, memory_limit, spill_folder, threads, max_requests.`,
				`trackql.yaml:4:3: a source may not be called main: DuckDB has a schema of that name | Choose another name. Reserved are main, temp, system, information_schema, pg_catalog, trackql, trackql_plan.`,
				`trackql.yaml:5:3: source pt names no connector | Add connector: NAME, such as connector: scarab.`,
				`trackql.yaml:6:3: the source PT is given twice: names are compared without regard to case | The first one is pt in line 5.`,
				`trackql.yaml:7:11: timezone: "Tokyo" is no time zone | Write an IANA name such as Asia/Tokyo, or an offset such as +09:00.`,
				`trackql.yaml:8:15: memory_limit: "lots" is no amount of memory | Write a number with its unit, such as 4GB or 512MB.`,
				`trackql.yaml:9:10: threads: "-1" is no number of cores | Write how many cores to use, such as 4; 0 is all of them.`,
				`trackql.yaml:10:9: format holds a list, not one value | Write one value.`,
				`trackql.yaml:11:1: the key format is given twice, first in line 10 | Leave one of them out.`,
				`trackql.yaml:13:3: the view "v" has no query | Write v: "SELECT …".`,
			},
		},
		"no number": {
			"max_requests: ${env:SECRET}\n",
			[]string{
				`trackql.yaml:1:15: max_requests: "${env:SECRET}" is no number of requests | Write how many requests a statement may make, such as 50; 0 is any number.`,
			},
		},
		"shapes": {
			"sources: [a]\nviews: {v: {}, V: SELECT 1}\n",
			[]string{
				"trackql.yaml:1:10: sources holds a list, not keys with values | Write one KEY: VALUE a line.",
				"trackql.yaml:2:12: v holds keys with values, not one value | Write one value.",
				"trackql.yaml:2:16: the view V is given twice: names are compared without regard to case | The first one is v in line 2.",
			},
		},
		"a list": {"- a\n", []string{
			"trackql.yaml:1:1: the file holds a list, not keys with values | Write one KEY: VALUE a line.",
		}},
		"two documents": {"threads: 1\n---\nthreads: 2\n", []string{
			"trackql.yaml:2:1: a second document begins | Put everything into one document, without ---.",
		}},
		"references": {
			"format: ${env:NOPE}\nthreads: ${env:SECRET}\nspill_folder: ${file:nope}\nencoding: ${vault:x}\n",
			[]string{
				"trackql.yaml:1:9: format: ${env:NOPE}: the variable NOPE is not set | Set it, or write the value itself.",
				`trackql.yaml:2:10: threads: "${env:SECRET}" is no number of cores | Write how many cores to use, such as 4; 0 is all of them.`,
				"trackql.yaml:3:15: spill_folder: ${file:nope}: open nope: no such file or directory | Check the path, and that you may read the file.",
				`trackql.yaml:4:11: encoding: ${vault:x}: there is no "vault" to take it from | Write ${env:NAME} for a variable, ${file:PATH} for a file.`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, test.in)
			if diff := cmp.Diff(test.want, mistakes(err)); diff != "" {
				t.Errorf("Read(%q) (-want +got):\n%s", test.in, diff)
			}
		})
	}
}

func mistakes(err error) []string {
	var texts []string
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return nil
	}
	for _, err := range joined.Unwrap() {
		texts = append(texts, err.Error()+" | "+connector.HintOf(err))
	}
	return texts
}

func TestReadNotThere(t *testing.T) {
	_, err := configs.Read(filepath.Join(t.TempDir(), "nope.yaml"), lookup)
	if connector.KindOf(err) != connector.NotFound {
		t.Errorf("Read(nope.yaml) = %v, want kind not found", err)
	}
	_, err = configs.Read(t.TempDir(), lookup)
	if err == nil || connector.KindOf(err) != connector.Invalid || strings.Contains(err.Error(), "YAML") {
		t.Errorf("Read(a folder) = %v, want kind invalid, and no word of YAML", err)
	}
}

func TestSpillFolderIsFromTheFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "trackql.yaml")
	if err := os.WriteFile(path, []byte("spill_folder: c\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := configs.Read(path, lookup)
	if err != nil {
		t.Fatalf("Read = %v", err)
	}
	if want := filepath.Join(folder, "c"); config.SpillFolder != want {
		t.Errorf("SpillFolder = %q, want %q", config.SpillFolder, want)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b", "trackql.yaml", "c") // a folder of that name is none
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(root, "a", "trackql.yaml")
	if err := os.WriteFile(want, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{deep, filepath.Join(root, "a", "b"), filepath.Join(root, "a")} {
		if got, err := configs.Find(folder); got != want || err != nil {
			t.Errorf("Find(%q) = %q, %v, want %q", folder, got, err, want)
		}
	}
	if got, err := configs.Find(root); got != "" || err != nil {
		t.Errorf("Find(%q) = %q, %v, want none", root, got, err)
	}
}

func TestExpander(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"lf": "hunter2\n", "crlf": "hunter2\r\n", "two": "hunter2\n\n", "none": "hunter2\r",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expand := configs.Expander(folder, lookup)
	tests := map[string]struct{ scheme, name, want string }{
		"variable":        {"env", "SECRET", "hunter2"},
		"empty variable":  {"env", "EMPTY", ""},
		"file":            {"file", "lf", "hunter2"},
		"windows file":    {"file", "crlf", "hunter2"},
		"one newline off": {"file", "two", "hunter2\n"},
		"no newline":      {"file", "none", "hunter2\r"},
		"absolute path":   {"file", filepath.Join(folder, "lf"), "hunter2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := expand(test.scheme, test.name)
			if got != test.want || err != nil {
				t.Errorf("expand(%q, %q) = %q, %v, want %q", test.scheme, test.name, got, err, test.want)
			}
		})
	}
	for _, reference := range [][2]string{{"env", "NOPE"}, {"env", ""}, {"file", "nope"}, {"file", ""}, {"", "x"}} {
		_, err := expand(reference[0], reference[1])
		if err == nil || !strings.Contains(err.Error(), "${"+reference[0]+":"+reference[1]+"}") {
			t.Errorf("expand(%q, %q) = %v, want an error that names it", reference[0], reference[1], err)
		}
	}
}

func TestExample(t *testing.T) {
	config, err := configs.Read("trackql.yaml", lookup)
	if err != nil {
		t.Fatalf("Read(trackql.yaml) = %v", err)
	}
	if len(config.Sources) != 2 || len(config.Views) != 1 || config.Timezone == nil {
		t.Errorf("Read(trackql.yaml) = %+v, want two sources, a view and a time zone", config)
	}
}
