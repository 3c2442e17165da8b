package connector

import (
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/decimal256"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// AppendValue adds v to b: the inverse of [ValueAt]. Numbers go into every
// numeric type that holds them exactly. Kind Invalid tells of a value that b's
// type does not hold; b is then unchanged.
func AppendValue(b array.Builder, v Value) error {
	if v.IsNull() {
		b.AppendNull()
		return nil
	}
	if _, ok := ComparesWith(b.Type()); !ok || !Comparable(b.Type(), v) {
		return misfit(b, v)
	}
	switch b := b.(type) {
	case array.DictionaryBuilder:
		return appendIndirect(b, v)
	case *array.RunEndEncodedBuilder:
		if err := AppendValue(b.ValueBuilder(), v); err != nil {
			return err
		}
		b.Append(1)
		return nil
	}
	if v.numeric() && appendNumber(b, v) || !v.numeric() && (appendPlain(b, v) || appendMoment(b, v)) {
		return nil
	}
	return misfit(b, v)
}

func misfit(b array.Builder, v Value) error {
	return Errorf(Invalid, "%s does not fit type %s", v, b.Type())
}

// appendIndirect goes through an array of the dictionary's type: there is a
// builder type for each, without a common method that takes a value.
func appendIndirect(b array.DictionaryBuilder, v Value) error {
	values := array.NewBuilder(memory.DefaultAllocator, b.Type().(*arrow.DictionaryType).ValueType)
	defer values.Release()
	if err := AppendValue(values, v); err != nil {
		return err
	}
	one := values.NewArray()
	defer one.Release()
	return b.AppendArray(one)
}

func appendPlain(b array.Builder, v Value) bool {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(v.Bool())
	case array.StringLikeBuilder:
		b.Append(v.text)
	case *array.FixedSizeBinaryBuilder:
		if len(v.text) != b.Type().(*arrow.FixedSizeBinaryType).ByteWidth {
			return false
		}
		b.Append([]byte(v.text))
	case array.BinaryLikeBuilder:
		b.Append([]byte(v.text))
	default:
		return false
	}
	return true
}

func appendNumber(b array.Builder, v Value) bool {
	switch b := b.(type) {
	case *array.Int8Builder:
		return appendInt(b.Append, v)
	case *array.Int16Builder:
		return appendInt(b.Append, v)
	case *array.Int32Builder:
		return appendInt(b.Append, v)
	case *array.Int64Builder:
		return appendInt(b.Append, v)
	case *array.Uint8Builder:
		return appendInt(b.Append, v)
	case *array.Uint16Builder:
		return appendInt(b.Append, v)
	case *array.Uint32Builder:
		return appendInt(b.Append, v)
	case *array.Uint64Builder:
		return appendInt(b.Append, v)
	}
	if t, ok := b.Type().(arrow.DecimalType); ok {
		return appendDecimal(b, t, v)
	}
	return appendFloat(b, v)
}

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

func appendInt[T integer](add func(T), v Value) bool {
	n, ok := scaled(v, 0)
	if !ok || !n.IsInt64() && !n.IsUint64() {
		return false
	}
	t := T(n.Int64())
	back := big.NewInt(int64(t))
	if !n.IsInt64() {
		t = T(n.Uint64())
		back.SetUint64(uint64(t))
	}
	if back.Cmp(n) != 0 || (t < 0) != (n.Sign() < 0) {
		return false
	}
	add(t)
	return true
}

func appendFloat(b array.Builder, v Value) bool {
	f, exact := v.approximate(), true
	if v.kind != FloatValue {
		_, exact = v.rational().Float64()
	}
	var kept float64
	switch b.Type().ID() {
	case arrow.FLOAT16:
		kept = float64(float16.New(float32(f)).Float32())
	case arrow.FLOAT32:
		kept = float64(float32(f))
	default:
		kept = f
	}
	if !exact || compareFloats(f, kept) != 0 {
		return false
	}
	switch b := b.(type) {
	case *array.Float16Builder:
		b.Append(float16.New(float32(f)))
	case *array.Float32Builder:
		b.Append(float32(f))
	case *array.Float64Builder:
		b.Append(f)
	default:
		return false
	}
	return true
}

func appendDecimal(b array.Builder, t arrow.DecimalType, v Value) bool {
	n, ok := scaled(v, t.GetScale())
	if !ok || len(new(big.Int).Abs(n).String()) > int(t.GetPrecision()) {
		return false
	}
	switch b := b.(type) {
	case *array.Decimal32Builder:
		b.Append(decimal.Decimal32(n.Int64()))
	case *array.Decimal64Builder:
		b.Append(decimal.Decimal64(n.Int64()))
	case *array.Decimal128Builder:
		b.Append(decimal128.FromBigInt(n))
	case *array.Decimal256Builder:
		b.Append(decimal256.FromBigInt(n))
	}
	return true
}

// scaled returns v * 10^scale where that is an integer.
func scaled(v Value, scale int32) (*big.Int, bool) {
	if v.infinite() {
		return nil, false
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(scale, -scale))), nil)
	factor := new(big.Rat).SetInt(power)
	if scale < 0 {
		factor.Inv(factor)
	}
	r := factor.Mul(factor, v.rational())
	return r.Num(), r.IsInt()
}

func appendMoment(b array.Builder, v Value) bool {
	switch b := b.(type) {
	case *array.Date32Builder:
		if v.number != int64(int32(v.number)) {
			return false
		}
		b.Append(arrow.Date32(v.number))
	case *array.Date64Builder:
		ms, ok := rescale(v.number, 1, dayMillis)
		if ok {
			b.Append(arrow.Date64(ms))
		}
		return ok
	case *array.Time32Builder:
		return appendTicks(b.Append, v, b.Type().(*arrow.Time32Type).Unit)
	case *array.Time64Builder:
		return appendTicks(b.Append, v, b.Type().(*arrow.Time64Type).Unit)
	case *array.TimestampBuilder:
		return appendTicks(b.Append, v, b.Type().(*arrow.TimestampType).Unit)
	default:
		return false
	}
	return true
}

func appendTicks[T arrow.Time32 | arrow.Time64 | arrow.Timestamp](add func(T), v Value, unit arrow.TimeUnit) bool {
	n, ok := rescale(v.number, microsPerSec, perSecond[unit])
	if !ok || int64(T(n)) != n {
		return false
	}
	add(T(n))
	return true
}
