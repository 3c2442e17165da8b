package print

import (
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// cp932 encodes text as Windows does: where two codes stand for one character,
// the first of JIS X 0208, NEC's row 13 and IBM's extensions is written, and
// NEC's copy of the latter never, which not every program reads.
type cp932 struct {
	codes map[rune]uint16
}

func newCP932() (*cp932, error) {
	e := &cp932{codes: make(map[rune]uint16, 8*1024)}
	decoder := japanese.ShiftJIS.NewDecoder()
	add := func(code ...byte) error {
		text, err := decoder.Bytes(code)
		if err != nil {
			return fmt.Errorf("cp932: %w", err)
		}
		r, size := utf8.DecodeRune(text)
		if _, known := e.codes[r]; known || r == utf8.RuneError || size < len(text) {
			return nil
		}
		e.codes[r] = uint16(code[0])
		if len(code) == 2 {
			e.codes[r] = uint16(code[0])<<8 | uint16(code[1])
		}
		return nil
	}
	for c := byte(0xa1); c <= 0xdf; c++ { // katakana of half width
		if err := add(c); err != nil {
			return nil, err
		}
	}
	for lead := 0x81; lead <= 0xfc; lead++ {
		if lead >= 0xa0 && lead < 0xe0 || lead == 0xed || lead == 0xee {
			continue // single bytes, and NEC's copy of IBM's extensions
		}
		for trail := 0x40; trail <= 0xfc; trail++ {
			if err := add(byte(lead), byte(trail)); err != nil {
				return nil, err
			}
		}
	}
	return e, nil
}

// encode appends text. It answers false, and where in text, at a character
// that cp932 does not have.
func (e *cp932) encode(dst, text []byte) (encoded []byte, at int, ok bool) {
	for at < len(text) {
		if c := text[at]; c < utf8.RuneSelf {
			dst = append(dst, c)
			at++
			continue
		}
		r, size := utf8.DecodeRune(text[at:])
		code, known := e.codes[r]
		if !known {
			return dst, at, false
		}
		if code > 0xff {
			dst = append(dst, byte(code>>8))
		}
		dst = append(dst, byte(code))
		at += size
	}
	return dst, at, true
}

// lookalikes are what cp932 has in place of characters that other encodings of
// JIS have.
var lookalikes = map[rune]rune{
	'〜': '～', '−': '－', '‖': '∥', '—': '―', '¢': '￠', '£': '￡', '¬': '￢', '¦': '￤',
}
