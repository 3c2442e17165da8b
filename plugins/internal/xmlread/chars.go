package xmlread

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// Each byte has a set of these: what it ends, and what it may be part of.
const (
	stopText       = 1 << iota // character data
	stopCDATA                  // a CDATA section
	stopComment                // a comment
	stopPI                     // a processing instruction
	stopApostrophe             // a value in apostrophes
	stopQuote                  // a value in quotation marks
	nameChar
	nameStart

	stopAlways = stopText | stopCDATA | stopComment | stopPI | stopApostrophe | stopQuote
)

// classes holds the set of each byte. Characters above 0x7F are looked at as
// such; 0xEF stops because two of those it begins, U+FFFE and U+FFFF, are
// forbidden.
var classes = func() (table [256]uint8) {
	for c := range byte(0x20) {
		if c != '\t' && c != '\n' && c != '\r' {
			table[c] = stopAlways
		}
	}
	table[0xEF] = stopAlways
	table['<'] = stopText | stopApostrophe | stopQuote
	table['&'] = stopText | stopApostrophe | stopQuote
	table[']'] = stopText | stopCDATA
	table['-'] = stopComment | nameChar
	table['?'] = stopPI
	table['\''] = stopApostrophe
	table['"'] = stopQuote
	for c := byte('0'); c <= '9'; c++ {
		table[c] |= nameChar
	}
	for c := byte('a'); c <= 'z'; c++ {
		table[c] |= nameChar | nameStart
		table[c-'a'+'A'] |= nameChar | nameStart
	}
	table['.'] |= nameChar
	table['_'] |= nameChar | nameStart
	table[':'] |= nameChar | nameStart
	return table
}()

// stop returns the index, from i on, of the first byte of b that is in the set,
// or len(b). b holds whole characters.
func stop(b []byte, i int, set uint8) int {
	for i < len(b) {
		if classes[b[i]]&set == 0 {
			i++
			continue
		}
		if b[i] != 0xEF || b[i+1] == 0xBF && b[i+2] >= 0xBE {
			return i
		}
		i += 3
	}
	return i
}

// Eight bytes of each.
const (
	ones   = 0x0101010101010101
	spaces = ' ' * ones
	lines  = '\n' * ones
)

// pastSpace returns the index, from i on, of the first byte of b that is no
// white space, or len(b). Most of an export is spaces and line ends between
// elements: those go eight at a time.
func pastSpace(b []byte, i int) int {
	for {
		for len(b)-i >= 8 {
			word := load64(b[i:])
			other := nonzero(word^spaces) & nonzero(word^lines)
			if other != 0 {
				i += bits.TrailingZeros64(other) / 8
				break
			}
			i += 8
		}
		if i == len(b) || !isSpace(b[i]) {
			return i
		}
		i++
	}
}

// nonzero sets the highest bit of each byte that is not 0, and no other bit.
func nonzero(word uint64) uint64 {
	return ((word & (0x7F * ones)) + 0x7F*ones | word) & (0x80 * ones)
}

func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isChar follows production 2 of XML 1.0.
func isChar(c rune) bool {
	return c >= 0x20 && c <= 0xD7FF || c == '\t' || c == '\n' || c == '\r' ||
		c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 && c <= utf8.MaxRune
}

// forbiddenText describes a character that is none.
func forbiddenText(c rune) string {
	text := fmt.Sprintf("XML forbids the character U+%04X", c)
	if c == 0x1B {
		text += " (ISO-2022-JP is full of it: if the file is written in that, say Encoding=ISO-2022-JP)"
	}
	return text
}

// nameLength returns how many bytes at the beginning of b are a name: white
// space, markup and the end of b end it. Productions 4 and 4a of XML 1.0, fifth
// edition.
func nameLength(b []byte) int {
	for i := 0; i < len(b); {
		c, size := rune(b[i]), 1
		set := uint8(0)
		if c < utf8.RuneSelf {
			set = classes[c]
		} else if c, size = utf8.DecodeRune(b[i:]); wideNameStart(c) {
			set = nameStart
		} else if wideNameChar(c) {
			set = nameChar
		}
		if set&nameStart == 0 && (i == 0 || set&nameChar == 0) {
			return i
		}
		i += size
	}
	return len(b)
}

func wideNameStart(c rune) bool {
	for _, span := range nameStartSpans {
		if c <= span.last {
			return c >= span.first
		}
	}
	return false
}

func wideNameChar(c rune) bool {
	return c == 0xB7 || c >= 0x300 && c <= 0x36F || c == 0x203F || c == 0x2040
}

var nameStartSpans = []struct{ first, last rune }{
	{0xC0, 0xD6},
	{0xD8, 0xF6},
	{0xF8, 0x2FF},
	{0x370, 0x37D},
	{0x37F, 0x1FFF},
	{0x200C, 0x200D},
	{0x2070, 0x218F},
	{0x2C00, 0x2FEF},
	{0x3001, 0xD7FF},
	{0xF900, 0xFDCF},
	{0xFDF0, 0xFFFD},
	{0x10000, 0xEFFFF},
}
