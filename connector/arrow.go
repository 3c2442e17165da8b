package connector

import (
	"math"
	"math/big"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

const (
	dayMillis    = 24 * 60 * 60 * 1000
	microsPerSec = 1_000_000
)

// ComparesWith returns the kind of constants that a column of type t is
// compared with: by a predicate, and by [ValueAt], which gives values of this
// kind. Numbers of every kind compare with each other; see [Comparable].
// Dictionaries and run-end encodings are looked through. It answers false for
// types without constants: nested types, durations, intervals, extensions.
func ComparesWith(t arrow.DataType) (ValueKind, bool) {
	switch t.ID() {
	case arrow.BOOL:
		return BoolValue, true
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64,
		arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return IntValue, true
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return FloatValue, true
	case arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128, arrow.DECIMAL256:
		return DecimalValue, true
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return TextValue, true
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW, arrow.FIXED_SIZE_BINARY:
		return BytesValue, true
	case arrow.DATE32, arrow.DATE64:
		return DateValue, true
	case arrow.TIME32, arrow.TIME64:
		return TimeValue, true
	case arrow.TIMESTAMP:
		if t.(*arrow.TimestampType).TimeZone == "" {
			return LocalValue, true
		}
		return TimestampValue, true
	case arrow.DICTIONARY:
		return ComparesWith(t.(*arrow.DictionaryType).ValueType)
	case arrow.RUN_END_ENCODED:
		return ComparesWith(t.(*arrow.RunEndEncodedType).Encoded())
	}
	return NullValue, false
}

// Comparable tells whether a column of type t can be compared with v: v is of
// the kind that [ComparesWith] gives, or both are numbers.
func Comparable(t arrow.DataType, v Value) bool {
	kind, ok := ComparesWith(t)
	return ok && (kind == v.kind || v.numeric() && Value{kind: kind}.numeric())
}

// Check tells why a scan of the table must refuse p: Kind NotFound for a column
// that the table does not have, Invalid for constants that the operator does
// not take or that the column cannot be compared with. A predicate that is
// graded Unsupported passes, because it is ignored.
func (t *Table) Check(p Predicate) error {
	c, ok := t.Column(p.Column)
	if !ok {
		return Errorf(NotFound, "table %s has no column %q", t.Name, p.Column)
	}
	if t.Grade(p) == Unsupported {
		return nil
	}
	if want, ok := p.constants(); !ok {
		return Errorf(Invalid, "%s on %s.%s takes %s, got %d",
			p.Op, t.Name, c.Name, want, len(p.Values))
	}
	for _, v := range p.Values {
		text := p.Op != Prefix && p.Op != Contains || v.kind == TextValue
		if !text || !Comparable(c.Type, v) {
			return Errorf(Invalid, "column %s.%s of type %s cannot be compared by %s with %s",
				t.Name, c.Name, c.Type, p.Op, v)
		}
	}
	return nil
}

// constants tells whether p has as many constants as its operator takes.
func (p Predicate) constants() (want string, ok bool) {
	switch p.Op {
	case IsNull, IsNotNull:
		return "no constant", len(p.Values) == 0
	case In, NotIn:
		return "any number of constants", true
	}
	return "one constant", len(p.Values) == 1
}

// ValueAt returns the cell of row in a as a constant, NULL included.
// Dictionaries and run-end encodings are looked through. It answers false for a
// cell that is not NULL and that no constant equals: one of a type that
// [ComparesWith] refuses, a nanosecond timestamp or time with a fraction of a
// microsecond, a date64 that is no whole day, or a time stamp out of the range
// of microseconds.
func ValueAt(a arrow.Array, row int) (Value, bool) {
	switch a := a.(type) {
	case *array.Null:
		return Null(), true
	case *array.RunEndEncoded:
		return ValueAt(a.Values(), a.GetPhysicalIndex(row))
	}
	if a.IsNull(row) {
		return Null(), true
	}
	if _, ok := ComparesWith(a.DataType()); !ok {
		return Null(), false
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return ValueAt(a.Dictionary(), a.GetValueIndex(row))
	case *array.Boolean:
		return BoolOf(a.Value(row)), true
	case array.StringLike:
		return TextOf(strings.Clone(a.Value(row))), true
	case interface{ Value(int) []byte }:
		return BytesOf(a.Value(row)), true
	}
	if v, ok := numberAt(a, row); ok {
		return v, true
	}
	return momentAt(a, row)
}

func numberAt(a arrow.Array, row int) (Value, bool) {
	switch a := a.(type) {
	case *array.Int8:
		return IntOf(int64(a.Value(row))), true
	case *array.Int16:
		return IntOf(int64(a.Value(row))), true
	case *array.Int32:
		return IntOf(int64(a.Value(row))), true
	case *array.Int64:
		return IntOf(a.Value(row)), true
	case *array.Uint8:
		return IntOf(int64(a.Value(row))), true
	case *array.Uint16:
		return IntOf(int64(a.Value(row))), true
	case *array.Uint32:
		return IntOf(int64(a.Value(row))), true
	case *array.Uint64:
		return unsigned(a.Value(row)), true
	case *array.Float16:
		return FloatOf(float64(a.Value(row).Float32())), true
	case *array.Float32:
		return FloatOf(float64(a.Value(row))), true
	case *array.Float64:
		return FloatOf(a.Value(row)), true
	}
	return decimalAt(a, row)
}

// unsigned gives numbers beyond 64 bits with sign as decimals.
func unsigned(n uint64) Value {
	if n <= math.MaxInt64 {
		return IntOf(int64(n))
	}
	return Value{kind: DecimalValue, text: new(big.Int).SetUint64(n).String()}
}

func decimalAt(a arrow.Array, row int) (Value, bool) {
	var n *big.Int
	switch a := a.(type) {
	case *array.Decimal32:
		n = big.NewInt(int64(a.Value(row)))
	case *array.Decimal64:
		n = big.NewInt(int64(a.Value(row)))
	case *array.Decimal128:
		n = a.Value(row).BigInt()
	case *array.Decimal256:
		n = a.Value(row).BigInt()
	default:
		return Null(), false
	}
	digits := placePoint(n, int(a.DataType().(arrow.DecimalType).GetScale()))
	return Value{kind: DecimalValue, text: digits}, true
}

// placePoint writes n / 10^scale with exactly scale digits behind the point.
func placePoint(n *big.Int, scale int) string {
	digits := new(big.Int).Abs(n).String()
	if scale < 0 && n.Sign() != 0 {
		digits += strings.Repeat("0", -scale)
	}
	if scale > 0 {
		if missing := scale + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		at := len(digits) - scale
		digits = digits[:at] + "." + digits[at:]
	}
	if n.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

func momentAt(a arrow.Array, row int) (Value, bool) {
	var micros int64
	var ok bool
	switch a := a.(type) {
	case *array.Date32:
		return DateOf(int64(a.Value(row))), true
	case *array.Date64:
		ms := int64(a.Value(row))
		return DateOf(ms / dayMillis), ms%dayMillis == 0
	case *array.Time32:
		micros, ok = toMicros(int64(a.Value(row)), a.DataType().(*arrow.Time32Type).Unit)
	case *array.Time64:
		micros, ok = toMicros(int64(a.Value(row)), a.DataType().(*arrow.Time64Type).Unit)
	case *array.Timestamp:
		micros, ok = toMicros(int64(a.Value(row)), a.DataType().(*arrow.TimestampType).Unit)
	default:
		return Null(), false
	}
	kind, _ := ComparesWith(a.DataType())
	return Value{kind: kind, number: micros}, ok
}

// perSecond are the ticks of each unit in a second.
var perSecond = [...]int64{
	arrow.Second: 1, arrow.Millisecond: 1_000, arrow.Microsecond: microsPerSec, arrow.Nanosecond: 1_000_000_000,
}

// toMicros answers false where n units are no number of microseconds that int64
// holds.
func toMicros(n int64, unit arrow.TimeUnit) (int64, bool) {
	return rescale(n, perSecond[unit], microsPerSec)
}

// rescale converts n ticks of one clock to ticks of another, exactly or not.
func rescale(n, from, to int64) (int64, bool) {
	if from >= to {
		return n / (from / to), n%(from/to) == 0
	}
	factor := to / from
	return n * factor, n <= math.MaxInt64/factor && n >= math.MinInt64/factor
}
