package print

import (
	"strings"

	"github.com/trackql/trackql/connector"
)

// Format is a way to write results.
type Format uint8

// The formats.
const (
	// Table: aligned columns for people, with a last line that says how many
	// rows there are and whether these are all.
	Table Format = iota
	// CSV: RFC 4180 with a header and LF; NULL is empty, empty text is "".
	CSV
	// JSON: an array of objects a result.
	JSON
	// NDJSON: one object a line.
	NDJSON
	// Markdown: a table of GitHub's dialect.
	Markdown
	// Parquet: one result, in the types that Parquet has.
	Parquet

	formats = iota
)

var formatNames = [formats]string{"table", "csv", "json", "ndjson", "markdown", "parquet"}

func (f Format) String() string { return formatNames[f] }

// Formats returns the names of all formats.
func Formats() []string { return formatNames[:] }

// ParseFormat reads the name of a format, without regard to case. Kind Invalid
// tells of a name that is none.
func ParseFormat(name string) (Format, error) {
	i, err := parseName("format", name, formatNames[:])
	return Format(i), err
}

// parseName returns the index of name among names.
func parseName(what, name string, names []string) (int, error) {
	for i, known := range names {
		if strings.EqualFold(known, name) {
			return i, nil
		}
	}
	hint := "Take one of " + strings.Join(names, ", ") + "."
	if near, ok := connector.Nearest(name, names); ok {
		hint = "Did you mean " + near + "? " + hint
	}
	return 0, connector.Errorf(connector.Invalid, "there is no %s %q", what, name).WithHint("%s", hint)
}
