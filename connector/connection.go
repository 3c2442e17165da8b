package connector

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Setting is one key of a source as a person wrote it, not checked yet.
type Setting struct {
	// Key is compared without regard to case, spaces and underscores.
	Key string
	// Value is the text without its quotes; its references to variables and
	// files are not expanded.
	Value string
	// Place is where in a configuration file the setting stands; zero where it
	// came from a connection string.
	Place Place
}

// SourceSpec is a source as a person wrote it, not checked yet.
type SourceSpec struct {
	// Name is the source's name: its schema in SQL.
	Name string
	// Connector is the name of the source's kind, in lower case.
	Connector string
	Settings  []Setting
}

// sourceForm is the hint of every mistake in the form of a source.
const sourceForm = "Write NAME=CONNECTOR:Key=Value;… such as pt=scarab:Path=issues.xml."

// ParseSource reads the connection string of a source,
// NAME=CONNECTOR:Key=Value;…, where the settings are as [ParseSettings] takes
// them. Errors are of Kind Invalid, and show nothing of a value.
func ParseSource(text string) (SourceSpec, error) {
	name, rest, found := strings.Cut(text, "=")
	if name = strings.TrimSpace(name); !found || strings.ContainsAny(name, ":;") {
		return SourceSpec{}, Errorf(Invalid, "the source has no name").WithHint(sourceForm)
	}
	if err := CheckSourceName(name); err != nil {
		return SourceSpec{}, err
	}
	kind, settings, _ := strings.Cut(rest, ":")
	spec := SourceSpec{Name: name, Connector: strings.ToLower(strings.TrimSpace(kind))}
	if !IsConnectorName(spec.Connector) {
		return SourceSpec{}, Errorf(Invalid, "source %s names no connector before a colon", name).
			WithHint(sourceForm)
	}
	parsed, err := parseSettings(text, len(text)-len(settings))
	if err != nil {
		return SourceSpec{}, fmt.Errorf("source %s: %w", name, err)
	}
	spec.Settings = parsed
	return spec, nil
}

// ParseSettings reads Key=Value;… Blanks around keys and values do not count.
// A value that begins with ' or " ends at the same quote, which is doubled to
// stand for itself: quote a value that holds a semicolon, or blanks at its
// ends. Any other character, the backslash too, is itself. Errors are of Kind
// Invalid, tell the position in characters from 1, and show nothing of a value.
func ParseSettings(text string) ([]Setting, error) { return parseSettings(text, 0) }

// parseSettings reads the settings in text from the byte at start on.
func parseSettings(text string, start int) ([]Setting, error) {
	p := settingsParser{text: text, at: start}
	var settings []Setting
	for {
		p.skip(";")
		if p.at == len(text) {
			return settings, nil
		}
		setting, err := p.setting()
		if err != nil {
			return nil, err
		}
		settings = append(settings, setting)
	}
}

// settingsParser is a position in the text of settings.
type settingsParser struct {
	text string
	at   int
}

// skip goes past blanks and the characters of set.
func (p *settingsParser) skip(set string) {
	rest := strings.TrimLeftFunc(p.text[p.at:], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(set, r)
	})
	p.at = len(p.text) - len(rest)
}

func (p *settingsParser) setting() (Setting, error) {
	end := strings.IndexAny(p.text[p.at:], "=;")
	if end < 0 || p.text[p.at+end] == ';' {
		return Setting{}, p.fault(p.at, `a setting has no "="`)
	}
	key := strings.TrimSpace(p.text[p.at : p.at+end])
	if key == "" {
		return Setting{}, p.fault(p.at, `a setting has no key before the "="`)
	}
	p.at += end + 1
	value, err := p.value(key)
	return Setting{Key: key, Value: value}, err
}

// value reads up to the semicolon that ends the value of key, or the end.
func (p *settingsParser) value(key string) (string, error) {
	p.skip("")
	rest := p.text[p.at:]
	if strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, `"`) {
		return p.quoted(key)
	}
	if end := strings.IndexByte(rest, ';'); end >= 0 {
		rest = rest[:end]
	}
	p.at += len(rest)
	return strings.TrimSpace(rest), nil
}

func (p *settingsParser) quoted(key string) (string, error) {
	open, quote := p.at, p.text[p.at]
	var value strings.Builder
	for p.at++; ; p.at++ {
		end := strings.IndexByte(p.text[p.at:], quote)
		if end < 0 {
			return "", p.fault(open, "the value of %s opens with %c, which is never closed", key, quote)
		}
		value.WriteString(p.text[p.at : p.at+end])
		p.at += end + 1
		if p.at == len(p.text) || p.text[p.at] != quote {
			break
		}
		value.WriteByte(quote)
	}
	p.skip("")
	if p.at < len(p.text) && p.text[p.at] != ';' {
		return "", p.fault(p.at, "text after the quoted value of %s", key)
	}
	return value.String(), nil
}

// fault makes an error about the byte at.
func (p *settingsParser) fault(at int, format string, args ...any) error {
	position := utf8.RuneCountInString(p.text[:at]) + 1
	return Errorf(Invalid, "position %d: %w", position, fmt.Errorf(format, args...)).
		WithHint("Write Key=Value;Key=Value. Quote a value that holds a semicolon, " +
			"and double a quote inside the quotes.")
}

// QuoteSetting returns the setting as [ParseSettings] reads it back: its value
// in quotes where it needs them.
func QuoteSetting(s Setting) string {
	if !strings.Contains(s.Value, ";") && strings.TrimSpace(s.Value) == s.Value &&
		!strings.HasPrefix(s.Value, "'") && !strings.HasPrefix(s.Value, `"`) {
		return s.Key + "=" + s.Value
	}
	quote := "'"
	if strings.Contains(s.Value, quote) && !strings.Contains(s.Value, `"`) {
		quote = `"`
	}
	return s.Key + "=" + quote + strings.ReplaceAll(s.Value, quote, quote+quote) + quote
}

// String returns the source as [ParseSource] reads it back, with every value
// in the clear: never log it.
func (s SourceSpec) String() string {
	settings := make([]string, len(s.Settings))
	for i, setting := range s.Settings {
		settings[i] = QuoteSetting(setting)
	}
	return s.Name + "=" + s.Connector + ":" + strings.Join(settings, ";")
}

// reservedSources are the schemas and catalogs that no source may hide: those
// of DuckDB, and those in which the engine runs and plans statements.
var reservedSources = []string{
	"main", "temp", "system", "information_schema", "pg_catalog", "trackql", "trackql_plan",
}

// CheckReserved tells with Kind Invalid that a source may not have this name,
// in any case, because the engine has a schema or catalog of that name.
func CheckReserved(name string) error {
	for _, word := range reservedSources {
		if strings.EqualFold(name, word) {
			return Errorf(Invalid, "a source may not be called %s: DuckDB has a schema of that name", name).
				WithHint("Choose another name. Reserved are %s.", strings.Join(reservedSources, ", "))
		}
	}
	return nil
}

// CheckSourceName tells with Kind Invalid why a source may not have this name.
// A name is made of letters and digits of any language and underscores, does
// not begin with a digit, and is none of DuckDB's own schemas.
func CheckSourceName(name string) error {
	if err := CheckReserved(name); err != nil {
		return err
	}
	if name == "" || !utf8.ValidString(name) {
		return Errorf(Invalid, "the source has no name").WithHint(sourceForm)
	}
	for i, r := range name {
		inside := unicode.IsDigit(r) || unicode.IsMark(r)
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !inside) {
			return Errorf(Invalid, "%q is no name of a source: it may not have %q there", name, r).
				WithHint("Take letters, digits and underscores, beginning with a letter.")
		}
	}
	return nil
}

// IsConnectorName tells whether a word can be a connector's name: lower case
// ASCII letters and digits, beginning with a letter.
func IsConnectorName(name string) bool {
	for i, r := range name {
		if (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// Expander returns what a reference ${scheme:name} in a setting's value stands
// for: the content of a variable, of a file. Its errors name the reference, are
// of Kind Invalid, and show nothing of the content.
type Expander func(scheme, name string) (string, error)

// Expand replaces each ${scheme:name} in text by what expand returns for it,
// and $${ by ${. What comes in is not read again. Errors are of Kind Invalid.
func Expand(text string, expand Expander) (string, error) {
	var out strings.Builder
	var faults []error
	for {
		before, after, found := strings.Cut(text, "${")
		if !found {
			out.WriteString(text)
			return out.String(), errors.Join(faults...)
		}
		if escaped, ok := strings.CutSuffix(before, "$"); ok {
			out.WriteString(escaped + "${")
			text = after
			continue
		}
		out.WriteString(before)
		reference, rest, closed := strings.Cut(after, "}")
		scheme, name, ok := strings.Cut(reference, ":")
		if !closed || !ok || expand == nil {
			return "", Errorf(Invalid, `a "${" begins no reference`).
				WithHint("Write ${env:NAME} for a variable, ${file:PATH} for a file, $${ for the characters themselves.")
		}
		content, err := expand(scheme, name)
		if err != nil {
			faults = append(faults, err)
		}
		out.WriteString(content)
		text = rest
	}
}
