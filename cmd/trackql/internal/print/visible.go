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

// Cut shortens a line to a width, and marks where.
func Cut(line string, width int) string {
	if Width(line) <= width {
		return line
	}
	return widths.Truncate(line, width, "…")
}

// Count shows a number of things, with commas: 1 row, 1,234,567 rows. No
// thing's name shows the number alone.
func Count(n int64, thing string) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	switch {
	case thing == "":
		return text
	case n == 1:
		return text + " " + thing
	}
	return text + " " + thing + "s"
}

// Wrap breaks text into lines of at most width columns, at blanks where it
// can; 0 or less is any width.
func Wrap(text string, width int) []string {
	if width <= 0 {
		return strings.Split(text, "\n")
	}
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = appendWrapped(lines, paragraph, width)
	}
	return lines
}

func appendWrapped(lines []string, paragraph string, width int) []string {
	for Width(paragraph) > width {
		line := widths.Truncate(paragraph, width, "")
		if line == "" { // a character wider than a line
			_, size := utf8.DecodeRuneInString(paragraph)
			line = paragraph[:size]
		}
		if len(line) == len(paragraph) {
			break
		}
		if blank := strings.LastIndexByte(line, ' '); blank > 0 && paragraph[len(line)] != ' ' {
			line = line[:blank]
		}
		lines = append(lines, line)
		paragraph = strings.TrimPrefix(paragraph[len(line):], " ")
	}
	return append(lines, paragraph)
}
