package relation

import (
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

const secondsPerDay = 24 * 60 * 60

// missing tells whether a value is NULL: null, or not there.
func missing(r *gjson.Result) bool { return r.Type == gjson.Null }

// decode returns a value that is not missing as one of the column's type. Listed
// says that r is a list that a path with # made.
func (c *Column) decode(r *gjson.Result, listed bool, zone *time.Location) (connector.Value, error) {
	if v, ok := c.plain(r, listed, zone); ok {
		return v, nil
	}
	return connector.Null(), c.misfit(r)
}

func (c *Column) plain(r *gjson.Result, listed bool, zone *time.Location) (connector.Value, bool) {
	if c.Present {
		return connector.BoolOf(nonEmpty(r)), r.IsArray()
	}
	switch c.Type.ID() {
	case arrow.INT64:
		n, ok := integer(r)
		return connector.IntOf(n), ok
	case arrow.FLOAT64:
		f, ok := float(r)
		return connector.FloatOf(f), ok
	case arrow.BOOL:
		return connector.BoolOf(r.Type == gjson.True), r.IsBool()
	case arrow.DATE32:
		days, ok := day(r, zone)
		return connector.DateOf(days), ok
	case arrow.TIMESTAMP:
		micros, ok := c.instant(r)
		return connector.TimestampOf(micros), ok
	case arrow.STRING:
		if listed {
			return c.joined(r)
		}
		return connector.TextOf(text(r)), true
	}
	return connector.Null(), false
}

func nonEmpty(r *gjson.Result) bool {
	found := false
	elements(r.Raw, func(string) bool { found = true; return false })
	return found
}

// integer reads a whole number, also from text: the bounds of custom fields
// come both ways.
func integer(r *gjson.Result) (int64, bool) {
	digits, ok := number(r)
	if !ok {
		return 0, false
	}
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(digits, 64)
	const exact = 1 << 53
	return int64(f), err == nil && f == float64(int64(f)) && f > -exact && f < exact
}

func float(r *gjson.Result) (float64, bool) {
	digits, ok := number(r)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(digits, 64)
	return f, err == nil
}

// number returns the text of a number, or of a string that holds one.
func number(r *gjson.Result) (string, bool) {
	digits := r.Raw
	switch r.Type {
	case gjson.String:
		digits = strings.TrimSpace(r.Str)
	case gjson.Number:
	default:
		return "", false
	}
	for _, c := range []byte(digits) {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return "", false
		}
	}
	return digits, digits != ""
}

// day reads the day of a date, which comes as an instant: midnight UTC on newer
// servers, midnight in the space's zone on older ones.
func day(r *gjson.Result, zone *time.Location) (int64, bool) {
	if r.Type != gjson.String {
		return 0, false
	}
	layout := time.RFC3339
	if len(r.Str) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	t, err := time.Parse(layout, r.Str)
	if err != nil {
		return 0, false
	}
	if _, offset := t.Zone(); offset != 0 || t.Truncate(24*time.Hour) != t {
		t = t.In(zone)
	}
	year, month, date := t.Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay, true
}

// instant reads a moment in microseconds since 1970.
func (c *Column) instant(r *gjson.Result) (int64, bool) {
	if c.Epoch > 0 && r.Type == gjson.Number {
		n, ok := integer(r)
		return scale(n, int64(c.Epoch/time.Microsecond), ok)
	}
	if r.Type != gjson.String {
		return 0, false
	}
	t, err := time.Parse(time.RFC3339, r.Str)
	return t.UnixMicro(), err == nil
}

// scale multiplies without overflow.
func scale(n, by int64, ok bool) (int64, bool) {
	high, low := bits.Mul64(uint64(max(n, -n)), uint64(by))
	return n * by, ok && high == 0 && low < 1<<63
}

// text returns a value as text: objects and arrays as their JSON. Bytes that are
// no UTF-8, which JSON does not have, become U+FFFD.
func text(r *gjson.Result) string {
	s := r.Raw
	if r.Type == gjson.String {
		s = r.Str
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// joined returns the texts of a list, joined by commas.
func (c *Column) joined(list *gjson.Result) (connector.Value, bool) {
	if !list.IsArray() {
		return connector.Null(), false
	}
	var texts []string
	list.ForEach(func(_, element gjson.Result) bool {
		if !missing(&element) {
			texts = append(texts, text(&element))
		}
		return true
	})
	if len(texts) == 0 && !c.Required {
		return connector.Null(), true
	}
	return connector.TextOf(strings.Join(texts, ", ")), true
}

// misfit tells that a value is not one of the column's type.
func (c *Column) misfit(r *gjson.Result) error {
	return connector.Errorf(connector.Corrupt, "%s came where %s was expected", describe(r), c.expects())
}

func describe(r *gjson.Result) string {
	switch {
	case r.Type == gjson.String:
		return "a string"
	case r.Type == gjson.Number:
		return "a number"
	case r.IsBool():
		return "a boolean"
	case r.IsArray():
		return "an array"
	case r.IsObject():
		return "an object"
	case missing(r):
		return "null"
	}
	return "something that is no JSON"
}

// expects says what a value of the column's type looks like in JSON.
func (c *Column) expects() string {
	if c.Present {
		return "an array"
	}
	switch c.Type.ID() {
	case arrow.INT64:
		return "a whole number of 64 bits"
	case arrow.FLOAT64:
		return "a number of 64 bits"
	case arrow.BOOL:
		return "true or false"
	case arrow.DATE32:
		return "a day (2006-01-02T00:00:00Z)"
	case arrow.TIMESTAMP:
		return "an instant (2006-01-02T15:04:05Z)"
	case arrow.LIST:
		if c.Type == Ints {
			return "a list of whole numbers"
		}
		return "an array"
	}
	return "text"
}
