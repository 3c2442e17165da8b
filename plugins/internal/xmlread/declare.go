package xmlread

import "unicode/utf8"

// entityDeclaration reads an entity's declaration, at its "<!ENTITY". Of two
// for one name the first counts.
func (r *Reader) entityDeclaration() error {
	const what = "<!ENTITY"
	r.pos += len(what)
	if !r.space() {
		return r.unexpected("white space", what)
	}
	parameter := r.follows("%")
	if parameter {
		r.pos++
		if !r.space() {
			return r.unexpected("white space", what)
		}
	}
	n, err := r.name(0)
	if err != nil {
		return err
	}
	if n == 0 {
		return r.unexpected("a name", what)
	}
	e := &entity{name: string(r.buf[r.pos : r.pos+n])}
	r.pos += n
	if err := r.definition(e, parameter); err != nil {
		return err
	}
	r.space()
	if !r.follows(">") {
		return r.unexpected(`">"`, what)
	}
	r.pos++
	if _, ok := r.entities[e.name]; !ok && !parameter {
		if r.entities == nil {
			r.entities = map[string]*entity{}
		}
		r.entities[e.name] = e
	}
	return nil
}

// definition reads what follows an entity's name.
func (r *Reader) definition(e *entity, parameter bool) error {
	const what = "<!ENTITY"
	if !r.space() {
		return r.unexpected("white space", what)
	}
	if r.follows(`"`) || r.follows("'") {
		return r.entityValue(e)
	}
	var err error
	_, e.system, e.external, err = r.externalID(what)
	if err != nil {
		return err
	}
	if !e.external {
		return r.unexpected("a quotation mark, SYSTEM or PUBLIC", what)
	}
	if r.space() && !parameter && r.follows("NDATA") {
		r.pos += len("NDATA")
		_, err = r.spacedName(what)
	}
	return err
}

// entityValue reads the literal of an internal entity, at its quotation mark,
// into its replacement text: character references are resolved, entity
// references stay.
func (r *Reader) entityValue(e *entity) error {
	quote := r.buf[r.pos]
	r.pos++
	r.expanded += len(e.name)
	for {
		if !r.ensure(1) {
			return r.cutShort("the value of entity " + e.name)
		}
		if r.buf[r.pos] == quote {
			r.pos++
			return nil
		}
		from := len(e.value)
		if err := r.entityCharacter(e); err != nil {
			return err
		}
		r.expanded += len(e.value) - from
		if err := r.checkEntities(e); err != nil {
			return err
		}
	}
}

// entityCharacter reads one character or reference of an entity's literal.
func (r *Reader) entityCharacter(e *entity) error {
	code, n := utf8.DecodeRune(r.buf[r.pos:r.end])
	switch code {
	case '%':
		return r.corrupt(r.pos, `"%%" in the value of entity %s: parameter entities are never read`, e.name)
	case '&':
		size, referred, named := r.scanReference()
		if named {
			e.value = append(e.value, r.buf[r.pos:r.pos+size]...)
			r.pos += size
			return nil
		}
		if size == 0 {
			e.value = append(e.value, "&#38;"...)
			r.pos++
			return r.forgive(r.placeAt(r.pos-1), BareAmpersand, `"&" starts no reference in the value of entity %s: expected "&amp;"`, e.name)
		}
		code, n = referred, size
	}
	place := r.placeAt(r.pos)
	r.pos += n
	if isChar(code) {
		e.value = utf8.AppendRune(e.value, code)
		return nil
	}
	e.value = utf8.AppendRune(e.value, utf8.RuneError)
	return r.forgive(place, ForbiddenCharacter, "%s, in the value of entity %s", forbiddenText(code), e.name)
}
