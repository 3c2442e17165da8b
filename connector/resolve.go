package connector

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Resolve checks what a person wrote against the options that the connector
// declares, and completes it with the defaults. References in the values are
// replaced by what expand returns. An empty value counts as absent, except for
// a Text option. A relative Path is one from the folder of the file that the
// setting stands in.
//
// All mistakes are reported at once, joined by [errors.Join]; each is an
// [Error] of Kind Invalid with the setting's place. They quote what was
// written, but not the value of a secret, nor what a reference stands for.
func (i Info) Resolve(settings []Setting, expand Expander) (Options, error) {
	r := resolver{info: i, expand: expand, values: map[string]option{}, seen: map[string]Setting{}}
	for _, setting := range settings {
		r.take(setting)
	}
	r.complete()
	if len(r.faults) > 0 {
		return Options{}, errors.Join(r.faults...)
	}
	return Options{values: r.values}, nil
}

// resolver is a Resolve under way.
type resolver struct {
	info   Info
	expand Expander
	values map[string]option
	seen   map[string]Setting
	faults []error
}

// take checks one setting and notes its value: the default, where it has none
// or a wrong one.
func (r *resolver) take(s Setting) {
	key := FoldKey(s.Key)
	declared, ok := r.declared(key)
	if !ok {
		r.faults = append(r.faults, r.unknown(s))
		return
	}
	if first, twice := r.seen[key]; twice {
		r.faults = append(r.faults, r.repeated(declared, first, s))
		return
	}
	r.seen[key] = s
	text, err := r.read(declared, s)
	if err != nil {
		r.faults = append(r.faults, err)
		text = declared.Default
	} else if declared.Required && text == "" {
		r.faults = append(r.faults, r.missing(declared, s.Place))
	}
	r.values[key] = option{declared: declared, text: text}
}

// read returns the setting's value, expanded and checked.
func (r *resolver) read(o Option, s Setting) (string, error) {
	text, err := Expand(s.Value, r.expand)
	if err != nil {
		return "", Errorf(Invalid, "%s: %w", o.Name, err).At(s.Place).WithHint("%s", HintOf(err))
	}
	if text == "" && o.Type != Text {
		return o.Default, nil
	}
	text, err = o.check(text)
	if err != nil {
		return "", o.fault(s, err)
	}
	if o.Type == Path && s.Place.File != "" && !filepath.IsAbs(text) && !strings.Contains(text, "://") {
		text = filepath.Join(filepath.Dir(s.Place.File), text)
	}
	return text, nil
}

func (r *resolver) declared(key string) (Option, bool) {
	i := slices.IndexFunc(r.info.Options, func(o Option) bool { return FoldKey(o.Name) == key })
	if i < 0 {
		return Option{}, false
	}
	return r.info.Options[i], true
}

func (r *resolver) unknown(s Setting) error {
	known := make([]string, len(r.info.Options))
	for i, o := range r.info.Options {
		known[i] = o.Name
	}
	key := s.Key
	if end := strings.IndexAny(key, ":="); end >= 0 { // what follows was meant for a value, and may be a secret
		key = key[:end] + "…"
	}
	err := Errorf(Invalid, "%s has no key %q", r.info.Name, key).At(s.Place)
	if key != s.Key {
		return err.WithHint("Write Key=Value in a connection string, and Key: Value with a blank after the colon in YAML.")
	}
	if len(known) == 0 {
		return err.WithHint("It takes no keys.")
	}
	hint := "Its keys are " + strings.Join(known, ", ") + "."
	if name, ok := Nearest(s.Key, known); ok {
		hint = "Did you mean " + name + "? " + hint
	}
	return err.WithHint("%s", hint)
}

func (r *resolver) repeated(o Option, first, second Setting) error {
	err := Errorf(Invalid, "the key %s is given twice", o.Name)
	if first.Key != second.Key {
		err = Errorf(Invalid, "the key %s is given twice, as %q and as %q", o.Name, first.Key, second.Key)
	}
	if first.Place.Line > 0 {
		return err.At(second.Place).WithHint("The first one is in line %d.", first.Place.Line)
	}
	return err.At(second.Place).WithHint("Leave one of them out.")
}

// complete puts in the defaults and tells what is missing.
func (r *resolver) complete() {
	for _, o := range r.info.Options {
		key := FoldKey(o.Name)
		if _, given := r.values[key]; given {
			continue
		}
		r.values[key] = option{declared: o, text: o.Default}
		if o.Required && o.Default == "" {
			r.faults = append(r.faults, r.missing(o, Place{}))
		}
	}
}

func (r *resolver) missing(o Option, p Place) error {
	return Errorf(Invalid, "%s needs the key %s", r.info.Name, o.Name).At(p).WithHint("%s", o.Doc)
}

// check returns text in the form in which Options keeps it, or what is wrong.
func (o Option) check(text string) (string, error) {
	switch o.Type {
	case Choice:
		for _, choice := range o.Choices {
			if strings.EqualFold(choice, text) {
				return choice, nil
			}
		}
		return "", errChoice
	case Bool:
		if _, ok := parseBool(text); !ok {
			return "", errBool
		}
	case Int:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", errInt
		}
	case Duration:
		if _, err := time.ParseDuration(text); err != nil {
			return "", errDuration
		}
	case Zone:
		if _, err := ParseZone(text); err != nil {
			return "", errZone
		}
	}
	return text, nil
}

// What can be wrong with the text of an option.
var (
	errChoice   = errors.New("none of its choices")
	errBool     = errors.New("neither true nor false")
	errInt      = errors.New("no integer of 64 bits")
	errDuration = errors.New("no duration")
	errZone     = errors.New("no time zone")
)

// hint returns the next step after a wrong value, as it was written.
func (o Option) hint(written string) string {
	switch o.Type {
	case Choice:
		hint := "Its choices are " + strings.Join(o.Choices, ", ") + "."
		if choice, ok := Nearest(written, o.Choices); ok {
			return "Did you mean " + choice + "? " + hint
		}
		return hint
	case Bool:
		return "Write true or false."
	case Int:
		return "Write digits only, such as 100."
	case Duration:
		return "Write a number with its unit, such as 30s, 10m or 1h30m."
	case Zone:
		return "Write an IANA name such as Asia/Tokyo, or an offset such as +09:00."
	}
	return o.Doc
}

func (o Option) fault(s Setting, cause error) error {
	written := strconv.Quote(s.Value)
	if o.Secret {
		written = "the value"
	}
	return Errorf(Invalid, "%s: %s is %w", o.Name, written, cause).
		At(s.Place).WithHint("%s", o.hint(s.Value))
}

// Nearest returns the one of known that word was probably meant to be: without
// regard to case, spaces and underscores, it takes the fewest changed, missing
// or surplus letters, and these are at most a third of the word. The first of
// equals wins.
func Nearest(word string, known []string) (string, bool) {
	letters := []rune(FoldKey(word))
	best, found := max(1, len(letters)/3)+1, ""
	for _, candidate := range known {
		if d := distance(letters, []rune(FoldKey(candidate))); d < best {
			best, found = d, candidate
		}
	}
	return found, found != ""
}

// distance counts the letters to change, add, leave out or swap with their
// neighbour to make b of a.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
