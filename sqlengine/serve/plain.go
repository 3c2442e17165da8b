package serve

import (
	"encoding/json"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// DuckDB marks types of its own as Arrow extensions, over bytes that few clients
// can read: a truth value is a byte, and a HUGEINT, which every sum of whole
// numbers is, sixteen. Here they become what all clients know.

// reshape makes of a column what clients know; nil leaves it as it is. The caller
// releases what comes.
type reshape func(arrow.ArrayData) arrow.ArrayData

// wholeKey marks a decimal column that is whole numbers by its type: DuckDB's
// HUGEINT, beyond 64 bits.
const wholeKey = "trackql:whole"

// plainSchema returns the columns as clients get them, and how each is made.
func plainSchema(schema *arrow.Schema) (*arrow.Schema, []reshape) {
	fields := make([]arrow.Field, schema.NumFields())
	shapes := make([]reshape, len(fields))
	for i, f := range schema.Fields() {
		fields[i], shapes[i] = plainField(f)
	}
	metadata := schema.Metadata()
	return arrow.NewSchema(fields, &metadata), shapes
}

// plainBatch returns a batch as clients get it. The caller releases it.
func plainBatch(schema *arrow.Schema, shapes []reshape, batch arrow.RecordBatch) arrow.RecordBatch {
	columns := make([]arrow.Array, batch.NumCols())
	for i, column := range batch.Columns() {
		if shapes[i] == nil {
			column.Retain()
			columns[i] = column
			continue
		}
		data := shapes[i](column.Data())
		columns[i] = array.MakeFromData(data)
		data.Release()
	}
	plain := array.NewRecordBatch(schema, columns, batch.NumRows())
	for _, column := range columns {
		column.Release()
	}
	return plain
}

func plainField(f arrow.Field) (arrow.Field, reshape) {
	switch duckType(f) {
	case "bool8":
		return arrow.Field{Name: f.Name, Type: arrow.FixedWidthTypes.Boolean, Nullable: f.Nullable}, truths
	case "hugeint":
		whole := &arrow.Decimal128Type{Precision: 38}
		marked := arrow.NewMetadata([]string{wholeKey}, []string{"1"})
		return arrow.Field{Name: f.Name, Type: whole, Nullable: f.Nullable, Metadata: marked}, as(whole)
	case "uhugeint":
		whole := &arrow.Decimal256Type{Precision: 39}
		marked := arrow.NewMetadata([]string{wholeKey}, []string{"1"})
		return arrow.Field{Name: f.Name, Type: whole, Nullable: f.Nullable, Metadata: marked}, widened
	}
	t, shape := plainNested(f.Type)
	f.Type = t
	return f, shape
}

// duckType names the type that DuckDB means by an extension; "" is any other.
func duckType(f arrow.Field) string {
	name, _ := f.Metadata.GetValue("ARROW:extension:name")
	told, _ := f.Metadata.GetValue("ARROW:extension:metadata")
	if extension, ok := f.Type.(arrow.ExtensionType); ok {
		name, told = extension.ExtensionName(), extension.Serialize()
	}
	switch name {
	case "arrow.bool8":
		return "bool8"
	case "arrow.opaque":
		var opaque struct {
			Type   string `json:"type_name"`
			Vendor string `json:"vendor_name"`
		}
		if json.Unmarshal([]byte(told), &opaque) == nil && opaque.Vendor == "DuckDB" {
			return opaque.Type
		}
	}
	return ""
}

// plainNested returns a type with plain types in it.
func plainNested(t arrow.DataType) (arrow.DataType, reshape) {
	switch t := t.(type) {
	case *arrow.ListType:
		if elem, shape := plainField(t.ElemField()); shape != nil {
			whole := arrow.ListOfField(elem)
			return whole, within(whole, []reshape{shape})
		}
	case *arrow.FixedSizeListType:
		if elem, shape := plainField(t.ElemField()); shape != nil {
			whole := arrow.FixedSizeListOfField(t.Len(), elem)
			return whole, within(whole, []reshape{shape})
		}
	case *arrow.StructType:
		return plainStruct(t)
	}
	return t, nil
}

func plainStruct(t *arrow.StructType) (arrow.DataType, reshape) {
	fields := make([]arrow.Field, t.NumFields())
	shapes := make([]reshape, len(fields))
	some := false
	for i, f := range t.Fields() {
		fields[i], shapes[i] = plainField(f)
		some = some || shapes[i] != nil
	}
	if !some {
		return t, nil
	}
	whole := arrow.StructOf(fields...)
	return whole, within(whole, shapes)
}

// as reads the same bytes as another type.
func as(t arrow.DataType) reshape {
	return func(data arrow.ArrayData) arrow.ArrayData {
		return array.NewData(t, data.Len(), data.Buffers(), nil, data.NullN(), data.Offset())
	}
}

// within reshapes what a nested column holds.
func within(t arrow.DataType, shapes []reshape) reshape {
	return func(data arrow.ArrayData) arrow.ArrayData {
		children := make([]arrow.ArrayData, len(data.Children()))
		for i, child := range data.Children() {
			if shapes[i] == nil {
				child.Retain()
				children[i] = child
			} else {
				children[i] = shapes[i](child)
			}
		}
		whole := array.NewData(t, data.Len(), data.Buffers(), children, data.NullN(), data.Offset())
		for _, child := range children {
			child.Release()
		}
		return whole
	}
}

// truths makes truth values of bytes.
func truths(data arrow.ArrayData) arrow.ArrayData {
	stored := as(arrow.PrimitiveTypes.Int8)(data)
	defer stored.Release()
	bytes := array.NewInt8Data(stored)
	defer bytes.Release()
	b := array.NewBooleanBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(bytes.Len())
	for i, v := range bytes.Int8Values() {
		if bytes.IsNull(i) {
			b.AppendNull()
		} else {
			b.UnsafeAppend(v != 0)
		}
	}
	return built(b)
}

// widened makes decimals of 256 bits of numbers of 128 without a sign.
func widened(data arrow.ArrayData) arrow.ArrayData {
	const from, to = 16, 32
	valid := array.MakeFromData(data)
	defer valid.Release()
	b := array.NewFixedSizeBinaryBuilder(memory.DefaultAllocator, &arrow.FixedSizeBinaryType{ByteWidth: to})
	defer b.Release()
	for i := range data.Len() {
		if valid.IsNull(i) {
			b.AppendNull()
			continue
		}
		var number [to]byte
		copy(number[:], data.Buffers()[1].Bytes()[(data.Offset()+i)*from:][:from])
		b.Append(number[:])
	}
	numbers := built(b)
	defer numbers.Release()
	return as(&arrow.Decimal256Type{Precision: 39})(numbers)
}

// built returns what a builder has, of which the caller is the owner.
func built(b array.Builder) arrow.ArrayData {
	made := b.NewArray()
	defer made.Release()
	made.Data().Retain()
	return made.Data()
}
