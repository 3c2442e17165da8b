package edit

// Style is how a part of a text looks.
type Style uint8

// The styles.
const (
	Plain   Style = iota
	Keyword       // a word of the language
	Literal       // a text constant
	Number
	Remark  // a comment
	Fault   // what cannot be right: a quote that is not closed
	Faint   // prompts, and what is beside the point
	Chosen  // the entry of a menu that is in the text
	Matched // what a search has found

	styles = iota
)

// reset ends every style.
const reset = "\x1b[0m"

// sequences begin the styles. They are of the sixteen colors that each terminal
// has in its own shades, so that they suit light and dark ones.
var sequences = [styles]string{
	Plain: "", Keyword: "\x1b[1;34m", Literal: "\x1b[32m", Number: "\x1b[35m", Remark: "\x1b[90m",
	Fault: "\x1b[31m", Faint: "\x1b[90m", Chosen: "\x1b[7m", Matched: "\x1b[7m",
}

// Span is a part of a text with a style.
type Span struct {
	Start, End int // bytes
	Style      Style
}

// painter writes the sequences of styles. Without colors it leaves those out,
// but not the marks that are none: where one is in a menu must be seen.
type painter struct{ colors bool }

func (p painter) sequence(s Style) string {
	if p.colors || s == Chosen || s == Matched {
		return sequences[s]
	}
	return ""
}

// styled returns text in a style.
func (p painter) styled(text string, s Style) string {
	sequence := p.sequence(s)
	if sequence == "" || text == "" {
		return text
	}
	return sequence + text + reset
}
