package xmlread

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// attributesMax bounds the attributes of one tag, because each is compared with
// all others.
const attributesMax = 256

// attributes are the names of the attributes of one tag.
type attributes struct {
	names []byte
	ends  []int
}

// add answers whether the name is new.
func (a *attributes) add(name []byte) bool {
	from := 0
	for _, end := range a.ends {
		if string(a.names[from:end]) == string(name) {
			return false
		}
		from = end
	}
	a.names = append(a.names, name...)
	a.ends = append(a.ends, len(a.names))
	return true
}

// startTag reads a start tag, at its "<".
func (r *Reader) startTag() error {
	r.begin()
	n, err := r.name(1)
	if err != nil {
		return err
	}
	if n == 0 {
		return r.corrupt(r.pos, `"<" begins no tag%s: expected a name, or "&lt;" for the character`, r.where())
	}
	if !r.ensure(n + 2) { // what is cut off may be another name that is valid here
		name := string(r.buf[r.pos+1 : r.pos+1+n])
		r.pos = r.end
		return r.cutShort("the tag <" + name + ">")
	}
	if err := r.openElement(r.buf[r.pos+1 : r.pos+1+n]); err != nil {
		return err
	}
	r.pos += 1 + n
	if r.pos < r.end && r.buf[r.pos] == '>' {
		r.pos++
		return nil
	}
	return r.restOfTag()
}

// restOfTag reads attributes and the end of a start tag.
func (r *Reader) restOfTag() error {
	r.attributes.names, r.attributes.ends = r.attributes.names[:0], r.attributes.ends[:0]
	for {
		apart := r.space()
		switch {
		case !r.ensure(1):
			return r.cutShort(fmt.Sprintf("the tag <%s>", r.top()))
		case r.buf[r.pos] == '>':
			r.pos++
			return nil
		case r.follows("/>"):
			r.pos += len("/>")
			r.hollow = true
			return nil
		case !apart:
			return r.corrupt(r.pos, `%s in the tag <%s>: expected white space, ">" or "/>"`, r.quote(), r.top())
		}
		if err := r.attribute(); err != nil {
			return err
		}
	}
}

func (r *Reader) attribute() error {
	n, err := r.name(0)
	if err != nil {
		return err
	}
	if n == 0 {
		return r.corrupt(r.pos, `%s in the tag <%s>: expected an attribute, ">" or "/>"`, r.quote(), r.top())
	}
	name := r.buf[r.pos : r.pos+n]
	if !r.attributes.add(name) {
		return r.corrupt(r.pos, "attribute %s is given twice in the tag <%s>", name, r.top())
	}
	if len(r.attributes.ends) > attributesMax {
		return r.corrupt(r.pos, "the tag <%s> has more than %d attributes", r.top(), attributesMax)
	}
	if err := r.undeclared(name); err != nil {
		return err
	}
	r.pos += n
	r.space()
	if !r.follows("=") {
		return r.unexpected(`"="`, r.ofAttribute("attribute"))
	}
	r.pos++
	r.space()
	if !r.follows(`"`) && !r.follows("'") {
		return r.unexpected("a quotation mark", r.ofAttribute("attribute"))
	}
	quote := r.buf[r.pos]
	r.pos++
	return r.value(quote)
}

// undeclared tells of an attribute, whose name is at pos: models declare none,
// and nobody reads it. What XML itself means by one, as by xmlns, is no loss.
func (r *Reader) undeclared(name []byte) error {
	if r.model != nil {
		return r.notValid(r.placeAt(r.pos), "attribute %s of <%s> is not declared: expected none", name, r.top())
	}
	if r.warn != nil && !bytes.HasPrefix(name, []byte("xml")) {
		r.warn(Warning{
			Code: DroppedAttribute, Place: r.placeAt(r.pos),
			Text: fmt.Sprintf("attribute %s of <%s> was not read", name, r.top()),
		})
	}
	return nil
}

// ofAttribute names the attribute being read, in a message.
func (r *Reader) ofAttribute(what string) string {
	from := 0
	if n := len(r.attributes.ends); n > 1 {
		from = r.attributes.ends[n-2]
	}
	return fmt.Sprintf("%s %s of <%s>", what, r.attributes.names[from:], r.top())
}

// value reads an attribute's value up to its closing quotation mark. Those in
// the replacement text of an entity do not close it.
func (r *Reader) value(quote byte) error {
	set := uint8(stopQuote)
	if quote == '\'' {
		set = stopApostrophe
	}
	level := len(r.inputs)
	for {
		r.pos = stop(r.buf[:r.end], r.pos, set)
		var err error
		switch {
		case r.pos == r.end && len(r.inputs) > level:
			err = r.leaveEntity()
		case r.pos == r.end:
			if !r.more() {
				return r.cutShort(r.ofAttribute("the value of attribute"))
			}
		case r.buf[r.pos] == quote:
			r.pos++
			if len(r.inputs) == level {
				return nil
			}
		case r.buf[r.pos] == '<':
			return r.unexpected(`"&lt;"`, r.ofAttribute("the value of attribute"))
		case r.buf[r.pos] == '&':
			err = r.refer(false)
		default:
			err = r.forbidden(false)
		}
		if err != nil {
			return err
		}
	}
}

// endTag reads an end tag, at its "</".
func (r *Reader) endTag() error {
	r.begin()
	if n := len(r.inputs); n > 0 && r.inputs[n-1].depth == len(r.stack) {
		return r.corrupt(r.pos, "entity &%s; closes <%s>, which it did not open", r.inputs[n-1].entity.name, r.top())
	}
	name := r.top()
	rest := r.buf[r.pos+2 : r.end]
	if n := len(name); len(rest) > n && rest[n] == '>' && string(rest[:n]) == string(name) {
		r.pos += n + len("</>")
		return r.closeElement()
	}
	return r.oddEndTag()
}

// oddEndTag reads an end tag that is not plain, not whole in the window, or
// wrong.
func (r *Reader) oddEndTag() error {
	n, err := r.name(2)
	if err != nil {
		return err
	}
	if n == 0 && r.ensure(3) {
		return r.corrupt(r.pos, `"</" without a name: expected </%s>`, r.top())
	}
	if !r.ensure(n + 3) {
		return r.cutShort("an end tag" + r.where())
	}
	name := r.buf[r.pos+2 : r.pos+2+n]
	if string(name) != string(r.top()) {
		return r.corrupt(r.pos, "</%s> closes <%s>, opened at line %d: expected </%s>",
			name, r.top(), r.stack[len(r.stack)-1].line, r.top())
	}
	r.pos += 2 + n
	r.space()
	if !r.follows(">") {
		return r.unexpected(`">"`, fmt.Sprintf("the end tag </%s>", r.top()))
	}
	r.pos++
	return r.closeElement()
}

// openElement pushes an element whose start tag is at pos.
func (r *Reader) openElement(name []byte) error {
	if len(r.stack) >= r.limits.Depth {
		return r.corrupt(r.pos, "<%s> is nested deeper than %d elements", name, r.limits.Depth)
	}
	if !r.rooted {
		r.rooted = true
		r.useModel()
	}
	s := r.symbols.find(name)
	first, err := r.validateStart(name, s)
	if err != nil {
		return err
	}
	if n := len(r.stack); n > 0 {
		r.endRun(true)
		r.flush()
		r.stack[n-1].children = true
	}
	r.stack = append(r.stack, element{
		symbol: s, name: len(r.names), words: len(r.words), line: r.locate().line, state: first,
	})
	r.names = append(r.names, name...)
	r.text = nil
	r.beginRun()
	return nil
}

// closeElement ends the innermost element, which stays until the next event.
func (r *Reader) closeElement() error {
	if r.model != nil {
		if err := r.validateEnd(); err != nil {
			return err
		}
	}
	r.finishText()
	return nil
}

// pop removes the element that ended.
func (r *Reader) pop() {
	n := len(r.stack) - 1
	r.names = r.names[:r.stack[n].name]
	r.words = r.words[:r.stack[n].words]
	r.stack = r.stack[:n]
	if len(r.words) == 0 && cap(r.words) > wordsKept {
		r.words = nil
	}
	r.beginRun()
}

// name returns the length of the name that begins skip bytes behind pos, 0
// where none does. The whole name is in the window then.
func (r *Reader) name(skip int) (int, error) {
	n, ok := r.scanName(skip)
	if !ok {
		return 0, r.corrupt(r.pos, "a name is longer than %d bytes", r.limits.Name)
	}
	return n, nil
}

// scanName is name, and answers false for one that is too long.
func (r *Reader) scanName(skip int) (n int, ok bool) {
	wide := false
	i := min(skip, r.end-r.pos)
	for {
		b := r.buf[r.pos:r.end]
		for i < len(b) && classes[b[i]]&nameChar != 0 {
			i++
		}
		switch {
		case i-skip > r.limits.Name:
			return 0, false
		case i < len(b) && b[i] >= utf8.RuneSelf:
			wide = true
			i++
		case i < len(b), !r.more():
			name := b[min(skip, i):i]
			if !wide && len(name) > 0 && classes[name[0]]&nameStart != 0 {
				return len(name), true
			}
			return nameLength(name), true
		}
	}
}

// space skips white space, and answers whether there was some.
func (r *Reader) space() bool {
	some := false
	for {
		i := pastSpace(r.buf[:r.end], r.pos)
		some = some || i > r.pos
		r.pos = i
		if i < r.end || !r.more() {
			return some
		}
	}
}

// unexpected says that something else was expected at pos, in what.
func (r *Reader) unexpected(expected, what string) error {
	if r.pos == r.end {
		return r.cutShort(what)
	}
	return r.corrupt(r.pos, "%s in %s: expected %s", r.quote(), what, expected)
}

// quote shows the character at pos.
func (r *Reader) quote() string {
	c, _ := utf8.DecodeRune(r.buf[r.pos:r.end])
	if !isChar(c) || c <= ' ' {
		return fmt.Sprintf("U+%04X", c)
	}
	if c == '"' {
		return `'"'`
	}
	return fmt.Sprintf(`"%c"`, c)
}
