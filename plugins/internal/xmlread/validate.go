package xmlread

import (
	"fmt"

	"github.com/trackql/trackql/connector"
)

// useModel asks for the content models, before the root element is opened.
func (r *Reader) useModel() {
	if r.choose == nil {
		return
	}
	if r.model = r.choose(r.doctype); r.model != nil {
		r.symbols = newSymbols(r.known, r.model)
	}
}

// validateStart checks that an element, whose start tag is at pos, may stand
// here, and returns the state in which its own content begins.
func (r *Reader) validateStart(name []byte, s symbol) (state, error) {
	m := r.model
	if m == nil {
		return 0, nil
	}
	if len(r.stack) == 0 {
		return r.validateRoot(name, s)
	}
	parent := &r.stack[len(r.stack)-1]
	rule := &m.rules[parent.symbol.rule]
	if s.rule < 0 {
		return 0, r.notValid(r.Place(), "<%s> is not declared: expected %s in <%s>", name, m.expected(parent), rule.name)
	}
	next := m.step(parent.state, s.rule)
	if next == 0 || rule.content == either && parent.spoken {
		return 0, r.notValid(r.Place(), "<%s> is not expected here in <%s>: expected %s", name, rule.name, m.expected(parent))
	}
	parent.state = next
	return m.rules[s.rule].start, nil
}

func (r *Reader) validateRoot(name []byte, s symbol) (state, error) {
	root := &r.model.rules[0]
	switch {
	case s.rule < 0:
		return 0, r.notValid(r.Place(), "<%s> is not declared: expected <%s>", name, root.name)
	case s.rule != 0:
		return 0, r.notValid(r.Place(), "<%s> is not expected here: expected <%s>", name, root.name)
	case r.doctype != nil && r.doctype.Root != root.name:
		return 0, r.notValid(r.Place(), "<%s> is not expected here: the document type declaration says <%s>", name, r.doctype.Root)
	}
	return root.start, nil
}

// validateText checks that text, which is at buf[i], may stand here.
func (r *Reader) validateText(i int) error {
	e := &r.stack[len(r.stack)-1]
	rule := &r.model.rules[e.symbol.rule]
	if rule.content == elements || rule.content == either && e.children {
		return r.notValid(r.placeAt(i), "text is not allowed in <%s>: expected %s", rule.name, r.model.expected(e))
	}
	return nil
}

// validateEnd checks that the innermost element may end here.
func (r *Reader) validateEnd() error {
	e := &r.stack[len(r.stack)-1]
	rule := &r.model.rules[e.symbol.rule]
	if !r.model.accepts[e.state] && !(rule.content == either && !e.children) {
		return r.notValid(r.Place(), "<%s> ends too early: expected %s", rule.name, r.model.expected(e))
	}
	return nil
}

// notValid says that the document does not fit its model.
func (r *Reader) notValid(place connector.Place, format string, args ...any) error {
	return &connector.Error{
		Kind: connector.Corrupt, Place: place, Err: &validityError{fmt.Sprintf(format, args...)},
	}
}
