package configs

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/trackql/trackql/connector"
)

// mostBytes is how long a configuration may be: nobody writes a longer one by
// hand, and a wrong file is refused at once.
const mostBytes = 1 << 20

// mostBroken is how many places are told where a file is no YAML.
const mostBroken = 20

// parse returns the root of the file's document, nil where there is none.
// Where the text is no YAML, it leaves out the entry with the fault and reads
// on, for all mistakes to be told at once. What cannot be left out is a fault
// of what comes before, such as a quote that is not closed: then only the keys
// above the faults are read.
func (d *decoder) parse(text []byte) *yaml.Node {
	if fault := d.unreadable(text); fault != nil {
		d.faults = append(d.faults, fault)
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	last := 0
	for range mostBroken {
		root, second, fault := d.document(text)
		if second != nil {
			d.fault(second, "Put everything into one document, without ---.", "a second document begins")
		}
		if fault == nil {
			return root
		}
		if fault.Place.Line <= last {
			text = text[:section(text, fault.Place.Line)]
			root, _, _ = d.document(text)
			return root
		}
		d.faults = append(d.faults, fault)
		last = fault.Place.Line
		text = without(text, last)
	}
	return nil
}

// unreadable tells why a text is none, with the place of the first character
// that cannot be.
func (d *decoder) unreadable(text []byte) *connector.Error {
	if len(text) > mostBytes {
		return connector.Errorf(connector.Invalid, "the file is longer than 1 MiB").
			At(connector.Place{File: d.file, Line: 1, Column: 1}).
			WithHint("A configuration names sources and queries; their data stays in files of its own.")
	}
	at := connector.Place{File: d.file, Line: 1, Column: 1}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return connector.Errorf(connector.Invalid, "the file is not UTF-8").At(at).
				WithHint("Save it as UTF-8.")
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r >= 0x7f && r < 0xa0 && r != 0x85, r == 0xfffe, r == 0xffff:
			return connector.Errorf(connector.Invalid, "the character %U is not allowed in YAML", r).At(at).
				WithHint(`Take it out, or write it between double quotes, such as "\t" or "\x1b".`)
		}
		i += size
		at.Column++
		if r == '\n' || r == '\r' && !bytes.HasPrefix(text[i:], []byte("\n")) {
			at.Line, at.Column = at.Line+1, 1
		}
	}
	return nil
}

// document parses a text: the root of its first document, and the second
// document, where there is one.
func (d *decoder) document(text []byte) (root, second *yaml.Node, fault *connector.Error) {
	parser := yaml.NewDecoder(bytes.NewReader(text))
	var documents [2]yaml.Node
	for i := range documents {
		err := parser.Decode(&documents[i])
		switch {
		case errors.Is(err, io.EOF):
			return root, nil, nil
		case err != nil:
			return nil, nil, d.syntax(parser, text, err)
		case i == 0:
			root = documents[0].Content[0]
		}
	}
	return root, &documents[1], nil
}

var (
	// syntaxLine is how the YAML parser begins its errors. The line is not
	// always that of the fault.
	syntaxLine = regexp.MustCompile(`^yaml: (?:line \d+: )?`)
	// anchorName is what it took for a name: perhaps a password that begins
	// with an asterisk.
	anchorName = regexp.MustCompile(`anchor '.*?'`)
)

// syntaxHints are the next steps by what the errors of the parser contain.
var syntaxHints = []struct{ problem, hint string }{
	{"mapping values are not allowed", "Put a value that holds a colon with a blank into quotes, and begin the keys of one level in one column."},
	{"block sequence entries are not allowed", "Put a value that begins with a hyphen into quotes."},
	{"cannot start any token", "Put a value that begins with a special character into quotes."},
	{"unexpected end of stream", "Close the quotes that open here."},
	{"expected ',' or", "Close the bracket that opens here."},
	{"could not find expected ':'", "Write KEY: VALUE, with a blank after the colon, and begin the keys of one level in one column."},
	{"did not find expected key", "Begin the keys of one level in one column, and put a value that holds quotes into other quotes."},
	{"unknown escape character", `Write \\ for a backslash between double quotes, or put the value into single quotes.`},
	{"unknown anchor", "Put a value that begins with an asterisk into quotes."},
	{"exceeded max depth", "Close the brackets: they open too deep."},
	{"", "Check the indentation, and quote values that hold a colon or begin with a special character."},
}

// syntax makes an error of what the parser says. It shows nothing of the text.
func (d *decoder) syntax(parser *yaml.Decoder, text []byte, err error) *connector.Error {
	problem := anchorName.ReplaceAllString(err.Error(), "anchor")
	problem = strings.TrimPrefix(problem, syntaxLine.FindString(problem))
	at := stoppedAt(parser)
	at.File = d.file
	hint := ""
	for _, known := range syntaxHints {
		if strings.Contains(problem, known.problem) {
			hint = known.hint
			break
		}
	}
	if r := runeAt(text, at); r == '\t' {
		problem, hint = "a tab", "Indent with blanks, not with tabs."
	}
	return connector.Errorf(connector.Invalid, "not YAML: %s", problem).At(at).WithHint("%s", hint)
}

// stoppedAt returns where the parser found a fault, or what opened there and is
// not closed. The parser knows line and column, and tells only a line, at times
// that of something else; so its own fields are read. A version that has others
// fails the tests.
func stoppedAt(parser *yaml.Decoder) connector.Place {
	outer := reflect.ValueOf(parser).Elem().FieldByName("parser").Elem()
	inner := outer.FieldByName("parser")
	mark := inner.FieldByName("problem_mark")
	context := inner.FieldByName("context").String()
	problem := inner.FieldByName("problem").String()
	opened := strings.HasPrefix(context, "while parsing a flow") || context == "while scanning a simple key" ||
		problem == "found unexpected end of stream"
	switch {
	case inner.FieldByName("error").Int() == 0: // the fault is in what was read, not in how it is written
		mark = outer.FieldByName("event").FieldByName("start_mark")
	case opened:
		mark = inner.FieldByName("context_mark")
	}
	return connector.Place{
		Line: int(mark.FieldByName("line").Int()) + 1, Column: int(mark.FieldByName("column").Int()) + 1,
	}
}

// runeAt returns the character at a place, 0 where there is none.
func runeAt(text []byte, at connector.Place) rune {
	lines := bytes.Split(text, []byte("\n"))
	if at.Line > len(lines) {
		return 0
	}
	line := []rune(string(lines[at.Line-1]))
	if at.Column > len(line) {
		return 0
	}
	return line[at.Column-1]
}

// section returns where in a text the entry of the outermost level begins that
// a line belongs to.
func section(text []byte, line int) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	start := startOf(lines, line-1, 0)
	return len(bytes.Join(lines[:start], nil))
}

// without returns a text with blank lines for the entry that a line belongs to:
// one below a key of the outermost level, else that key with all below it.
func without(text []byte, line int) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	line = min(line, len(lines)) - 1
	start := startOf(lines, line, 0)
	for i := start + 1; i <= line; i++ {
		if deep := indentation(lines[i]); deep >= 0 {
			start = startOf(lines, line, deep)
			break
		}
	}
	level := max(0, indentation(lines[start]))
	for i := start; i < len(lines); i++ {
		if deep := indentation(lines[i]); i > line && deep >= 0 && deep <= level {
			break
		}
		lines[i] = []byte("\n")
	}
	return bytes.Join(lines, nil)
}

// startOf returns the last line up to one that is indented by at most so many
// blanks, the first line where there is none.
func startOf(lines [][]byte, line, level int) int {
	for line = min(line, len(lines)-1); line > 0; line-- {
		if deep := indentation(lines[line]); deep >= 0 && deep <= level {
			return line
		}
	}
	return 0
}

// indentation returns the number of blanks before a line's text, -1 where it
// has none but a comment.
func indentation(line []byte) int {
	text := bytes.TrimLeft(line, " ")
	if rest := bytes.TrimSpace(text); len(rest) == 0 || rest[0] == '#' {
		return -1
	}
	return len(line) - len(text)
}
