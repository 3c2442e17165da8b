package xmlread

import (
	"slices"
	"strings"
)

// state is a state of an automaton; 0 is the one from which nothing is accepted.
type state uint16

// content says where an element may have text.
type content uint8

const (
	elements content = iota // nowhere
	text                    // it has no child elements
	either                  // where it has no child elements
	mixed                   // everywhere
)

// Model is a set of content models, one an element name, compiled for reading.
// It does not change once made, and may be shared by readers.
type Model struct {
	ids   map[string]int32
	rules []rule // by id, the root's first

	// next and accepts are the automata of all elements in one table: next is
	// indexed by state times number of names, plus the child's id.
	next    []state
	accepts []bool
}

// rule is what may be inside one element.
type rule struct {
	name    string
	content content
	start   state
	// children are the names that it mentions, in that order.
	children []int32
}

// CompileModel compiles content models from a text of our own. Each line
// declares one element: its name, then what may be inside it. The first line
// declares the root.
//
//	issue     (id, artifact-type, (note | link)*, activity-sets+)
//	id        TEXT
//	attribute TEXT | (name, namespace-title?)
//	remark    (TEXT | em | code)*
//	break     EMPTY
//
// In parentheses are elements in sequence (",") or choice ("|"), each name or
// group followed by "?", "*", "+" or nothing. TEXT is character data without
// elements; TEXT | (…) is one or the other; (TEXT | a | b)* is both, mixed. A
// line that begins with white space continues the line before; "#" begins a
// comment that ends with the line.
//
// No element has attributes. White space between elements is never text. Kind Invalid tells of a text
// that cannot be read, with line and column, of a name declared twice, and of
// one that is used and not declared.
func CompileModel(text string) (*Model, error) {
	declared, err := parseModel(text)
	if err != nil {
		return nil, err
	}
	m := &Model{ids: map[string]int32{}, rules: make([]rule, len(declared))}
	for i, d := range declared {
		m.ids[d.name] = int32(i)
		m.rules[i] = rule{name: d.name, content: d.content}
	}
	m.grow() // state 0
	for i, d := range declared {
		if err := m.compile(&m.rules[i], d); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// grow adds a state.
func (m *Model) grow() state {
	m.next = append(m.next, make([]state, len(m.rules))...)
	m.accepts = append(m.accepts, false)
	return state(len(m.accepts) - 1)
}

// step returns the state behind a child, 0 where it may not stand.
func (m *Model) step(s state, child int32) state {
	return m.next[int(s)*len(m.rules)+int(child)]
}

// expected names what may follow in an element: child elements, its end.
func (m *Model) expected(e *element) string {
	rule := m.rules[e.symbol.rule]
	var names []string
	if rule.content == text || rule.content == mixed || rule.content == either && !e.children {
		names = append(names, "text")
	}
	for _, child := range rule.children {
		if m.step(e.state, child) != 0 && !(rule.content == either && e.spoken) {
			names = append(names, "<"+m.rules[child].name+">")
		}
	}
	if m.accepts[e.state] {
		names = append(names, "</"+rule.name+">")
	}
	names = slices.Compact(names)
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}
