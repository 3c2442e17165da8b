package xmlread

import (
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// declared is one element of a model's text.
type declared struct {
	name    string
	content content
	body    *node // nil for text alone, and for nothing
	place   connector.Place
}

// node is a part of a content model.
type node struct {
	kind  nodeKind
	name  string
	parts []*node
	place connector.Place
}

type nodeKind uint8

const (
	named    nodeKind = iota // one element
	sequence                 // all parts, in order
	choice                   // one of the parts
	optional                 // the part, or nothing
	repeated                 // the part, once or more often
)

// modelParser reads a model's text, one declaration at a time.
type modelParser struct {
	text string
	pos  int
}

func parseModel(text string) ([]declared, error) {
	p := &modelParser{text: text}
	var all []declared
	places := map[string]connector.Place{}
	for {
		p.space(true)
		if p.pos == len(p.text) {
			break
		}
		d, err := p.declaration()
		if err != nil {
			return nil, err
		}
		if _, ok := places[d.name]; ok {
			return nil, invalidModel(d.place, "%s is declared twice", d.name)
		}
		places[d.name] = d.place
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil, p.invalid("the model declares nothing")
	}
	for _, d := range all {
		for _, n := range d.body.names(nil) {
			if _, ok := places[n.name]; !ok {
				return nil, invalidModel(n.place, "%s is not declared", n.name)
			}
		}
	}
	return all, nil
}

// declaration reads "name content", up to the next line that begins with a name.
func (p *modelParser) declaration() (declared, error) {
	d := declared{place: p.place()}
	if p.pos > 0 && p.text[p.pos-1] != '\n' {
		return d, p.invalid("expected an operator, or a new line")
	}
	if d.name = p.name(); d.name == "" {
		return d, p.invalid("expected the name of an element")
	}
	p.space(false)
	if p.word("EMPTY") {
		return d, nil
	}
	spoken := false
	for {
		if p.word("TEXT") {
			spoken = true
		} else if err := p.alternative(&d); err != nil {
			return d, err
		}
		p.space(false)
		if !p.take("|") {
			break
		}
		p.space(false)
	}
	switch {
	case d.body == nil:
		d.content = text
	case spoken && d.content == elements:
		d.content = either
	case spoken:
		return d, invalidModel(d.place, "%s has TEXT beside mixed content, which has it already", d.name)
	}
	return d, nil
}

// alternative reads one group of a declaration.
func (p *modelParser) alternative(d *declared) error {
	place := p.place()
	if !p.take("(") {
		return p.invalid("expected TEXT, EMPTY or (")
	}
	group, spoken, err := p.group(place)
	if err != nil {
		return err
	}
	starred := p.pos < len(p.text) && p.text[p.pos] == '*'
	group = p.suffix(group)
	switch {
	case spoken && (d.body != nil || !starred):
		return invalidModel(place, "TEXT beside elements must be (TEXT | a | b)* alone")
	case spoken:
		d.content, d.body = mixed, group
	case d.content == mixed:
		return invalidModel(place, "mixed content must be (TEXT | a | b)* alone")
	case d.body != nil:
		d.body = &node{kind: choice, parts: []*node{d.body, group}}
	default:
		d.body = group
	}
	return nil
}

// group reads what is in parentheses, behind the opening one, and answers
// whether TEXT is its first part.
func (p *modelParser) group(place connector.Place) (group *node, spoken bool, err error) {
	group = &node{kind: choice, place: place}
	p.space(false)
	if spoken = p.word("TEXT"); spoken {
		p.space(false)
		if !p.take("|") {
			return nil, false, p.invalid("expected | behind TEXT")
		}
	}
	for separator := byte(0); ; {
		p.space(false)
		part, err := p.part()
		if err != nil {
			return nil, false, err
		}
		group.parts = append(group.parts, part)
		p.space(false)
		if p.take(")") {
			return group, spoken, nil
		}
		c := p.peek()
		if c != ',' && c != '|' || separator != 0 && c != separator || spoken && c == ',' {
			return nil, false, p.invalid("expected ) or the same separator as before")
		}
		separator = c
		if c == ',' {
			group.kind = sequence
		}
		p.pos++
	}
}

// part reads a name or a group, with its suffix.
func (p *modelParser) part() (*node, error) {
	place := p.place()
	if p.take("(") {
		group, spoken, err := p.group(place)
		if spoken {
			return nil, invalidModel(place, "TEXT is deeper than in the outermost group")
		}
		if err != nil {
			return nil, err
		}
		return p.suffix(group), nil
	}
	name := p.name()
	if name == "" {
		return nil, p.invalid("expected a name or (")
	}
	return p.suffix(&node{kind: named, name: name, place: place}), nil
}

// suffix reads "?", "*" or "+".
func (p *modelParser) suffix(n *node) *node {
	switch {
	case p.take("?"):
		return &node{kind: optional, parts: []*node{n}}
	case p.take("+"):
		return &node{kind: repeated, parts: []*node{n}}
	case p.take("*"):
		return &node{kind: optional, parts: []*node{{kind: repeated, parts: []*node{n}}}}
	}
	return n
}

// names appends the names in n, in their order.
func (n *node) names(all []*node) []*node {
	if n == nil {
		return all
	}
	if n.kind == named {
		return append(all, n)
	}
	for _, part := range n.parts {
		all = part.names(all)
	}
	return all
}

// space skips white space and comments: within a declaration only as far as it
// goes on.
func (p *modelParser) space(between bool) {
	for from := p.pos; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '#':
			p.pos += max(0, strings.IndexByte(p.text[p.pos:]+"\n", '\n')-1)
		case !isSpace(c):
			if !between && p.pos > from && p.text[p.pos-1] == '\n' {
				p.pos = from
			}
			return
		}
	}
}

func (p *modelParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *modelParser) take(text string) bool {
	if !strings.HasPrefix(p.text[p.pos:], text) {
		return false
	}
	p.pos += len(text)
	return true
}

// word takes a keyword.
func (p *modelParser) word(word string) bool {
	if p.text[p.pos:p.pos+nameLength([]byte(p.text[p.pos:]))] != word {
		return false
	}
	p.pos += len(word)
	return true
}

// name takes a name that is no keyword.
func (p *modelParser) name() string {
	name := p.text[p.pos : p.pos+nameLength([]byte(p.text[p.pos:]))]
	if name == "TEXT" || name == "EMPTY" {
		return ""
	}
	p.pos += len(name)
	return name
}

func (p *modelParser) place() connector.Place {
	before := p.text[:p.pos]
	line := strings.LastIndexByte(before, '\n') + 1
	return connector.Place{
		File: "model", Line: 1 + strings.Count(before, "\n"), Column: 1 + utf8.RuneCountInString(before[line:]),
	}
}

func (p *modelParser) invalid(text string) error {
	return invalidModel(p.place(), "%s", text)
}

func invalidModel(place connector.Place, format string, args ...any) error {
	return connector.Errorf(connector.Invalid, format, args...).At(place)
}
