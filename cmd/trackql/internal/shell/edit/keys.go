package edit

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// key is what was typed: a key with a name, or text.
type key struct {
	// name is "enter", "ctrl+left" and the like; empty for text, and for what
	// means nothing here.
	name string
	text string
}

// The marks around text that was pasted.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// controls are keys that have a name of their own below the blank.
var controls = map[byte]string{
	'\r': "enter", '\n': "enter", '\t': "tab", '\b': "backspace", 0x7f: "backspace", 0x00: "ctrl+space", 0x1f: "ctrl+_",
}

// letterKeys end a sequence without a number, and numberKeys are the numbers
// before a tilde.
var (
	letterKeys = map[byte]string{
		'A': "up", 'B': "down", 'C': "right", 'D': "left", 'H': "home", 'F': "end", 'Z': "shift+tab",
	}
	numberKeys = map[string]string{
		"1": "home", "3": "delete", "4": "end", "5": "pageup", "6": "pagedown", "7": "home", "8": "end",
	}
)

// decode reads the key that input begins with, and its length. The length is 0
// where more must come to tell; final says that nothing more comes.
func decode(input []byte, final bool) (key, int) {
	c := input[0]
	switch {
	case c == 0x1b:
		return decodeEscape(input, final)
	case c < ' ' || c == 0x7f:
		name, ok := controls[c]
		if !ok {
			name = "ctrl+" + strings.ToLower(string(rune('@'+c)))
		}
		return key{name: name}, 1
	}
	return decodeText(input, final)
}

// decodeText reads all text up to the next control character, so that what an
// input method hands over is inserted as a whole.
func decodeText(input []byte, final bool) (key, int) {
	n := 0
	for n < len(input) && input[n] >= ' ' && input[n] != 0x7f {
		if !utf8.FullRune(input[n:]) && !final {
			break
		}
		_, size := utf8.DecodeRune(input[n:])
		n += size
	}
	return key{text: printable(string(input[:n]))}, n
}

// printable leaves out what is no text: controls but for line feeds and tabs,
// and bytes that are not UTF-8.
func printable(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r != '\n' && r != '\t' && (r < ' ' || 0x7f <= r && r < 0xa0) {
			return -1
		}
		return r
	}, s)
}

func decodeEscape(input []byte, final bool) (key, int) {
	switch {
	case len(input) == 1 && !final:
		return key{}, 0
	case len(input) == 1 || input[1] == 0x1b:
		return key{name: "esc"}, 1
	case input[1] == '[':
		return decodeSequence(input, final)
	case input[1] == 'O' && len(input) > 2 && input[2] == 'M':
		return key{name: "enter"}, 3 // of the number pad; ESC [ M is a mouse
	case input[1] == 'O' && len(input) > 2:
		return key{name: letterKeys[input[2]]}, 3
	case input[1] == 'O' && !final:
		return key{}, 0
	}
	if input[1] < ' ' || input[1] == 0x7f {
		k, n := decode(input[1:], final)
		return key{name: "alt+" + k.name}, n + 1
	}
	if !utf8.FullRune(input[1:]) && !final {
		return key{}, 0
	}
	r, size := utf8.DecodeRune(input[1:])
	return key{name: "alt+" + string(r)}, 1 + size
}

// decodeSequence reads ESC [, parameters and a last byte.
func decodeSequence(input []byte, final bool) (key, int) {
	if bytes.HasPrefix(input, []byte(pasteStart)) {
		return decodePaste(input, final)
	}
	n := 2
	for n < len(input) && input[n] >= ' ' && input[n] < '@' {
		n++
	}
	if n == len(input) {
		if final {
			return key{}, n
		}
		return key{}, 0
	}
	number, modifiers, _ := strings.Cut(string(input[2:n]), ";")
	name := letterKeys[input[n]]
	if input[n] == '~' {
		name = numberKeys[number]
	}
	if name != "" {
		name = modified(name, modifiers)
	}
	return key{name: name}, n + 1
}

// modified puts the modifiers, one more than a sum of bits, before a name.
func modified(name, modifiers string) string {
	bits, err := strconv.Atoi(modifiers)
	if err != nil {
		return name
	}
	for i, prefix := range []string{"shift+", "alt+", "ctrl+"} {
		if (bits-1)&(1<<i) != 0 {
			name = prefix + name
		}
	}
	return name
}

func decodePaste(input []byte, final bool) (key, int) {
	body := input[len(pasteStart):]
	end := bytes.Index(body, []byte(pasteEnd))
	switch {
	case end >= 0:
		return key{text: printable(string(body[:end]))}, len(pasteStart) + end + len(pasteEnd)
	case final:
		return key{text: printable(string(body))}, len(input)
	}
	return key{}, 0
}
