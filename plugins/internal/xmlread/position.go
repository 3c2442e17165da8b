package xmlread

import (
	"bytes"
	"unicode/utf8"
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
	m.col += utf8.RuneCount(text)
}
