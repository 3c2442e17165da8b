package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/trackql/trackql/connector"
)

// SchemaConfig is what the JSON Schema of a configuration file depends on.
type SchemaConfig struct {
	// Connectors are those whose options are known. Sources of any other may
	// have any options.
	Connectors []connector.Info
	// Formats and Encodings are what the keys format and encoding take.
	Formats, Encodings []string
}

// Schema returns the JSON Schema of a configuration file, draft 2020-12 in the
// words that older drafts have, too, indented, with a newline at its end.
//
// What [Read] takes, the schema takes. It cannot refuse all that Read refuses:
// a variable that is not set, a time zone that does not exist. Keys of a source
// are suggested and checked in one spelling; of the others that Read takes it
// checks no value.
func Schema(cfg SchemaConfig) ([]byte, error) {
	root := &schema{
		Schema:      "https://json-schema.org/draft/2020-12/schema",
		Title:       FileName,
		Description: "Sources, saved queries and settings of TrackQL.",
		Type:        []string{"object", "null"},
		Others:      false,
	}
	for _, key := range fileKeys() {
		value := key.schema(cfg)
		value.Description = key.doc
		root.Properties = append(root.Properties, property{key.name, value})
	}
	root.Defs = properties{{"source", sourceSchema(cfg)}}
	for _, info := range cfg.Connectors {
		root.Defs = append(root.Defs, property{definition(info), optionsSchema(info)})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return text.Bytes(), nil
}

// schema is a JSON Schema, as far as it is needed here.
type schema struct {
	Schema      string     `json:"$schema,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Ref         string     `json:"$ref,omitempty"`
	Type        []string   `json:"type,omitempty"`
	Enum        []any      `json:"enum,omitempty"`
	Default     any        `json:"default,omitempty"`
	Examples    []string   `json:"examples,omitempty"`
	WriteOnly   bool       `json:"writeOnly,omitempty"`
	Minimum     *int64     `json:"minimum,omitempty"`
	MinLength   int        `json:"minLength,omitempty"`
	Pattern     string     `json:"pattern,omitempty"`
	Required    []string   `json:"required,omitempty"`
	Names       *schema    `json:"propertyNames,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Patterns    properties `json:"patternProperties,omitempty"`
	Others      any        `json:"additionalProperties,omitempty"` // a *schema, or false
	AnyOf       []*schema  `json:"anyOf,omitempty"`
	AllOf       []*schema  `json:"allOf,omitempty"`
	Not         *schema    `json:"not,omitempty"`
	If          *schema    `json:"if,omitempty"`
	Then        *schema    `json:"then,omitempty"`
	Defs        properties `json:"$defs,omitempty"`
}

// properties are written in their order, which is that of the documentation.
type properties []property

type property struct {
	name  string
	value any // a *schema, or true
}

// MarshalJSON writes an object.
func (p properties) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	for i, one := range p {
		text.WriteString([2]string{"{", ","}[min(i, 1)])
		if err := encoder.Encode(one.name); err != nil {
			return nil, err
		}
		text.WriteByte(':')
		if err := encoder.Encode(one.value); err != nil {
			return nil, err
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// sourcesSchema is the schema of the key sources.
func sourcesSchema(SchemaConfig) *schema {
	return &schema{
		Type: []string{"object", "null"},
		// What connector.CheckSourceName refuses in ASCII.
		Names:  &schema{Pattern: "^[^\\x00-@\\[-^`{-\\x7f][^\\x00-/:-@\\[-^`{-\\x7f]*$"},
		Others: &schema{Ref: "#/$defs/source"},
	}
}

// viewsSchema is the schema of the key views.
func viewsSchema(SchemaConfig) *schema {
	query := &schema{Type: []string{"string", "number", "boolean"}, Pattern: `\S`}
	return &schema{Type: []string{"object", "null"}, Others: query}
}

// sourceSchema is the schema of one source: its keys depend on its connector.
func sourceSchema(cfg SchemaConfig) *schema {
	source := &schema{
		Description: "A source: a schema in SQL.",
		Type:        []string{"object"},
		Others:      &schema{Type: scalars},
		AllOf:       []*schema{needs("connector")},
	}
	for _, key := range sourceKeys() {
		value := key.schema(cfg)
		value.Description = key.doc
		source.Properties = append(source.Properties, property{key.name, value})
	}
	for _, info := range cfg.Connectors {
		source.AllOf = append(source.AllOf, &schema{
			If: &schema{
				Properties: properties{{"connector", &schema{Pattern: "^" + anyCase(info.Name) + "$"}}},
				Required:   []string{"connector"},
			},
			Then: &schema{Ref: "#/$defs/" + definition(info)},
		})
	}
	return source
}

// connectorSchema is the schema of the key connector: any name, because plugins
// of this machine may be unknown on another.
func connectorSchema(cfg SchemaConfig) *schema {
	known := &schema{}
	for _, info := range cfg.Connectors {
		known.Enum = append(known.Enum, info.Name)
	}
	return &schema{AnyOf: []*schema{known, {Type: []string{"string"}, Pattern: "^[A-Za-z][A-Za-z0-9]*$"}}}
}

func definition(info connector.Info) string { return "connector-" + info.Name }

// optionsSchema is the schema of a source whose connector is known.
func optionsSchema(info connector.Info) *schema {
	s := &schema{Description: info.Summary, Others: false}
	for _, key := range sourceKeys() {
		s.Properties = append(s.Properties, property{key.name, true})
		s.Patterns = append(s.Patterns, property{anySpelling(key.name), true})
	}
	for _, o := range info.Options {
		name := keyOf(o.Name)
		s.Properties = append(s.Properties, property{name, optionSchema(o)})
		s.Patterns = append(s.Patterns, property{anySpelling(o.Name), true})
		if o.Required && o.Default == "" {
			s.AllOf = append(s.AllOf, needs(name))
		}
	}
	return s
}

// needs is the schema of an object that has a key, in whatever spelling.
func needs(name string) *schema {
	return &schema{
		If:   &schema{Names: &schema{Not: &schema{Pattern: anySpelling(name)}}},
		Then: &schema{Required: []string{name}},
	}
}

// keyOf returns the spelling in which an option is suggested: multi_values of
// MultiValues, base_url of BaseURL.
func keyOf(name string) string {
	var key strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		begins := unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(letters[i-1]) ||
			i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if begins && !strings.HasSuffix(key.String(), "_") {
			key.WriteByte('_')
		}
		if r == ' ' {
			r = '_'
		}
		key.WriteRune(unicode.ToLower(r))
	}
	return key.String()
}

// anySpelling is a pattern of what is the same key to [connector.Info.Resolve].
func anySpelling(name string) string {
	pattern := "^[ _]*"
	for _, r := range connector.FoldKey(name) {
		pattern += anyCase(string(r)) + "[ _]*"
	}
	return pattern + "$"
}

// anyCase is a pattern of a text in any mixture of case.
func anyCase(text string) string {
	var pattern strings.Builder
	for _, r := range text {
		if lower, upper := unicode.ToLower(r), unicode.ToUpper(r); lower != upper {
			pattern.WriteString("[" + string(upper) + string(lower) + "]")
			continue
		}
		pattern.WriteString(regexp.QuoteMeta(string(r)))
	}
	return pattern.String()
}

// scalars are the types of a value that is no list and has no keys.
var scalars = []string{"string", "number", "boolean", "null"}

// optionSchema is the schema of an option of a connector.
func optionSchema(o connector.Option) *schema {
	s := textSchema()
	switch o.Type {
	case connector.Choice:
		s = choiceSchema(o.Choices)
	case connector.Bool:
		s = boolSchema()
	case connector.Int:
		s = writtenAs("[+-]?[0-9]+", &schema{Type: []string{"integer"}})
	case connector.Duration:
		s = durationSchema()
	case connector.Zone:
		s = zoneSchema()
	}
	if o.Required && (o.Default == "" || o.Type == connector.Text) {
		s = filled(s)
	}
	s.Description, s.WriteOnly = o.Doc, o.Secret
	if o.Secret {
		s.Description += " Write ${env:NAME} or ${file:PATH}, and keep the secret itself out of this file."
	}
	if o.Default != "" {
		s.Default = typed(o.Default)
	}
	return s
}

// filled is the schema of a value that may not be absent.
func filled(s *schema) *schema {
	s.Type = slices.DeleteFunc(slices.Clone(s.Type), func(name string) bool { return name == "null" })
	s.AnyOf = slices.DeleteFunc(s.AnyOf, func(one *schema) bool { return slices.Equal(one.Type, []string{"null"}) })
	s.MinLength = 1
	return s
}

func textSchema() *schema { return &schema{Type: scalars} }

// writtenAs is the schema of a value of one of some forms, or written as text
// that has the pattern, is a reference, or empty.
func writtenAs(pattern string, forms ...*schema) *schema {
	text := &schema{Type: []string{"string"}, Pattern: `^(` + pattern + `)?$|\$\{`}
	return &schema{AnyOf: append(forms, text, &schema{Type: []string{"null"}})}
}

func choiceSchema(choices []string) *schema {
	values, patterns := make([]any, len(choices)), make([]string, len(choices))
	for i, choice := range choices {
		values[i], patterns[i] = typed(choice), anyCase(choice)
	}
	return writtenAs(strings.Join(patterns, "|"), &schema{Enum: values})
}

func boolSchema() *schema {
	return writtenAs(anyCase("true")+"|"+anyCase("false")+"|"+anyCase("yes")+"|"+anyCase("no")+
		"|"+anyCase("on")+"|"+anyCase("off")+"|1|0",
		&schema{Type: []string{"boolean"}}, &schema{Enum: []any{0, 1}})
}

// countSchema is the schema of an integer from 0 on.
func countSchema() *schema {
	return writtenAs("[+]?[0-9]+", &schema{Type: []string{"integer"}, Minimum: new(int64)})
}

func durationSchema() *schema {
	s := writtenAs(`[+-]?(0|(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)`, &schema{Enum: []any{0}})
	s.Examples = []string{"30s", "10m", "1h30m"}
	return s
}

func zoneSchema() *schema {
	s := writtenAs(`[A-Za-z].*|[+-][0-9][0-9]:[0-9][0-9]`)
	s.Examples = []string{"Asia/Tokyo", "Europe/Berlin", "UTC", "+09:00", "local"}
	return s
}

// typed returns what YAML makes of a text without quotes.
func typed(text string) any {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return text // nothing that YAML takes without quotes
	}
	switch value.(type) {
	case bool, int, float64:
		return value
	}
	return text
}
