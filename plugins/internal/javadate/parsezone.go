package javadate

// zone reads a zone's name or offset. start is where the blanks before it began.
func (p *parser) zone(start int) bool {
	sign := signOf(p.text[p.pos:])
	if sign != 0 {
		p.pos++
		return p.offset(sign, 0, false)
	}
	if !hasPrefixFold(p.text[start:], "GMT") {
		return p.zoneName()
	}
	p.pos = start + len("GMT")
	sign = signOf(p.text[p.pos:])
	if sign == 0 {
		p.setOffset(0)
		return true
	}
	p.pos++
	return p.offset(sign, 0, true)
}

// isoZone reads Z, or an offset of count parts: hours; minutes; with a colon.
func (p *parser) isoZone(count int) bool {
	if p.text[p.pos] == 'Z' {
		p.pos++
		p.setOffset(0)
		return true
	}
	sign := signOf(p.text[p.pos:])
	if sign == 0 {
		return false
	}
	p.pos++
	return p.offset(sign, count, count == 3)
}

func signOf(text []byte) int32 {
	switch {
	case len(text) == 0:
		return 0
	case text[0] == '+':
		return 1
	case text[0] == '-':
		return -1
	}
	return 0
}

// offset reads hhmm, or with a colon hh:mm or h:mm; hh alone where parts is 1.
func (p *parser) offset(sign int32, parts int, colon bool) bool {
	hours, ok := p.digit()
	if !ok {
		return false
	}
	if more, ok := p.digit(); ok {
		hours = hours*10 + more
	} else if parts > 0 || !colon {
		return false
	}
	if hours > 23 {
		return false
	}
	var minutes int32
	if parts != 1 {
		if colon && !p.literal(":") {
			return false
		}
		tens, ok := p.digit()
		if !ok {
			return false
		}
		ones, ok := p.digit()
		if !ok || tens > 5 {
			return false
		}
		minutes = tens*10 + ones
	}
	p.setOffset(sign * (hours*60 + minutes) * 60000)
	return true
}

func (p *parser) digit() (int32, bool) {
	if p.pos >= len(p.text) || p.text[p.pos] < '0' || p.text[p.pos] > '9' {
		return 0, false
	}
	p.pos++
	return int32(p.text[p.pos-1] - '0'), true
}

func (p *parser) setOffset(millis int32) {
	p.calendar.set(zoneOffset, millis)
	p.calendar.set(dstOffset, 0)
	p.zoned = true
}

// zoneName reads the name of a zone: of the default zone, else the first in
// Java's order that the text begins with.
func (p *parser) zoneName() bool {
	text := p.text[p.pos:]
	name := find(p.calendar.zone.names, text)
	if letter := text[0] | 0x20; name == nil && 'a' <= letter && letter <= 'z' {
		name = find(zoneNames()[letter-'a'], text)
	}
	if name == nil {
		return false
	}
	p.calendar.zone = name.zone()
	if !name.byClock {
		p.calendar.unset(zoneOffset)
		p.calendar.set(dstOffset, int32(name.saving))
	}
	p.zoned = true
	p.pos += len(name.name)
	return true
}

func find(names []zoneName, text []byte) *zoneName {
	for i := range names {
		if hasPrefixFold(text, names[i].name) {
			return &names[i]
		}
	}
	return nil
}
