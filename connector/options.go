package connector

import (
	"strconv"
	"strings"
	"time"
)

// Options are the checked options of a source, complete with their defaults.
// [Info.Resolve] makes them. Asking for a name that the connector did not
// declare, or for another type than declared, is a programming error and
// panics.
type Options struct {
	values map[string]option
}

type option struct {
	declared Option
	text     string
}

// FoldKey returns the form in which keys are compared: without regard to case,
// spaces and underscores.
func FoldKey(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(name))
}

// SameKey tells whether two spellings are one key.
func SameKey(a, b string) bool { return FoldKey(a) == FoldKey(b) }

func (o Options) get(name string, t OptionType) string {
	v, ok := o.values[FoldKey(name)]
	if !ok || v.declared.Type != t {
		panic("connector: no " + t.String() + " option " + strconv.Quote(name))
	}
	return v.text
}

// Text returns a Text option that is not secret.
func (o Options) Text(name string) string { return o.get(name, Text) }

// Path returns a Path option: from the working folder where it is relative.
func (o Options) Path(name string) string { return o.get(name, Path) }

// Choice returns a Choice option, in the spelling of Option.Choices.
func (o Options) Choice(name string) string { return o.get(name, Choice) }

// Secret returns a secret Text option.
func (o Options) Secret(name string) Secret { return SecretOf(o.get(name, Text)) }

// Bool returns a Bool option.
func (o Options) Bool(name string) bool {
	b, _ := parseBool(o.get(name, Bool))
	return b
}

// Int returns an Int option; an empty one is 0.
func (o Options) Int(name string) int64 {
	n, _ := strconv.ParseInt(o.get(name, Int), 10, 64)
	return n
}

// Duration returns a Duration option; an empty one is 0.
func (o Options) Duration(name string) time.Duration {
	d, _ := time.ParseDuration(o.get(name, Duration))
	return d
}

// Zone returns a Zone option, nil where it is empty.
func (o Options) Zone(name string) *time.Location {
	text := o.get(name, Zone)
	if text == "" {
		return nil
	}
	zone, _ := ParseZone(text)
	return zone
}

func parseBool(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return true, true
	case "", "false", "no", "off", "0":
		return false, true
	}
	return false, false
}

// ParseZone reads the name of a time zone: "local", an IANA name, or an offset
// such as +09:00. Kind Invalid tells of a name that is none.
func ParseZone(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") {
		return time.Local, nil
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, Errorf(Invalid, "%q is no time zone", name).
			WithHint("Write an IANA name such as Asia/Tokyo, or an offset such as +09:00.")
	}
	return zone, nil
}
