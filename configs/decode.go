package configs

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/trackql/trackql/connector"
)

// keys are the keys of a configuration file, in the order in which to list
// them.
var keys = []string{
	"sources", "views", "timezone", "format", "encoding", "memory_limit", "spill_folder", "threads",
}

// decoder walks the nodes of one file. It goes on after a mistake, so that all
// are found.
type decoder struct {
	file, folder string
	expand       connector.Expander
	config       Config
	faults       []error
}

func (d *decoder) fault(at *yaml.Node, hint, format string, args ...any) {
	d.faults = append(d.faults, connector.Errorf(connector.Invalid, format, args...).
		At(d.place(at)).WithHint("%s", hint))
}

func (d *decoder) place(at *yaml.Node) connector.Place {
	return connector.Place{File: d.file, Line: at.Line, Column: at.Column}
}

func (d *decoder) decode(r io.Reader) {
	documents := yaml.NewDecoder(r)
	var document, second yaml.Node
	err := documents.Decode(&document)
	if errors.Is(err, io.EOF) {
		return
	}
	if err == nil {
		err = documents.Decode(&second)
	}
	switch {
	case err == nil:
		d.fault(&second, "Put everything into one document, without ---.", "a second document begins")
	case !errors.Is(err, io.EOF):
		d.faults = append(d.faults, d.syntax(err))
		return
	}
	for _, p := range d.pairs(document.Content[0], "the file") {
		d.key(p)
	}
}

var (
	// syntaxLine is how the YAML parser tells the line of a fault.
	syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// anchorName is what it took for a name: perhaps a password that begins
	// with an asterisk.
	anchorName = regexp.MustCompile(`anchor '.*?'`)
)

func (d *decoder) syntax(err error) error {
	place := connector.Place{File: d.file}
	text := err.Error()
	if found := syntaxLine.FindStringSubmatch(text); found != nil {
		text = text[len(found[0]):]
		if line, err := strconv.Atoi(found[1]); err == nil {
			place.Line = line
		}
	}
	text = anchorName.ReplaceAllString(text, "anchor")
	return connector.Errorf(connector.Invalid, "not YAML: %s", text).At(place).
		WithHint("Check the indentation, and quote values that hold a colon or begin with a special character.")
}

// pair is a key of a mapping with its value.
type pair struct {
	key, value *yaml.Node
}

// pairs returns the keys of a mapping with its merges (<<), each key once; the
// mapping's own keys come first and win. Nothing is a mapping without keys;
// anything else is a fault.
func (d *decoder) pairs(node *yaml.Node, what string) []pair {
	node = resolveAlias(node)
	if node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		d.fault(node, "Write one KEY: VALUE a line.", "%s holds %s, not keys with values", what, kindOf(node))
		return nil
	}
	var own, merges []pair
	lines := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		p := pair{node.Content[i], node.Content[i+1]}
		if p.key.Tag == "!!merge" {
			merges = append(merges, p)
			continue
		}
		if line, twice := lines[p.key.Value]; twice {
			d.fault(p.key, "Leave one of them out.", "the key %s is given twice, first in line %d", p.key.Value, line)
			continue
		}
		lines[p.key.Value] = p.key.Line
		own = append(own, p)
	}
	for _, merge := range merges {
		for _, p := range d.merged(merge.value) {
			if _, given := lines[p.key.Value]; !given {
				lines[p.key.Value] = p.key.Line
				own = append(own, p)
			}
		}
	}
	return own
}

// merged returns the keys of what follows <<, which is one mapping without
// merges of its own.
func (d *decoder) merged(node *yaml.Node) []pair {
	target := resolveAlias(node)
	if target.Kind != yaml.MappingNode {
		d.fault(node, "Write <<: *NAME of one mapping.", "<< holds %s", kindOf(target))
		return nil
	}
	var all []pair
	for i := 0; i+1 < len(target.Content); i += 2 {
		if target.Content[i].Tag == "!!merge" {
			d.fault(node, "Merge the keys themselves.", "<< of a mapping that merges another")
			continue
		}
		all = append(all, pair{target.Content[i], target.Content[i+1]})
	}
	return all
}

// resolveAlias returns the node that an alias stands for.
func resolveAlias(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func kindOf(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	return "one value"
}

func (d *decoder) key(p pair) {
	switch p.key.Value {
	case "sources":
		for _, p := range d.pairs(p.value, "sources") {
			d.source(p)
		}
	case "views":
		for _, p := range d.pairs(p.value, "views") {
			d.view(p)
		}
	case "timezone":
		d.timezone(p)
	case "format":
		d.config.Format = Text{d.value(p), d.place(p.value)}
	case "encoding":
		d.config.Encoding = Text{d.value(p), d.place(p.value)}
	case "memory_limit":
		d.memoryLimit(p)
	case "spill_folder":
		d.config.SpillFolder = d.path(d.value(p))
	case "threads":
		d.threads(p)
	default:
		hint := "The keys of a configuration file are " + strings.Join(keys, ", ") + "."
		if name, ok := connector.Nearest(p.key.Value, keys); ok {
			hint = "Did you mean " + name + "? " + hint
		}
		d.fault(p.key, hint, "there is no key %q", p.key.Value)
	}
}

// text returns a scalar as it is written; nothing is empty text.
func (d *decoder) text(p pair) (text string, ok bool) {
	node := resolveAlias(p.value)
	if node.Kind != yaml.ScalarNode {
		d.fault(p.value, "Write one value.", "%s holds %s, not one value", p.key.Value, kindOf(node))
		return "", false
	}
	if node.Tag == "!!null" {
		return "", true
	}
	return node.Value, true
}

// written returns a scalar for a message: with its references as they are.
func written(p pair) string { return resolveAlias(p.value).Value }

// value returns a scalar with its references expanded.
func (d *decoder) value(p pair) string {
	text, _ := d.text(p)
	expanded, err := connector.Expand(text, d.expand)
	if err != nil {
		d.fault(p.value, connector.HintOf(err), "%s: %w", p.key.Value, err)
	}
	return expanded
}

// path makes a relative path one from the file's folder.
func (d *decoder) path(path string) string {
	if path == "" || filepath.IsAbs(path) || strings.Contains(path, "://") {
		return path
	}
	return filepath.Join(d.folder, path)
}

func (d *decoder) timezone(p pair) {
	text := d.value(p)
	if text == "" {
		return
	}
	zone, err := connector.ParseZone(text)
	if err != nil {
		d.fault(p.value, connector.HintOf(err), "timezone: %q is no time zone", written(p))
	}
	d.config.Timezone = zone
}

// memoryLimit is a number with a unit of bytes, as DuckDB takes it.
var memoryLimit = regexp.MustCompile(`(?i)^\d+(\.\d+)? *([kmgt]i?)?b$`)

func (d *decoder) memoryLimit(p pair) {
	text := d.value(p)
	if text != "" && !memoryLimit.MatchString(text) {
		d.fault(p.value, "Write a number with its unit, such as 4GB or 512MB.",
			"memory_limit: %q is no amount of memory", written(p))
	}
	d.config.MemoryLimit = text
}

func (d *decoder) threads(p pair) {
	text := d.value(p)
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		d.fault(p.value, "Write how many cores to use, such as 4; 0 is all of them.",
			"threads: %q is no number of cores", written(p))
		return
	}
	d.config.Threads = n
}

func (d *decoder) source(p pair) {
	name := p.key.Value
	if err := connector.CheckSourceName(name); err != nil {
		d.fault(p.key, connector.HintOf(err), "%w", err)
	}
	for _, other := range d.config.Sources {
		if strings.EqualFold(other.Name, name) {
			d.fault(p.key, fmt.Sprintf("The first one is %s in line %d.", other.Name, other.Place.Line),
				"the source %s is given twice: names are compared without regard to case", name)
		}
	}
	source := Source{Place: d.place(p.key)}
	source.Name = name
	for _, option := range d.pairs(p.value, "source "+name) {
		d.setting(&source, option)
	}
	if source.Connector == "" {
		d.fault(p.key, "Add connector: NAME, such as connector: scarab.", "source %s names no connector", name)
	}
	d.config.Sources = append(d.config.Sources, source)
}

func (d *decoder) setting(source *Source, p pair) {
	text, ok := d.text(p)
	switch {
	case !ok:
	case strings.EqualFold(p.key.Value, "connector"):
		source.Connector = strings.ToLower(text)
	default:
		source.Settings = append(source.Settings, connector.Setting{
			Key: p.key.Value, Value: text, Place: d.place(p.key),
		})
	}
}

func (d *decoder) view(p pair) {
	name := p.key.Value
	text, ok := d.text(p)
	if ok && strings.TrimSpace(text) == "" {
		d.fault(p.key, "Write "+name+`: "SELECT …".`, "the view %q has no query", name)
	}
	for _, other := range d.config.Views {
		if strings.EqualFold(other.Name, name) {
			d.fault(p.key, fmt.Sprintf("The first one is %s in line %d.", other.Name, other.Place.Line),
				"the view %s is given twice: names are compared without regard to case", name)
		}
	}
	d.config.Views = append(d.config.Views, View{Name: name, SQL: text, Place: d.place(p.key)})
}
