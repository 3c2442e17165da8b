package registry_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/registry"
	"github.com/trackql/trackql/connector/rpc"
)

// TestMain makes a plugin of the test program where it is called like one, or
// told to be.
func TestMain(m *testing.M) {
	name, called := strings.CutPrefix(filepath.Base(os.Args[0]), registry.Prefix)
	if len(os.Args) == 3 && os.Args[1] == "serve" {
		name, called = os.Args[2], true
	}
	if called {
		rpc.Serve(words{cmp.Or(callsItself[name], name)})
		return
	}
	os.Exit(m.Run())
}

// callsItself are plugins that have another name than their file.
var callsItself = map[string]string{"liar": "honest", "shout": "LOUD"}

// words is a connector with one table of one row: where it runs.
type words struct{ name string }

func (w words) Info() connector.Info {
	return connector.Info{Name: w.name, Summary: "Says where it runs.", Options: []connector.Option{
		{Name: "Greeting", Default: "hello", Doc: "What it says."},
	}}
}

func (w words) Open(_ context.Context, cfg connector.Config) (connector.Source, error) {
	where := "here"
	if os.Getenv("TRACKQL_PLUGIN") != "" {
		where = "in a child"
	}
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{{
		Table: connector.Table{Name: "Words", Columns: []connector.Column{{Name: "Text", Type: arrow.BinaryTypes.String}}},
		Rows:  [][]any{{cfg.Options.Text("Greeting") + " " + where}},
	}}}), nil
}

// said opens a source and returns its one row.
func said(t *testing.T, r *registry.Registry, name string, settings ...connector.Setting) (string, error) {
	t.Helper()
	c, err := r.Connector(t.Context(), name, settings)
	if err != nil {
		return "", err
	}
	options, err := c.Info().Resolve(settings, nil)
	if err != nil {
		return "", err
	}
	src, err := c.Open(t.Context(), connector.Config{Name: "s", Options: options})
	if err != nil {
		return "", err
	}
	defer src.Close()
	reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Words", Columns: []string{"Text"}})
	if err != nil {
		return "", err
	}
	defer reader.Release()
	if !reader.Next() {
		return "", reader.Err()
	}
	return reader.RecordBatch().Column(0).ValueStr(0), nil
}

// plugins makes a folder with plugins.
func plugins(t *testing.T, names ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range names {
		if err := os.Link(self, filepath.Join(folder, registry.Prefix+name)); err != nil {
			copyOf(t, self, filepath.Join(folder, registry.Prefix+name))
		}
	}
	return folder
}

func copyOf(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o755); err != nil {
		t.Fatal(err)
	}
}

// registryOf returns a registry with one connector built in, and a plugin path.
func registryOf(t *testing.T, folders ...string) *registry.Registry {
	t.Helper()
	cfg := registry.Config{
		BuiltIn: []connector.Connector{words{"inside"}},
		Serve: func(name string) (rpc.Program, error) {
			self, err := os.Executable()
			return rpc.Program{Path: self, Args: []string{"serve", name}}, err
		},
	}
	for _, folder := range folders {
		cfg.Folders = append(cfg.Folders, registry.Folder{Path: folder, Origin: "test"})
	}
	r := registry.New(cfg)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestConnector(t *testing.T) {
	folder := plugins(t, "found", "inside", "liar")
	sum, err := rpc.Checksum(filepath.Join(folder, registry.Prefix+"found"))
	if err != nil {
		t.Fatal(err)
	}
	zeros := "sha256:" + strings.Repeat("0", 64)
	pin := func(sum string) connector.Setting { return connector.Setting{Key: "check sum", Value: sum} }
	tests := map[string]struct {
		name     string
		settings []connector.Setting
		want     string
		err      string
	}{
		"built in":                {name: "inside", want: "hello here"},
		"its own options":         {name: "inside", settings: []connector.Setting{{Key: "greeting", Value: "hi"}}, want: "hi here"},
		"isolated":                {name: "inside", settings: []connector.Setting{{Key: "ISOLATE", Value: "yes"}}, want: "hello in a child"},
		"not isolated":            {name: "inside", settings: []connector.Setting{{Key: "Isolate", Value: "no"}}, want: "hello here"},
		"found":                   {name: "found", want: "hello in a child"},
		"found, with its options": {name: "found", settings: []connector.Setting{{Key: "Greeting", Value: "$${a} ; 担当"}}, want: "${a} ; 担当 in a child"},
		"pinned":                  {name: "found", settings: []connector.Setting{pin(sum)}, want: "hello in a child"},
		"pinned to another":       {name: "found", settings: []connector.Setting{pin(zeros)}, err: "has changed: its checksum is " + sum + ", the source has " + zeros},
		"pinned, in capitals":     {name: "found", settings: []connector.Setting{pin(strings.ToUpper(sum))}, want: "hello in a child"},
		"pinned to nothing":       {name: "found", settings: []connector.Setting{pin("sha256:00")}, err: `Checksum: "sha256:00" is no checksum`},
		"built in and pinned":     {name: "inside", settings: []connector.Setting{pin(sum)}, err: "inside is built in, and has no checksum of its own"},
		"unknown":                 {name: "fuond", err: `there is no connector "fuond"`},
		"another name":            {name: "liar", err: `calls itself "honest"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := said(t, registryOf(t, folder), test.name, test.settings...)
			if test.err == "" && (err != nil || got != test.want) {
				t.Errorf("it says %q, %v, want %q", got, err, test.want)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || connector.KindOf(err) != connector.Invalid) {
				t.Errorf("error = %v, want %q of Kind Invalid", err, test.err)
			}
			if test.err != "" && connector.HintOf(firstOf(err)) == "" {
				t.Errorf("error %v has no hint", err)
			}
		})
	}
}

// firstOf returns the first of joined errors.
func firstOf(err error) error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()[0]
	}
	return err
}

func TestList(t *testing.T) {
	first, second := plugins(t, "found", "inside"), plugins(t, "found", "liar", "other", "Bad")
	file := func(name string) string { return filepath.Join(second, registry.Prefix+name) }
	for name, mode := range map[string]os.FileMode{"plain": 0o644, "open": 0o757} {
		if err := os.WriteFile(file(name), []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file(name), mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(file("folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range registryOf(t, first, filepath.Join(first, "nowhere"), second).List(t.Context()) {
		line := e.Name + " " + e.Origin
		switch {
		case e.Refused != nil:
			line += " refused: " + strings.ReplaceAll(e.Refused.Error(), second, "SECOND")
		case e.HiddenBy != "":
			line += " hidden by " + strings.ReplaceAll(e.HiddenBy, first, "FIRST")
		default:
			for _, o := range e.Info.Options {
				line += " " + o.Name
			}
		}
		got = append(got, line)
	}
	want := []string{
		"inside built in Greeting Isolate Checksum",
		"found test Greeting Isolate Checksum",
		"inside test hidden by the one built in",
		"folder test refused: SECOND/trackql-plugin-folder is not a file",
		"found test hidden by FIRST/trackql-plugin-found",
		`liar test refused: the plugin SECOND/trackql-plugin-liar calls itself "honest"`,
		"open test refused: SECOND/trackql-plugin-open may be changed by anybody",
		"other test Greeting Isolate Checksum",
		"plain test refused: SECOND/trackql-plugin-plain is not executable",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
}

// TestOpenFolder expects that nothing runs from a folder in which anybody may
// replace it: in one that is sticky, they may not.
func TestOpenFolder(t *testing.T) {
	tests := map[string]struct {
		mode os.FileMode
		want string
	}{
		"open":   {0o777, "may be replaced by anybody"},
		"sticky": {0o777 | os.ModeSticky, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := plugins(t, "first")
			if err := os.Chmod(folder, test.mode); err != nil {
				t.Fatal(err)
			}
			_, err := said(t, registryOf(t, folder), "first")
			if test.want == "" && err != nil {
				t.Errorf("the plugin = %v, want that it runs", err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || connector.HintOf(err) == "") {
				t.Errorf("the plugin = %v, want %q with a hint", err, test.want)
			}
		})
	}
}

func TestFolders(t *testing.T) {
	list := strings.Join([]string{"/a", "", "/b", "/a"}, string(os.PathListSeparator))
	got := registry.Folders(list, "/usr/bin/trackql", "/b")
	want := []registry.Folder{{Path: "/a", Origin: "TRACKQL_PLUGIN_PATH"}, {Path: "/b", Origin: "TRACKQL_PLUGIN_PATH"}, {Path: "/usr/bin", Origin: "beside trackql"}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("Folders (-want +got):\n%s", diff)
	}
}
