package print

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// widths counts the columns of a terminal that text takes. Characters whose
// width is ambiguous between East and West, such as … and α, count as one: so
// do the terminals of today, also in Japanese, unless they are told otherwise.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// Width returns how many columns of a terminal a line takes.
func Width(line string) int {
	for i := range len(line) {
		if line[i] < ' ' || line[i] > '~' {
			return widths.StringWidth(line)
		}
	}
	return len(line)
}

// Visible returns text with its control characters as escapes, but for line
// feeds, so that it cannot move the cursor or turn its direction round: \t,
// \x1b, \u202e. A carriage return before a line feed is left out.
func Visible(text string) string {
	if !strings.ContainsFunc(text, hidden) && utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			out.WriteString(`\x` + strconv.FormatUint(uint64(text[i]), 16))
		case hidden(r):
			out.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// hidden tells whether a character must be made visible: controls, marks that
// turn the direction of text, invisible blanks, and separators of lines that
// not every terminal takes for such.
func hidden(r rune) bool {
	switch {
	case r == '\n' || r >= ' ' && r <= '~':
		return false
	case unicode.IsControl(r):
		return true
	}
	return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' ||
		r == '\u2028' || r == '\u2029' || r == '\u200b' || r == '\ufeff'
}

// cut shortens a line to a width; what is cut is marked.
func cut(line string, width int) (text string, shorter bool) {
	if Width(line) <= width {
		return line, false
	}
	return widths.Truncate(line, width, "…"), true
}

// groupDigits writes 1234567 as 1,234,567.
func groupDigits(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
