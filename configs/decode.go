package configs

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/trackql/trackql/connector"
)

// decoder walks the nodes of one file. It goes on after a mistake, so that all
// are found.
type decoder struct {
	file, folder string
	expand       connector.Expander
	config       Config
	faults       []*connector.Error
	read         int // keys read so far
}

func (d *decoder) fault(at *yaml.Node, hint, format string, args ...any) {
	d.faults = append(d.faults, connector.Errorf(connector.Invalid, format, args...).
		At(d.place(at)).WithHint("%s", hint))
}

func (d *decoder) place(at *yaml.Node) connector.Place {
	return connector.Place{File: d.file, Line: at.Line, Column: at.Column}
}

func (d *decoder) decode(text []byte) {
	if root := d.parse(text); root != nil {
		for _, p := range d.pairs(root, "the file", keysOfFile) {
			d.key(p)
		}
	}
}

// mistakes returns the faults, each once, in the order of the file.
func (d *decoder) mistakes() error {
	slices.SortStableFunc(d.faults, func(a, b *connector.Error) int {
		return cmp.Or(cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Column, b.Place.Column))
	})
	var errs []error
	for i, fault := range d.faults {
		if i == 0 || fault.Error() != d.faults[i-1].Error() { // what is merged twice is read twice
			errs = append(errs, fault)
		}
	}
	return errors.Join(errs...)
}

// pair is a key of a mapping with its value.
type pair struct {
	name string // the key's text
	// label is the name for messages: without what was meant for a value.
	label      string
	key, value *yaml.Node
	again      bool // the key was given before
}

// naming tells which keys of a mapping are the same, and what to call them.
type naming struct {
	noun, rule string
	fold       func(name string) string
}

// The namings of the mappings of a file.
var (
	keysOfFile   = naming{"key", "", strings.Clone}
	namesSources = naming{"source", ": names are compared without regard to case", strings.ToLower}
	namesViews   = naming{"view", ": names are compared without regard to case", strings.ToLower}
	keysOfSource = naming{"key", ": keys are compared without regard to case, spaces and underscores", connector.FoldKey}
)

// shown returns a key for a message. What follows a colon was meant for a
// value, and may be a secret.
func shown(name string) string {
	if end := strings.IndexAny(name, ":="); end >= 0 {
		return name[:end] + "…"
	}
	return name
}

// mostKeys is how many keys a file may have, with those that it merges: a few
// lines of merges could make millions.
const mostKeys = 10_000

// pairs returns the keys of a mapping with its merges (<<); the mapping's own
// keys come first and win. Nothing is a mapping without keys; anything else is
// a fault.
func (d *decoder) pairs(node *yaml.Node, what string, names naming) []pair {
	value := resolveAlias(node)
	d.tag(value)
	if value.Tag == "!!null" || d.full() {
		return nil
	}
	if value.Kind != yaml.MappingNode {
		d.fault(node, "Write one KEY: VALUE a line.", "%s holds %s, not keys with values", what, kindOf(value))
		return nil
	}
	own, merges := d.own(value)
	if !d.count(node, len(own)) {
		return nil
	}
	given := map[string]pair{}
	for i, p := range own {
		first, again := given[names.fold(p.name)]
		if !again {
			given[names.fold(p.name)] = p
			continue
		}
		own[i].again = true
		d.twice(first, p, names)
	}
	for _, merge := range merges {
		merged := d.merged(merge)
		if !d.count(node, len(merged)) {
			return nil
		}
		for _, p := range merged {
			if _, there := given[names.fold(p.name)]; !there {
				given[names.fold(p.name)] = p
				own = append(own, p)
			}
		}
	}
	return own
}

func (d *decoder) twice(first, p pair, names naming) {
	if first.name == p.name {
		d.fault(p.key, "Leave one of them out.", "the %s %s is given twice, first in line %d", names.noun, p.label, first.key.Line)
		return
	}
	d.fault(p.key, "The first one is "+first.label+" in line "+strconv.Itoa(first.key.Line)+".",
		"the %s %s is given twice%s", names.noun, p.label, names.rule)
}

// count notes that more keys were read. It answers false once the file has too
// many of them.
func (d *decoder) count(at *yaml.Node, more int) bool {
	d.read += more
	if d.full() && d.read-more <= mostKeys {
		d.fault(at, "Split the file.", "the file has more than %d keys", mostKeys)
	}
	return !d.full()
}

// full says that the file has too many keys: what is left is not read.
func (d *decoder) full() bool { return d.read > mostKeys }

// own returns a mapping's own keys, and what its merges name.
func (d *decoder) own(mapping *yaml.Node) (own []pair, merges []*yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		text := resolveAlias(key)
		switch {
		case text.Kind != yaml.ScalarNode:
			d.fault(key, "Write one KEY: VALUE a line.", "a key is %s, not text", kindOf(text))
		case text.Tag == "!!merge" && len(merges) > 0:
			d.fault(key, "Merge one mapping, and write the other keys.", "<< is given twice")
		case text.Tag == "!!merge":
			merges = append(merges, value)
		case text.Value == "":
			d.fault(key, "Write KEY: VALUE.", "a key is empty")
		default:
			d.tag(text)
			own = append(own, pair{name: text.Value, label: shown(text.Value), key: key, value: value})
		}
	}
	return own, merges
}

// merged returns the keys of what follows <<, which is one mapping without
// merges of its own.
func (d *decoder) merged(node *yaml.Node) []pair {
	target := resolveAlias(node)
	if target.Kind != yaml.MappingNode {
		d.fault(node, "Write <<: *NAME of one mapping.", "<< holds %s", kindOf(target))
		return nil
	}
	merger := decoder{} // faults in there are told where it is read itself
	pairs, merges := merger.own(target)
	if len(merges) > 0 {
		d.fault(node, "Merge the keys themselves.", "<< of a mapping that merges another")
	}
	return pairs
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

// tag refuses a tag that would mean something.
func (d *decoder) tag(node *yaml.Node) {
	if node.Style&yaml.TaggedStyle != 0 && node.Tag != "!!str" && node.Tag != "!!map" {
		d.fault(node, "Leave it out; put a value that begins with an exclamation mark into quotes.", "a tag, which means nothing here")
	}
}

// text returns a scalar as it is written; nothing is empty text.
func (d *decoder) text(p pair) (text string, ok bool) {
	node := resolveAlias(p.value)
	d.tag(node)
	if node.Kind != yaml.ScalarNode {
		d.fault(p.value, "Write one value.", "%s holds %s, not one value", p.label, kindOf(node))
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
		d.fault(p.value, connector.HintOf(err), "%s: %w", p.label, err)
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
