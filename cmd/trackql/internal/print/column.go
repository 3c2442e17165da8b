package print

import (
	"encoding/binary"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// cell appends the text of the value in a row, which is not NULL.
type cell func(dst []byte, row int) []byte

// column is one column of one batch, ready to be written. It is valid as long
// as the batch.
type column struct {
	isNull func(row int) bool // nil where nothing is
	text   cell
}

func (c column) null(row int) bool { return c.isNull != nil && c.isNull(row) }

// binder makes columns of arrays.
type binder struct {
	// zone is for timestamps whose own zone is not known here.
	zone *time.Location
	// json makes texts that are JSON values; else they are bare.
	json bool
}

// notation is how the binder writes dates and times.
func (b binder) notation() notation {
	if b.json {
		return isoNotation
	}
	return sqlNotation
}

// columns binds every column of a batch.
func (b binder) columns(batch arrow.RecordBatch) ([]column, error) {
	bound := make([]column, batch.NumCols())
	for i, values := range batch.Columns() {
		field := batch.Schema().Field(i)
		c, err := b.bind(values, field)
		if err != nil {
			return nil, err
		}
		bound[i] = c
	}
	return bound, nil
}

// bind makes a column of an array. Nested values are JSON in either style.
func (b binder) bind(values arrow.Array, field arrow.Field) (column, error) {
	k, _ := kindOf(field)
	values = storage(values)
	c := column{}
	if values.NullN() > 0 {
		c.isNull = values.IsNull
	}
	if nested, ok, err := b.bindNested(values, c); ok || err != nil {
		return nested, err
	}
	var known bool
	if k == plainKind {
		c.text, known = b.bindPlain(values)
	} else {
		c.text, known = b.bindKind(k, values)
	}
	if !known {
		return column{}, connector.Errorf(connector.Unimplemented,
			"column %q has the Arrow type %s, which cannot be printed", field.Name, field.Type).
			WithHint("Cast it to a type that can, such as VARCHAR.")
	}
	return c, nil
}

// bindPlain binds the types that mean what they say.
func (b binder) bindPlain(values arrow.Array) (cell, bool) {
	switch values := values.(type) {
	case *array.Null:
		return func(dst []byte, _ int) []byte { return dst }, true
	case *array.Boolean:
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, values.Value(row)) }, true
	case *array.String:
		return b.text(values.Value), true
	case *array.LargeString:
		return b.text(values.Value), true
	case *array.StringView:
		return b.text(values.Value), true
	case *array.Binary:
		return b.blob(values.Value), true
	case *array.LargeBinary:
		return b.blob(values.Value), true
	case *array.BinaryView:
		return b.blob(values.Value), true
	case *array.FixedSizeBinary:
		return b.blob(values.Value), true
	}
	if text, ok := bindNumber(values); ok {
		return text, true
	}
	if text, ok := b.bindFraction(values); ok {
		return text, true
	}
	return b.bindTemporal(values)
}

// bindNumber binds integers and decimals.
func bindNumber(values arrow.Array) (cell, bool) {
	switch values := values.(type) {
	case *array.Int8:
		return integers(values.Value), true
	case *array.Int16:
		return integers(values.Value), true
	case *array.Int32:
		return integers(values.Value), true
	case *array.Int64:
		return integers(values.Value), true
	case *array.Uint8:
		return integers(values.Value), true
	case *array.Uint16:
		return integers(values.Value), true
	case *array.Uint32:
		return integers(values.Value), true
	case *array.Uint64:
		return func(dst []byte, row int) []byte { return strconv.AppendUint(dst, values.Value(row), 10) }, true
	case *array.Decimal32:
		scale := int(values.DataType().(*arrow.Decimal32Type).Scale)
		return func(dst []byte, row int) []byte { return appendScaled(dst, int64(values.Value(row)), scale) }, true
	case *array.Decimal64:
		scale := int(values.DataType().(*arrow.Decimal64Type).Scale)
		return func(dst []byte, row int) []byte { return appendScaled(dst, int64(values.Value(row)), scale) }, true
	case *array.Decimal128:
		scale := int(values.DataType().(*arrow.Decimal128Type).Scale)
		return func(dst []byte, row int) []byte { return appendDecimal128(dst, values.Value(row), scale) }, true
	case *array.Decimal256:
		scale := int(values.DataType().(*arrow.Decimal256Type).Scale)
		return func(dst []byte, row int) []byte { return appendBigScaled(dst, values.Value(row).BigInt(), scale) }, true
	}
	return nil, false
}

func integers[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](value func(int) T) cell {
	return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, int64(value(row)), 10) }
}

// bindFraction binds floating point numbers. JSON has neither NaN nor infinity:
// they become null.
func (b binder) bindFraction(values arrow.Array) (cell, bool) {
	var value func(int) float64
	bits := 64
	switch values := values.(type) {
	case *array.Float64:
		value = values.Value
	case *array.Float32:
		value, bits = func(row int) float64 { return float64(values.Value(row)) }, 32
	case *array.Float16:
		value, bits = func(row int) float64 { return float64(values.Value(row).Float32()) }, 32
	default:
		return nil, false
	}
	return func(dst []byte, row int) []byte {
		f := value(row)
		if b.json && f-f != 0 {
			return append(dst, "null"...)
		}
		return appendFloat(dst, f, bits)
	}, true
}

func (b binder) bindTemporal(values arrow.Array) (cell, bool) {
	switch values := values.(type) {
	case *array.Date32:
		return b.quoted(func(dst []byte, row int) []byte {
			days := int32(values.Value(row))
			if infiniteDate(days) {
				return append(dst, infinity(days < 0)...)
			}
			return appendDate(dst, int64(days), b.notation())
		}), true
	case *array.Time32:
		c := newClock(values.DataType().(*arrow.Time32Type).Unit, nil, b.notation())
		return b.quoted(func(dst []byte, row int) []byte { return c.time(dst, int64(values.Value(row))) }), true
	case *array.Time64:
		c := newClock(values.DataType().(*arrow.Time64Type).Unit, nil, b.notation())
		return b.quoted(func(dst []byte, row int) []byte { return c.time(dst, int64(values.Value(row))) }), true
	case *array.Timestamp:
		t := values.DataType().(*arrow.TimestampType)
		c := newClock(t.Unit, b.zoneOf(t), b.notation())
		return b.quoted(func(dst []byte, row int) []byte { return c.timestamp(dst, int64(values.Value(row))) }), true
	case *array.MonthDayNanoInterval:
		return b.quoted(func(dst []byte, row int) []byte { return appendInterval(dst, values.Value(row)) }), true
	}
	return nil, false
}

// zoneOf returns the zone in which to show a column: that of its type, which is
// the session's at the moment of the statement.
func (b binder) zoneOf(t *arrow.TimestampType) *time.Location {
	if t.TimeZone == "" {
		return nil
	}
	if zone, err := connector.ParseZone(t.TimeZone); err == nil {
		return zone
	}
	return b.zone
}

// bindKind binds the types that are more than their storage.
func (b binder) bindKind(k kind, values arrow.Array) (cell, bool) {
	switch values := values.(type) {
	case *array.Int8:
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, values.Value(row) != 0) }, k == boolKind
	case *array.FixedSizeBinary:
		return b.bindFixed(k, values)
	case *array.Binary:
		return b.bindBytes(k, values.Value)
	case *array.LargeBinary:
		return b.bindBytes(k, values.Value)
	case *array.BinaryView:
		return b.bindBytes(k, values.Value)
	case *array.String:
		return b.document(values.Value), k == jsonKind
	case *array.LargeString:
		return b.document(values.Value), k == jsonKind
	case *array.StringView:
		return b.document(values.Value), k == jsonKind
	}
	return nil, false
}

func (b binder) bindFixed(k kind, values *array.FixedSizeBinary) (cell, bool) {
	width := values.DataType().(*arrow.FixedSizeBinaryType).ByteWidth
	switch {
	case (k == hugeKind || k == unsignedKind) && width == 16:
		return func(dst []byte, row int) []byte {
			return hugeint(values.Value(row), k == unsignedKind).Append(dst, 10)
		}, true
	case k == uuidKind && width == 16:
		return b.quoted(func(dst []byte, row int) []byte { return appendUUID(dst, values.Value(row)) }), true
	case k == timeTZKind && width == 8:
		return b.quoted(func(dst []byte, row int) []byte {
			return appendTimeTZ(dst, binary.LittleEndian.Uint64(values.Value(row)), b.notation())
		}), true
	}
	return nil, false
}

func (b binder) bindBytes(k kind, value func(int) []byte) (cell, bool) {
	switch k {
	case bitKind:
		return b.quoted(func(dst []byte, row int) []byte { return appendBits(dst, value(row)) }), true
	case bignumKind:
		return func(dst []byte, row int) []byte { return bignum(value(row)).Append(dst, 10) }, true
	}
	return nil, false
}
