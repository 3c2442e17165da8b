package print

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

// text binds texts.
func (b binder) text(value func(int) string) cell {
	if b.json {
		return func(dst []byte, row int) []byte { return appendJSONText(dst, value(row)) }
	}
	return func(dst []byte, row int) []byte { return append(dst, value(row)...) }
}

// quoted makes JSON texts of what needs no escapes.
func (b binder) quoted(bare cell) cell {
	if !b.json {
		return bare
	}
	return func(dst []byte, row int) []byte { return append(bare(append(dst, '"'), row), '"') }
}

// document binds texts that are JSON themselves.
func (b binder) document(value func(int) string) cell {
	if !b.json {
		return b.text(value)
	}
	return func(dst []byte, row int) []byte { return appendDocument(dst, value(row)) }
}

// appendDocument puts one JSON value into another, on one line. What is not
// JSON becomes a text.
func appendDocument(dst []byte, text string) []byte {
	if !json.Valid([]byte(text)) {
		return appendJSONText(dst, text)
	}
	if !strings.ContainsAny(text, "\r\n") {
		return append(dst, text...)
	}
	compact := bytes.NewBuffer(dst)
	if err := json.Compact(compact, []byte(text)); err != nil {
		return appendJSONText(dst, text)
	}
	return compact.Bytes()
}

// blob binds bytes: base64 in JSON, else DuckDB's notation.
func (b binder) blob(value func(int) []byte) cell {
	if b.json {
		return func(dst []byte, row int) []byte {
			dst = base64.StdEncoding.AppendEncode(append(dst, '"'), value(row))
			return append(dst, '"')
		}
	}
	return func(dst []byte, row int) []byte { return appendBlob(dst, value(row)) }
}

// appendBlob writes bytes as DuckDB does: printable ASCII as it is, but for
// quotes and the backslash, and \xAB for everything else.
func appendBlob(dst, blob []byte) []byte {
	for _, c := range blob {
		if c < ' ' || c > '~' || c == '\\' || c == '\'' || c == '"' {
			dst = append(dst, '\\', 'x', upperHex[c>>4], upperHex[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// appendUUID writes 16 bytes as 01234567-89ab-cdef-0123-456789abcdef.
func appendUUID(dst, id []byte) []byte {
	for i, c := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, lowerHex[c>>4], lowerHex[c&15])
	}
	return dst
}

// escaped tells which bytes of a JSON text cannot stay as they are, or must be
// looked at.
var escaped = func() (table [256]bool) {
	for c := range table {
		table[c] = c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf
	}
	return table
}()

// appendJSONText writes text as JSON, in quotes. Bytes that are no UTF-8 become
// U+FFFD.
func appendJSONText[T string | []byte](dst []byte, text T) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(text); {
		c := text[i]
		if !escaped[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			size, valid := runeSize(text[i:])
			if !valid {
				dst = append(append(dst, text[done:i]...), `\ufffd`...)
				done = i + size
			}
			i += size
			continue
		}
		dst = append(dst, text[done:i]...)
		dst = appendEscape(dst, c)
		i++
		done = i
	}
	return append(append(dst, text[done:]...), '"')
}

func runeSize[T string | []byte](text T) (size int, valid bool) {
	head := text[:min(len(text), utf8.UTFMax)]
	r, size := utf8.DecodeRuneInString(string(head))
	return size, r != utf8.RuneError || size > 1
}

// appendEscape writes an ASCII character as an escape of JSON.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
}
