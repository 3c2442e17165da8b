package backlogtest

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// params reads the parameters of one request, and collects what is wrong with
// them, so that an answer can tell all of it at once. Parameters that nobody
// asks for are ignored, as Backlog ignores them.
type params struct {
	values url.Values
	// numbered are the values of name[0], name[1] …, by name without brackets.
	numbered url.Values
	problems []string
}

var indexed = regexp.MustCompile(`\[\d+\]$`)

// newParams takes the values of a request; name[0], name[1] are also name[].
func newParams(values url.Values) *params {
	p := &params{values: make(url.Values, len(values)), numbered: url.Values{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		plain := indexed.ReplaceAllString(name, "")
		if plain == name {
			p.values[name] = append(p.values[name], values[name]...)
			continue
		}
		p.numbered[plain] = append(p.numbered[plain], values[name]...)
		p.values[plain+"[]"] = append(p.values[plain+"[]"], values[name]...)
	}
	return p
}

func (p *params) problem(format string, args ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// err is what was wrong with the parameters read so far.
func (p *params) err() error {
	if len(p.problems) == 0 {
		return nil
	}
	return &failure{code: InvalidRequestError, messages: p.problems}
}

// has tells whether the parameter was sent, be it empty.
func (p *params) has(name string) bool { return len(p.values[name]) > 0 }

func (p *params) text(name string) string { return p.values.Get(name) }

// required is a text that may not be missing or empty.
func (p *params) required(name string) string {
	text := p.values.Get(name)
	if text == "" {
		p.problem("%s is required.", name)
	}
	return text
}

// ints is a repeated parameter of numbers, name without brackets. Nil: not sent.
func (p *params) ints(name string) []int64 {
	var out []int64
	for i, text := range p.values[name+"[]"] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			p.problem("%s[%d] is not a number: %q.", name, i, text)
			continue
		}
		out = append(out, n)
	}
	return out
}

// id is a number, or 0 where it was not sent or is empty.
func (p *params) id(name string) int64 {
	text := p.values.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.problem("%s is not a number: %q.", name, text)
	}
	return n
}

// between is a number with bounds, or otherwise where it was not sent.
func (p *params) between(name string, least, most, otherwise int) int {
	text, ok := p.values[name]
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text[0])
	if err != nil || n < least || n > most {
		p.problem("%s must be a number from %d to %d: %q.", name, least, most, text[0])
		return otherwise
	}
	return n
}

// flag is a boolean; ok tells whether it was sent.
func (p *params) flag(name string) (value, ok bool) {
	text, ok := p.values[name]
	if !ok {
		return false, false
	}
	if text[0] != "true" && text[0] != "false" {
		p.problem("%s must be true or false: %q.", name, text[0])
	}
	return text[0] == "true", true
}

// word is one of the words, or otherwise where it was not sent.
func (p *params) word(name, otherwise string, words ...string) string {
	text, ok := p.values[name]
	if !ok {
		return otherwise
	}
	for _, word := range words {
		if text[0] == word {
			return word
		}
	}
	p.problem("%s must be one of %s: %q.", name, strings.Join(words, ", "), text[0])
	return otherwise
}

// day is a day yyyy-MM-dd, or NoDay where it was not sent or is empty.
func (p *params) day(name string) Day {
	text := p.values.Get(name)
	if text == "" {
		return NoDay
	}
	day, ok := parseDay(text)
	if !ok {
		p.problem("%s must be a date yyyy-MM-dd: %q.", name, text)
	}
	return day
}

// number is a decimal number, or None where it was not sent or is empty.
func (p *params) number(name string) float64 {
	text := p.values.Get(name)
	if text == "" {
		return None
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n < 1e6) {
		p.problem("%s is not a number of hours: %q.", name, text)
	}
	return n
}

func parseDay(text string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return NoDay, false
	}
	return Day(t.Unix() / secondsOfDay), true
}
