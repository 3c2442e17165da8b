package configs_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
)

// everything is a connector with an option of each kind.
var everything = connector.Info{
	Name: "every", Summary: "Reads everything.",
	Options: []connector.Option{
		{Name: "BaseURL", Required: true, Doc: "The address."},
		{Name: "Api Key", Secret: true, Doc: "The key."},
		{Name: "Path", Type: connector.Path, Doc: "A folder."},
		{Name: "Level", Type: connector.Choice, Choices: []string{"low", "High", "1", "true"}, Default: "low", Doc: "How much."},
		{Name: "Archived", Type: connector.Bool, Default: "true", Doc: "Whether the old ones, too."},
		{Name: "PageSize", Type: connector.Int, Default: "100", Doc: "Rows a page."},
		{Name: "Timeout", Type: connector.Duration, Default: "30s", Doc: "How long to wait."},
		{Name: "Timezone", Type: connector.Zone, Doc: "The zone."},
		{Name: "Since", Type: connector.Choice, Choices: []string{"ever"}, Required: true, Default: "ever", Doc: "From when on."},
	},
}

var schemaConfig = configs.SchemaConfig{
	Connectors: []connector.Info{everything, {Name: "bare", Summary: "Takes no options."}},
	Formats:    []string{"table", "csv"}, Encodings: []string{"utf-8", "cp932"},
}

// compiled returns the schema ready to check values with.
func compiled(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText(tb)))
	if err != nil {
		tb.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("trackql.schema.json", document); err != nil {
		tb.Fatal(err)
	}
	schema, err := compiler.Compile("trackql.schema.json") // checks it against its draft, too
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

func schemaText(tb testing.TB) []byte {
	tb.Helper()
	text, err := configs.Schema(schemaConfig)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// instance returns a YAML node as an editor sees it: as a JSON value, with the
// merges made.
func instance(node *yaml.Node) any {
	if node.Kind == yaml.AliasNode {
		return instance(node.Alias)
	}
	switch node.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			if node.Content[i].Tag == "!!merge" {
				merged, _ := instance(node.Content[i+1]).(map[string]any)
				maps.Copy(object, merged)
			}
		}
		for i := 0; i < len(node.Content); i += 2 {
			key := node.Content[i]
			if key.Kind == yaml.AliasNode {
				key = key.Alias
			}
			if key.Tag != "!!merge" {
				object[key.Value] = instance(node.Content[i+1])
			}
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i := range list {
			list[i] = instance(node.Content[i])
		}
		return list
	}
	var value any
	if node.Decode(&value) == nil {
		switch value.(type) {
		case nil, bool:
			return value
		case int, int64, uint64:
			return json.Number(jsonText(value))
		}
	}
	return node.Value
}

func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// asSeen returns what an editor sees of a file, false where that is no YAML.
func asSeen(text string) (any, bool) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, false
	}
	if document.Kind == 0 {
		return nil, true
	}
	return instance(document.Content[0]), true
}

// connectorName is the form of [connector.Info.Name].
var connectorName = regexp.MustCompile("^[a-z][a-z0-9]*$")

// taken tells why the program does not take a file, nil where it does.
func taken(tb testing.TB, text string) error {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), configs.FileName)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	config, err := configs.Read(path, lookup)
	if err != nil {
		return err
	}
	for _, source := range config.Sources {
		if !connectorName.MatchString(source.Connector) {
			return connector.Errorf(connector.Invalid, "there is no connector %q", source.Connector)
		}
		for _, info := range schemaConfig.Connectors {
			if info.Name != source.Connector {
				continue
			}
			if _, err := info.Resolve(source.Settings, configs.Expander("", lookup)); err != nil {
				return err
			}
		}
	}
	for _, choice := range []struct {
		value string
		known []string
	}{{config.Format.Value, schemaConfig.Formats}, {config.Encoding.Value, schemaConfig.Encodings}} {
		same := func(name string) bool { return strings.EqualFold(name, choice.value) }
		if choice.value != "" && !slices.ContainsFunc(choice.known, same) {
			return connector.Errorf(connector.Invalid, "there is no %q", choice.value)
		}
	}
	return nil
}

const source = "sources:\n  s:\n    connector: every\n    base_url: x\n"

// TestSchemaAgrees asks program and schema about good and bad files.
func TestSchemaAgrees(t *testing.T) {
	good := []string{
		"", "# nothing\n", "sources:\nviews:\ntimezone:\nthreads:\nmemory_limit: ''\n", source,
		"sources: {s: {connector: Every, BASE URL: x}}\n", "sources: {s: {CONNECTOR: every, base_url: 1}}\n",
		"sources: {課題: {connector: unknown, any: thing, other: 1}}\n", "sources: {_a1: {connector: bare}}\n",
		source + "    api_key: ${env:SECRET}\n    path: 2024-01-01\n    level: HIGH\n    archived: yes\n    page_size: +5\n    timeout: 1h30m\n    timezone: +09:00\n",
		source + "    API KEY: 12\n    path: true\n    level: 1\n    archived: false\n    page_size: -3\n    timeout: 0\n    timezone: local\n",
		source + "    level: true\n    archived: 1\n    page_size: '7'\n    timeout: -1.5h.5m\n    timezone: Asia/Tokyo\n",
		source + "    level: ''\n    archived:\n    page_size: ${env:THREADS}\n    timeout: ''\n    timezone: ''\n    since:\n",
		source + "  t: &t {connector: bare}\n  u: {<<: *t}\n  v: *t\n",
		"views: {v: SELECT 1, w: 1, x: ' y'}\n",
		"timezone: UTC\nformat: CSV\nencoding: Utf-8\nmemory_limit: 1.5 gib\nspill_folder: 1\nthreads: 0\n",
		"memory_limit: 100b\nthreads: '+2'\nformat: ''\nmax_requests: 50\n", "max_requests:\n", "max_requests: '+5'\n",
	}
	bad := []string{
		"- a\n", "text\n", "souces:\n", "Threads: 1\n", "sources: [a]\n", "sources: {s: }\n", "sources: {s: {}}\n",
		"sources: {s: {connector: }}\n", "sources: {s: {connector: ''}}\n", "sources: {s: {connector: [a]}}\n", "sources: {s: {connector: 0}}\n", "sources: {s: {connector: a b}}\n",
		"sources: {1s: {connector: x}}\n", "sources: {a b: {connector: x}}\n", "sources: {a.b: {connector: x}}\n",
		"sources: {'': {connector: x}}\n", "sources: {s: {connector: x, a: {b: 1}}}\n", "sources: {s: {connector: x, a: [1]}}\n",
		"sources: {s: {connector: bare, a: 1}}\n", "sources: {s: {connector: every}}\n", "sources: {s: {connector: EVERY}}\n",
		"sources: {s: {connector: every, base_url: }}\n", "sources: {s: {connector: every, base_url: ''}}\n",
		source + "    pth: x\n", source + "    level: mid\n", source + "    level: [low]\n", source + "    level: 2\n",
		source + "    archived: maybe\n", source + "    archived: 2\n", source + "    page_size: many\n", source + "    page_size: true\n",
		source + "    timeout: 30\n", source + "    timeout: 30 s\n", source + "    timeout: soon\n",
		source + "    timezone: 9\n", source + "    timezone: +9\n", source + "    timezone: '09:00'\n",
		"views: [a]\n", "views: {v: }\n", "views: {v: ' '}\n", "views: {v: [a]}\n",
		"timezone: [UTC]\n", "timezone: 9\n", "format: xls\n", "encoding: 1\n", "memory_limit: 4\n", "memory_limit: lots\n",
		"spill_folder: {a: b}\n", "threads: -1\n", "threads: many\n", "threads: 1.5\n",
		"max_requests: -1\n", "max_requests: few\n",
	}
	// What a schema cannot know.
	unseen := []string{
		"sources: {main: {connector: x}}\n", "timezone: Tokyo\n", "timezone: ${env:NOPE}\n", source + "    path: ${env:NOPE}\n",
		"sources: {s: {connector: x}, S: {connector: x}}\n", source + "    Base URL: y\n", "sources: {s: {connector: every, Base URL: ''}}\n",
		source + "    PageSize: many\n", "format: !x csv\n",
	}
	schema := compiled(t)
	check := func(text string, program, editor bool) {
		seen, isYAML := asSeen(text)
		if !isYAML {
			t.Fatalf("%q is no YAML", text)
		}
		if err := taken(t, text); (err == nil) != program {
			t.Errorf("the program about %q: %v", text, err)
		}
		if err := schema.Validate(seen); (err == nil) != editor {
			t.Errorf("the schema about %q: %v", text, err)
		}
	}
	for _, text := range good {
		check(text, true, true)
	}
	for _, text := range bad {
		check(text, false, false)
	}
	for _, text := range unseen {
		check(text, false, true)
	}
}

// TestSchemaKeys checks that the program reads the keys that the schema lists,
// and that the schema lists those that the program says it has.
func TestSchemaKeys(t *testing.T) {
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(schemaText(t), &schema); err != nil {
		t.Fatal(err)
	}
	_, err := read(t, "nope: 1\n")
	said := regexp.MustCompile(`are ([a-z_, ]+)\.`).FindStringSubmatch(connector.HintOf(err))
	if said == nil {
		t.Fatalf("Read = %v, want the keys in its hint", err)
	}
	want := strings.Split(said[1], ", ")
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(schema.Properties))); diff != "" {
		t.Errorf("keys (-program +schema):\n%s", diff)
	}
	options := schema.Defs["connector-every"].Properties
	if got, want := len(options), len(everything.Options)+len(schema.Defs["source"].Properties); got != want {
		t.Errorf("a source has %d keys in the schema, want %d", got, want)
	}
	delete(options, "connector")
	for key := range options {
		_, err := everything.Resolve([]connector.Setting{{Key: key, Value: ""}}, nil)
		if err != nil && strings.Contains(err.Error(), "has no key") {
			t.Errorf("the schema has the key %s: %v", key, err)
		}
	}
}

// TestSchemaOfNothing is a schema, too.
func TestSchemaOfNothing(t *testing.T) {
	text, err := configs.Schema(configs.SchemaConfig{})
	if err != nil || !json.Valid(text) || !bytes.HasSuffix(text, []byte("}\n")) {
		t.Errorf("Schema = %s, %v", text, err)
	}
}

func TestSchemaGolden(t *testing.T) {
	path := filepath.Join("testdata", "schema.json")
	got := schemaText(t)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// FuzzSchema checks that the schema takes whatever the program takes; but for
// the two letters that are s and k without regard to case, and no ASCII.
func FuzzSchema(f *testing.F) {
	f.Add(source + "    archived: on\n    page_size: 0\n    level: low\n    timeout: 1µs\n")
	f.Add("sources: {s: {connector: every, base_url: 1, ap_i key: 2}, t: &t {connector: q}, u: *t}\n")
	f.Add("views: {v: SELECT 1}\nformat: csv\nencoding:\nthreads: 1\nmemory_limit: 1 KB\n")
	schema := compiled(f)
	f.Fuzz(func(t *testing.T, text string) {
		seen, isYAML := asSeen(text)
		if !isYAML || strings.ContainsAny(text, "\u017f\u212a") || taken(t, text) != nil {
			return
		}
		if err := schema.Validate(seen); err != nil {
			t.Errorf("the program takes %q, and the schema does not: %v", text, err)
		}
	})
}
