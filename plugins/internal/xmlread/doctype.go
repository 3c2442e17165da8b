package xmlread

import (
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// quotedMax bounds the literals of declarations, but for entity values.
const quotedMax = 4096

// readDoctype reads a document type declaration, at its "<!DOCTYPE".
func (r *Reader) readDoctype() error {
	const what = "the document type declaration"
	if r.doctype != nil {
		return r.corrupt(r.pos, "a second document type declaration: expected the root element")
	}
	d := &Doctype{Place: r.placeAt(r.pos)}
	r.pos += len("<!DOCTYPE")
	expected := `SYSTEM, PUBLIC, "[" or ">"`
	var err error
	if d.Root, err = r.spacedName(what); err != nil {
		return err
	}
	if r.space() {
		if d.PublicID, d.SystemID, _, err = r.externalID(what); err != nil {
			return err
		}
	}
	r.space()
	if d.SystemID != "" {
		expected = `"[" or ">"`
	}
	if r.follows("[") {
		r.pos++
		expected = `">"`
		if err := r.subset(); err != nil {
			return err
		}
		r.space()
	}
	if !r.follows(">") {
		return r.unexpected(expected, what)
	}
	r.pos++
	r.doctype = d
	return nil
}

// subset reads the internal subset, behind its "[", and past its "]".
func (r *Reader) subset() error {
	for {
		r.space()
		var err error
		switch {
		case !r.ensure(1):
			return r.cutShort("the document type declaration")
		case r.buf[r.pos] == ']':
			r.pos++
			return nil
		case r.buf[r.pos] == '%':
			err = r.parameterReference()
		case r.follows("<!--"):
			err = r.comment()
		case r.follows("<?"):
			err = r.instruction()
		case r.follows("<!ENTITY"):
			err = r.entityDeclaration()
		case r.follows("<!ELEMENT"):
			err = r.passDeclaration("<!ELEMENT")
		case r.follows("<!ATTLIST"):
			err = r.passDeclaration("<!ATTLIST")
		case r.follows("<!NOTATION"):
			err = r.passDeclaration("<!NOTATION")
		default:
			err = r.unexpected(`a declaration or "]"`, "the document type declaration")
		}
		if err != nil {
			return err
		}
	}
}

// parameterReference passes over "%name;".
func (r *Reader) parameterReference() error {
	place := r.placeAt(r.pos)
	n, err := r.name(1)
	if err != nil {
		return err
	}
	name := string(r.buf[r.pos+1 : r.pos+1+n])
	r.pos += 1 + n
	if n == 0 || !r.follows(";") {
		return r.unexpected(`a name and ";"`, "a parameter entity reference")
	}
	r.pos++
	return r.forgive(place, ParameterEntity, "%%%s; is not read: parameter entities never are", name)
}

// passDeclaration passes over a declaration that only validation by the
// document's own models would need.
func (r *Reader) passDeclaration(begin string) error {
	r.pos += len(begin)
	if _, err := r.spacedName(begin); err != nil {
		return err
	}
	for {
		switch {
		case !r.ensure(1):
			return r.cutShort(begin)
		case r.buf[r.pos] == '>':
			r.pos++
			return nil
		case r.buf[r.pos] == '"' || r.buf[r.pos] == '\'':
			if err := r.passQuoted(begin); err != nil {
				return err
			}
		case r.buf[r.pos] == '<' || r.buf[r.pos] == ']':
			return r.unexpected(`">"`, begin)
		case classes[r.buf[r.pos]] == stopAlways:
			if err := r.passCharacter(); err != nil {
				return err
			}
		default:
			r.pos++
		}
	}
}

// passQuoted passes over a literal of any length, at its quotation mark.
func (r *Reader) passQuoted(what string) error {
	set, quote := uint8(stopQuote), r.buf[r.pos]
	if quote == '\'' {
		set = stopApostrophe
	}
	r.pos++
	for {
		r.pos = stop(r.buf[:r.end], r.pos, set)
		switch {
		case r.pos == r.end:
			if !r.more() {
				return r.cutShort(what)
			}
		case r.buf[r.pos] == quote:
			r.pos++
			return nil
		default:
			if err := r.passCharacter(); err != nil {
				return err
			}
		}
	}
}

// passCharacter passes over one character.
func (r *Reader) passCharacter() error {
	c, n := utf8.DecodeRune(r.buf[r.pos:r.end])
	if !isChar(c) {
		return r.forbidden(false)
	}
	r.pos += n
	return nil
}

// spacedName reads white space and a name.
func (r *Reader) spacedName(what string) (string, error) {
	if !r.space() {
		return "", r.unexpected("white space", what)
	}
	n, err := r.name(0)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", r.unexpected("a name", what)
	}
	name := string(r.buf[r.pos : r.pos+n])
	r.pos += n
	return name, nil
}

// externalID reads SYSTEM "…" or PUBLIC "…" "…", and answers whether it was
// there.
func (r *Reader) externalID(what string) (public, system string, ok bool, err error) {
	switch {
	case r.follows("PUBLIC"):
		r.pos += len("PUBLIC")
		if !r.space() {
			return "", "", false, r.unexpected("white space", what)
		}
		place := r.placeAt(r.pos)
		if public, err = r.quoted(what); err != nil {
			return "", "", false, err
		}
		if i := strings.IndexFunc(public, notPublicID); i >= 0 {
			return "", "", false, connector.Errorf(connector.Corrupt, "the public identifier %q holds what it may not", public).At(place)
		}
	case r.follows("SYSTEM"):
		r.pos += len("SYSTEM")
	default:
		return "", "", false, nil
	}
	if !r.space() {
		return "", "", false, r.unexpected("white space", what)
	}
	system, err = r.quoted(what)
	return public, system, err == nil, err
}

// notPublicID follows production 13 of XML 1.0.
func notPublicID(c rune) bool {
	return c >= utf8.RuneSelf || c < ' ' && c != '\n' && c != '\r' || strings.ContainsRune("\"&<>[\\]^`{|}~\x7F", c)
}

// quoted reads a literal, at its quotation mark.
func (r *Reader) quoted(what string) (string, error) {
	if !r.follows(`"`) && !r.follows("'") {
		return "", r.unexpected("a quotation mark", what)
	}
	quote := r.buf[r.pos]
	r.pos++
	r.literal = r.literal[:0]
	for {
		if !r.ensure(1) {
			return "", r.cutShort(what)
		}
		c, n := utf8.DecodeRune(r.buf[r.pos:r.end])
		if c == rune(quote) {
			r.pos++
			return string(r.literal), nil
		}
		if !isChar(c) {
			return "", r.unexpected("a character that XML allows", what)
		}
		if len(r.literal) >= quotedMax {
			return "", r.corrupt(r.pos, "a literal in %s is longer than %d bytes", what, quotedMax)
		}
		r.literal = append(r.literal, r.buf[r.pos:r.pos+n]...)
		r.pos += n
	}
}
