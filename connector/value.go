package connector

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// ValueKind is the kind of a [Value].
type ValueKind uint8

// The kinds of values.
const (
	NullValue      ValueKind = iota
	BoolValue                // false is less than true
	IntValue                 // a 64-bit integer
	FloatValue               // a 64-bit floating point number
	DecimalValue             // a decimal number of any size, such as 12.50
	TextValue                // UTF-8
	BytesValue               // any bytes
	DateValue                // a day, without zone
	TimeValue                // a time of day, without zone
	TimestampValue           // an instant
	LocalValue               // a date and time of day, without zone
)

func (k ValueKind) String() string {
	return nameOf(uint8(k), "value kind",
		"null", "boolean", "integer", "float", "decimal", "text", "bytes",
		"date", "time", "timestamp", "local timestamp")
}

// Value is one constant: a sealed type, comparable with ==, that prints as an
// SQL literal. The zero value is NULL.
type Value struct {
	kind   ValueKind
	number int64
	float  float64
	text   string
}

// Null returns NULL.
func Null() Value { return Value{} }

// BoolOf returns a boolean.
func BoolOf(b bool) Value {
	v := Value{kind: BoolValue}
	if b {
		v.number = 1
	}
	return v
}

// IntOf returns an integer.
func IntOf(n int64) Value { return Value{kind: IntValue, number: n} }

// FloatOf returns a floating point number. All NaNs are one value.
func FloatOf(f float64) Value {
	if f != f {
		return Value{kind: FloatValue, number: 1} // NaN is not ==
	}
	return Value{kind: FloatValue, float: f}
}

// DecimalOf returns a decimal number from its digits, such as "-12.50". Kind
// Invalid tells of a text that is none.
func DecimalOf(digits string) (Value, error) {
	if strings.ContainsAny(digits, "eE/_xXpPbBoO") {
		return Value{}, Errorf(Invalid, "%q is no decimal number", digits)
	}
	if _, ok := new(big.Rat).SetString(digits); !ok {
		return Value{}, Errorf(Invalid, "%q is no decimal number", digits)
	}
	return Value{kind: DecimalValue, text: digits}, nil
}

// TextOf returns text.
func TextOf(s string) Value { return Value{kind: TextValue, text: s} }

// BytesOf returns bytes; it keeps a copy.
func BytesOf(b []byte) Value { return Value{kind: BytesValue, text: string(b)} }

// DateOf returns a day, counted from 1970-01-01.
func DateOf(days int64) Value { return Value{kind: DateValue, number: days} }

// TimeOf returns a time of day in microseconds since midnight.
func TimeOf(micros int64) Value { return Value{kind: TimeValue, number: micros} }

// TimestampOf returns an instant in microseconds since 1970-01-01 00:00 UTC.
func TimestampOf(micros int64) Value { return Value{kind: TimestampValue, number: micros} }

// LocalOf returns a date and time without zone, in microseconds since
// 1970-01-01 00:00 on the same clock.
func LocalOf(micros int64) Value { return Value{kind: LocalValue, number: micros} }

// Kind returns the value's kind.
func (v Value) Kind() ValueKind { return v.kind }

// IsNull tells whether the value is NULL.
func (v Value) IsNull() bool { return v.kind == NullValue }

// Bool returns a BoolValue's content.
func (v Value) Bool() bool { return v.number != 0 }

// Int returns the content of an IntValue, the days of a DateValue, or the
// microseconds of a TimeValue, TimestampValue or LocalValue.
func (v Value) Int() int64 { return v.number }

// Float returns a FloatValue's content.
func (v Value) Float() float64 {
	if v.kind == FloatValue && v.number != 0 {
		return math.NaN()
	}
	return v.float
}

// Text returns the content of a TextValue, the bytes of a BytesValue, or the
// digits of a DecimalValue.
func (v Value) Text() string { return v.text }

// Compare orders v and w as the engine does: -1, 0 or 1. It answers false where
// the two cannot be compared: kinds that do not fit, or NULL.
func (v Value) Compare(w Value) (int, bool) {
	if v.kind == w.kind {
		switch v.kind {
		case NullValue:
			return 0, false
		case FloatValue:
			return compareFloats(v.Float(), w.Float()), true
		case DecimalValue:
			return v.rational().Cmp(w.rational()), true
		case TextValue, BytesValue:
			return strings.Compare(v.text, w.text), true
		}
		return cmp.Compare(v.number, w.number), true
	}
	if !v.numeric() || !w.numeric() {
		return 0, false
	}
	if v.infinite() || w.infinite() {
		return compareFloats(v.approximate(), w.approximate()), true
	}
	return v.rational().Cmp(w.rational()), true
}

// compareFloats orders NaN after every number, as DuckDB does.
func compareFloats(a, b float64) int {
	switch {
	case a != a && b != b:
		return 0
	case a != a:
		return 1
	case b != b:
		return -1
	}
	return cmp.Compare(a, b)
}

func (v Value) numeric() bool {
	return v.kind == IntValue || v.kind == FloatValue || v.kind == DecimalValue
}

func (v Value) infinite() bool {
	return v.kind == FloatValue && (v.number != 0 || math.IsInf(v.float, 0))
}

func (v Value) approximate() float64 {
	if v.kind == FloatValue {
		return v.Float()
	}
	f, _ := v.rational().Float64()
	return f
}

func (v Value) rational() *big.Rat {
	switch v.kind {
	case IntValue:
		return new(big.Rat).SetInt64(v.number)
	case FloatValue:
		return new(big.Rat).SetFloat64(v.float)
	}
	r, _ := new(big.Rat).SetString(v.text)
	return r
}

// String shows the value as an SQL literal.
func (v Value) String() string {
	switch v.kind {
	case BoolValue:
		return strconv.FormatBool(v.Bool())
	case IntValue:
		return strconv.FormatInt(v.number, 10)
	case FloatValue:
		return formatFloat(v.Float())
	case DecimalValue:
		return v.text
	case TextValue:
		return QuoteText(v.text)
	case BytesValue:
		return formatBytes(v.text)
	case DateValue:
		return "DATE '" + v.utc().Format("2006-01-02") + "'"
	case TimeValue:
		return "TIME '" + formatTime(v.number) + "'"
	case TimestampValue:
		return "TIMESTAMPTZ '" + v.utc().Format("2006-01-02 15:04:05.999999-07") + "'"
	case LocalValue:
		return "TIMESTAMP '" + v.utc().Format("2006-01-02 15:04:05.999999") + "'"
	}
	return "NULL"
}

func (v Value) utc() time.Time {
	if v.kind == DateValue {
		return time.Unix(v.number*86400, 0).UTC()
	}
	return time.UnixMicro(v.number).UTC()
}

// formatTime shows the end of a day as 24:00:00, which is another time than
// its beginning.
func formatTime(micros int64) string {
	if micros == 24*time.Hour.Microseconds() {
		return "24:00:00"
	}
	return time.UnixMicro(micros).UTC().Format("15:04:05.999999")
}

func formatFloat(f float64) string {
	switch {
	case f != f:
		return "'NaN'::DOUBLE"
	case math.IsInf(f, 1):
		return "'Infinity'::DOUBLE"
	case math.IsInf(f, -1):
		return "'-Infinity'::DOUBLE"
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, "e") {
		text += "e0"
	}
	return text
}

func formatBytes(b string) string {
	const digits = "0123456789ABCDEF"
	var text strings.Builder
	text.WriteString("'")
	for i := range len(b) {
		text.WriteString(`\x`)
		text.WriteByte(digits[b[i]>>4])
		text.WriteByte(digits[b[i]&15])
	}
	text.WriteString("'::BLOB")
	return text.String()
}
