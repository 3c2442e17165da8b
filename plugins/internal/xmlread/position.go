package xmlread

import (
	"bytes"
	"math/bits"
)

var newline = []byte{'\n'}

// mark is a position in the decoded document. It only moves forward, over
// every byte once, so that places cost what they are asked for.
type mark struct {
	off       int64
	line, col int
}

// advance moves the mark over text, which begins at it.
func (m *mark) advance(text []byte) {
	m.off += int64(len(text))
	if n := bytes.Count(text, newline); n > 0 {
		m.line += n
		m.col = 1
		text = text[bytes.LastIndexByte(text, '\n')+1:]
	}
	m.col += countCharacters(text)
}

// countCharacters counts the characters of valid UTF-8: the bytes that continue
// none. utf8.RuneCount may allocate.
func countCharacters(text []byte) int {
	n := len(text)
	for ; len(text) >= 8; text = text[8:] {
		word := load64(text)
		n -= bits.OnesCount64(word & (^word << 1) & 0x8080808080808080)
	}
	for _, c := range text {
		if c&0xC0 == 0x80 {
			n--
		}
	}
	return n
}
