package print

import (
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// hugeType is how Parquet holds integers of 128 bits, but for the largest.
var hugeType = &arrow.Decimal128Type{Precision: 38}

// parquetType returns the type that a field's values have in Parquet: text
// where it has none for them.
func parquetType(field arrow.Field) arrow.DataType {
	k, t := kindOf(field)
	switch k {
	case boolKind:
		return arrow.FixedWidthTypes.Boolean
	case hugeKind, unsignedKind:
		return hugeType
	case plainKind:
		return parquetStorage(t)
	}
	return arrow.BinaryTypes.String
}

func parquetStorage(t arrow.DataType) arrow.DataType {
	inside := func(field arrow.Field) arrow.Field {
		return arrow.Field{Name: field.Name, Type: parquetType(field), Nullable: field.Nullable}
	}
	switch t := t.(type) {
	case *arrow.MapType:
		keys := inside(t.KeyField())
		return arrow.MapOfFields(keys, inside(t.ItemField()))
	case *arrow.ListType:
		return arrow.ListOfField(inside(t.ElemField()))
	case *arrow.LargeListType:
		return arrow.LargeListOfField(inside(t.ElemField()))
	case *arrow.FixedSizeListType:
		return arrow.FixedSizeListOfField(t.Len(), inside(t.ElemField()))
	case *arrow.StructType:
		fields := make([]arrow.Field, t.NumFields())
		for i, field := range t.Fields() {
			fields[i] = inside(field)
		}
		return arrow.StructOf(fields...)
	case *arrow.Decimal32Type:
		return &arrow.Decimal128Type{Precision: t.Precision, Scale: t.Scale}
	case *arrow.Decimal64Type:
		return &arrow.Decimal128Type{Precision: t.Precision, Scale: t.Scale}
	case *arrow.BinaryViewType:
		return arrow.BinaryTypes.Binary
	case *arrow.DictionaryType, *arrow.StringViewType, *arrow.MonthDayNanoIntervalType, arrow.UnionType,
		*arrow.ListViewType, *arrow.LargeListViewType:
		return arrow.BinaryTypes.String
	}
	return t
}

// parquet returns values in the type of parquetType. The caller releases them.
func (b binder) parquet(values arrow.Array, field arrow.Field) (arrow.Array, error) {
	to := parquetType(field)
	values = storage(values)
	if arrow.TypeEqual(values.DataType(), to) {
		values.Retain()
		return values, nil
	}
	if nested, ok := values.DataType().(arrow.NestedType); ok && values.DataType().ID() == to.ID() {
		return b.parquetNested(values, nested, to)
	}
	if to == arrow.DataType(hugeType) {
		return b.parquetHuge(values, field)
	}
	c, err := b.bind(values, field)
	if err != nil {
		return nil, err
	}
	builder := array.NewBuilder(memory.DefaultAllocator, to)
	defer builder.Release()
	var text []byte
	for row := range values.Len() {
		if c.null(row) {
			builder.AppendNull()
			continue
		}
		text = c.text(text[:0], row)
		appendTo(builder, values, row, text)
	}
	return builder.NewArray(), nil
}

// appendTo appends one value, whose text is given, to a builder of what
// parquetType makes of other types.
func appendTo(builder array.Builder, values arrow.Array, row int, text []byte) {
	switch builder := builder.(type) {
	case *array.StringBuilder:
		builder.Append(string(text))
	case *array.BooleanBuilder:
		builder.Append(values.(*array.Int8).Value(row) != 0)
	case *array.BinaryBuilder:
		builder.Append(values.(*array.BinaryView).Value(row))
	case *array.Decimal128Builder:
		switch values := values.(type) {
		case *array.Decimal32:
			builder.Append(decimal128.FromI64(int64(values.Value(row))))
		case *array.Decimal64:
			builder.Append(decimal128.FromI64(int64(values.Value(row))))
		}
	}
}

// parquetHuge converts integers of 128 bits, of which Parquet's decimals hold
// 38 digits.
func (b binder) parquetHuge(values arrow.Array, field arrow.Field) (arrow.Array, error) {
	k, _ := kindOf(field)
	fixed := values.(*array.FixedSizeBinary)
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(hugeType.Precision)), nil)
	builder := array.NewDecimal128Builder(memory.DefaultAllocator, hugeType)
	defer builder.Release()
	for row := range fixed.Len() {
		if fixed.IsNull(row) {
			builder.AppendNull()
			continue
		}
		n := hugeint(fixed.Value(row), k == unsignedKind)
		if n.CmpAbs(limit) >= 0 {
			return nil, connector.Errorf(connector.Invalid, "column %q: Parquet cannot hold the integer %s", field.Name, n).
				WithHint("Cast the column to VARCHAR or DOUBLE.")
		}
		builder.Append(decimal128.FromBigInt(n))
	}
	return builder.NewArray(), nil
}

// parquetNested converts what is inside lists, maps and structs, around which
// everything stays.
func (b binder) parquetNested(values arrow.Array, nested arrow.NestedType, to arrow.DataType) (arrow.Array, error) {
	data := values.Data()
	children := make([]arrow.ArrayData, len(data.Children()))
	for i, child := range data.Children() {
		inside := array.MakeFromData(child)
		defer inside.Release()
		field := arrow.Field{Type: inside.DataType()} // of a map, its entries
		if to.ID() != arrow.MAP {
			field = nested.Fields()[i]
		}
		converted, err := b.parquetChild(inside, field, to)
		if err != nil {
			return nil, err
		}
		defer converted.Release()
		children[i] = converted.Data()
	}
	built := array.NewData(to, data.Len(), data.Buffers(), children, data.NullN(), data.Offset())
	defer built.Release()
	return array.MakeFromData(built), nil
}

// parquetChild converts a child of a nested type: for a map, the struct of its
// keys and items, which keeps the names that Arrow gives it.
func (b binder) parquetChild(child arrow.Array, field arrow.Field, to arrow.DataType) (arrow.Array, error) {
	entries, ok := to.(*arrow.MapType)
	if !ok {
		return b.parquet(child, field)
	}
	return b.parquetNested(child, child.DataType().(arrow.NestedType), entries.Elem())
}
