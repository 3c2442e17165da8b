package xmlread

import (
	"unicode/utf8"
)

// predefined are the entities of every document.
var predefined = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "apos": '\'', "quot": '"'}

// refer deals with a "&" at pos: in text it adds what the reference stands for,
// in a value it only checks it.
func (r *Reader) refer(inText bool) error {
	n, code, named := r.scanReference()
	if n == 0 {
		if err := r.forgive(r.placeAt(r.pos), BareAmpersand, `"&" starts no reference: expected "&amp;"`); err != nil {
			return err
		}
		n, code = 1, '&'
	}
	if named {
		name := r.buf[r.pos+1 : r.pos+n-1]
		c, ok := predefined[string(name)]
		if !ok {
			return r.enterEntity(name, n)
		}
		code = c
	}
	if !isChar(code) {
		if err := r.forgive(r.placeAt(r.pos), ForbiddenCharacter, "%s, written %s", forbiddenText(code), r.buf[r.pos:r.pos+n]); err != nil {
			return err
		}
		code = utf8.RuneError
	}
	if inText {
		return r.put(code, n)
	}
	r.pos += n
	return nil
}

// scanReference returns the length of the reference at pos, 0 where the "&"
// starts none, and the character's code, or that it has a name.
func (r *Reader) scanReference() (n int, code rune, named bool) {
	if !r.ensure(2) {
		return 0, 0, false
	}
	if r.buf[r.pos+1] == '#' {
		n, code = r.scanCharacterReference()
		return n, code, false
	}
	n, ok := r.scanName(1)
	if n == 0 || !ok || !r.ensure(n+2) || r.buf[r.pos+1+n] != ';' {
		return 0, 0, false
	}
	return n + 2, 0, true
}

// scanCharacterReference reads "&#38;" and "&#x26;". Codes beyond Unicode are
// all one.
func (r *Reader) scanCharacterReference() (n int, code rune) {
	i, base := 2, rune(10)
	if r.ensure(3) && r.buf[r.pos+2] == 'x' {
		i, base = 3, 16
	}
	for first := i; i <= r.limits.Name && r.ensure(i+1); i++ {
		c := r.buf[r.pos+i]
		if c == ';' && i > first {
			return i + 1, code
		}
		digit := digitOf(c)
		if digit >= base {
			break
		}
		code = min(code*base+digit, utf8.MaxRune+1)
	}
	return 0, 0
}

func digitOf(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return 16
}
