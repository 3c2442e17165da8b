package markdown

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/trackql/trackql/connector"
)

// keys are what a front matter may hold.
var keys = []string{
	"id", "title", "status", "assignee", "labels", "created", "updated", "due", "blocked_by",
}

// frontMatter reads the YAML between the lines of dashes. Warnings and errors
// have the lines of the file, because text begins where the file does.
func (p *parser) frontMatter(text string) error {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return p.yamlFault(err)
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return p.fault(1, "Write one KEY: VALUE a line.", "the front matter holds no keys with values")
	}
	pairs := document.Content[0].Content
	given := map[string]int{}
	for i := 0; i < len(pairs); i += 2 {
		key, value := pairs[i], pairs[i+1]
		if first, twice := given[key.Value]; twice {
			return p.fault(key.Line, "Leave one of them out.", "%s is given twice, first in line %d", key.Value, first)
		}
		given[key.Value] = key.Line
		if err := p.field(key, value); err != nil {
			return err
		}
	}
	if p.title.IsNull() {
		return p.fault(1, "Add a line title: to the front matter.", "the issue has no title")
	}
	return nil
}

// yamlLine is how the YAML parser tells the line of a fault.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func (p *parser) yamlFault(err error) error {
	found := yamlLine.FindStringSubmatch(err.Error())
	if found == nil {
		return p.fault(1, "Check the front matter.", "not YAML: %w", err)
	}
	line, _ := strconv.Atoi(found[1]) // 0, unknown, where it names none
	return p.fault(line, "Check the indentation, and quote values that hold a colon or begin with a special character.",
		"not YAML: %s", strings.TrimPrefix(err.Error(), found[0]))
}

// field reads one key with its value.
func (p *parser) field(key, value *yaml.Node) error {
	if value.Tag == "!!null" {
		return nil
	}
	switch key.Value {
	case "id":
		return p.checkID(value)
	case "title":
		return p.scalar(key, value, &p.title, plain)
	case "status":
		return p.scalar(key, value, &p.status, plain)
	case "assignee":
		return p.scalar(key, value, &p.assignee, plain)
	case "created":
		return p.scalar(key, value, &p.created, p.instant)
	case "updated":
		return p.scalar(key, value, &p.updated, p.instant)
	case "due":
		return p.scalar(key, value, &p.due, day)
	case "labels":
		return p.list(key, value, &p.labels)
	case "blocked_by":
		return p.list(key, value, &p.blockedBy)
	}
	text := "the key " + key.Value + " is unknown"
	if near, ok := connector.Nearest(key.Value, keys); ok {
		text += "; did you mean " + near + "?"
	}
	p.warn("unknown-key", p.place(key.Line), text)
	return nil
}

// checkID holds the id against the file's name. Because the two are the same,
// a query for one issue opens one file.
func (p *parser) checkID(value *yaml.Node) error {
	if value.Value == p.id {
		return nil
	}
	return p.fault(value.Line, "Rename the file to "+value.Value+extension+", or write id: "+p.id+".",
		"the id is %q, but the file is called %s", value.Value, p.name)
}

// scalar reads one value with read into a field.
func (p *parser) scalar(key, value *yaml.Node, field *connector.Value, read func(string) (connector.Value, error)) error {
	if value.Kind != yaml.ScalarNode {
		return p.fault(value.Line, "Write one value behind the colon.", "%s holds more than one value", key.Value)
	}
	v, err := read(value.Value)
	if err != nil {
		return p.fault(value.Line, connector.HintOf(err), "%s: %w", key.Value, err)
	}
	*field = v
	return nil
}

// list reads a list of texts. What is in it twice is taken once, and a single
// value for a list of one.
func (p *parser) list(key, value *yaml.Node, field *[]string) error {
	elements := value.Content
	if value.Kind == yaml.ScalarNode {
		elements = []*yaml.Node{value}
		p.warn("no-list", p.place(value.Line), key.Value+" is one value, and no list: write ["+value.Value+"]")
	} else if value.Kind != yaml.SequenceNode {
		return p.fault(value.Line, "Write "+key.Value+": [one, two].", "%s is no list", key.Value)
	}
	for _, e := range elements {
		if e.Kind != yaml.ScalarNode {
			return p.fault(e.Line, "Write "+key.Value+": [one, two].", "%s holds more than a list of texts", key.Value)
		}
		if slices.Contains(*field, e.Value) {
			p.warn("repeated-value", p.place(e.Line), key.Value+" holds "+e.Value+" twice")
			continue
		}
		*field = append(*field, e.Value)
	}
	return nil
}

func plain(text string) (connector.Value, error) { return optional(text), nil }

// The forms of a time; those without an offset are in the source's time zone.
var timeForms = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05-07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

// instant reads a moment; a day is its beginning.
func (p *parser) instant(text string) (connector.Value, error) {
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, text, p.zone); err == nil {
			return connector.TimestampOf(t.UnixMicro()), nil
		}
	}
	return connector.Null(), connector.Errorf(connector.Corrupt, "%q is no time", text).
		WithHint("Write 2026-03-01 09:30, or 2026-03-01T09:30:00+09:00.")
}

// day reads a date.
func day(text string) (connector.Value, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return connector.Null(), connector.Errorf(connector.Corrupt, "%q is no day", text).
			WithHint("Write 2026-03-20.")
	}
	return connector.DateOf(t.Unix() / int64(24*time.Hour/time.Second)), nil
}
