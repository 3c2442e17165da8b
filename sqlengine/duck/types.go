package duck

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/duckdb/duckdb-go/v2/arrowmapping"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/trackql/trackql/connector"
)

// columnTypes are the DuckDB types that the columns of an Arrow schema become.
// They are DuckDB's own answer: a vector of another type than declared is a C++
// exception through C, which ends the process.
type columnTypes struct {
	logical []mapping.LogicalType
}

func (t *columnTypes) destroy() {
	for i := range t.logical {
		mapping.DestroyLogicalType(&t.logical[i])
	}
}

// columnTypes converts an empty batch of each column and looks at what came.
func (db *DB) columnTypes(schema *arrow.Schema) (*columnTypes, error) {
	conn, err := db.Connect()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	types := &columnTypes{}
	for _, field := range schema.Fields() {
		logical, err := conn.columnType(field)
		if err != nil {
			types.destroy()
			return nil, err
		}
		types.logical = append(types.logical, logical)
	}
	return types, nil
}

func (c *Conn) columnType(field arrow.Field) (mapping.LogicalType, error) {
	if name := refusedType(field.Type); name != "" {
		return mapping.LogicalType{}, connector.Errorf(connector.Invalid,
			"column %q has the Arrow type %s, which the engine cannot hold", field.Name, field.Type).
			WithHint("Declare %s instead.", name)
	}
	// An empty batch with a list of dictionary is an internal error of DuckDB.
	field.Type = withoutDictionaries(field.Type)
	column, err := newColumnConverter(c.conn, field)
	if err != nil {
		return mapping.LogicalType{}, err
	}
	defer column.destroy()
	empty := array.NewBuilder(memory.DefaultAllocator, field.Type)
	defer empty.Release()
	values := empty.NewArray()
	defer values.Release()
	chunk, err := column.convert(values)
	if err != nil {
		return mapping.LogicalType{}, err
	}
	defer mapping.DestroyDataChunk(&chunk)
	return mapping.VectorGetColumnType(mapping.DataChunkGetVector(chunk, 0)), nil
}

// refusedType returns what to declare instead of a type that DuckDB does not
// take, or that holds one; "" for any other.
func refusedType(t arrow.DataType) string {
	switch t.ID() {
	case arrow.FLOAT16:
		return "float32"
	case arrow.DECIMAL256:
		return "decimal128"
	}
	if nested, ok := t.(arrow.NestedType); ok {
		for _, field := range nested.Fields() {
			if name := refusedType(field.Type); name != "" {
				return name
			}
		}
	}
	if dictionary, ok := t.(*arrow.DictionaryType); ok {
		return refusedType(dictionary.ValueType)
	}
	return ""
}

// withoutDictionaries returns t with each dictionary in it replaced by its
// values' type.
func withoutDictionaries(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return withoutDictionaries(t.ValueType)
	case *arrow.ListType:
		return arrow.ListOfField(plainField(t.ElemField()))
	case *arrow.LargeListType:
		return arrow.LargeListOfField(plainField(t.ElemField()))
	case *arrow.FixedSizeListType:
		return arrow.FixedSizeListOfField(t.Len(), plainField(t.ElemField()))
	case *arrow.StructType:
		fields := make([]arrow.Field, t.NumFields())
		for i, field := range t.Fields() {
			fields[i] = plainField(field)
		}
		return arrow.StructOf(fields...)
	case *arrow.MapType:
		return arrow.MapOf(withoutDictionaries(t.KeyType()), withoutDictionaries(t.ItemType()))
	}
	return t
}

func plainField(f arrow.Field) arrow.Field {
	f.Type = withoutDictionaries(f.Type)
	return f
}

// columnConverter turns the values of one column into DuckDB vectors.
type columnConverter struct {
	conn      mapping.Connection
	schema    *arrow.Schema
	converted arrowmapping.ArrowConvertedSchema
	// compact: slices of the column must be copied before they cross, because
	// arrow-go applies the offset of a struct twice when it exports one.
	compact bool
}

func newColumnConverter(conn mapping.Connection, field arrow.Field) (*columnConverter, error) {
	c := &columnConverter{conn: conn, compact: hasStruct(field.Type)}
	c.schema = arrow.NewSchema([]arrow.Field{field}, nil)
	converted, data := arrowmapping.SchemaFromArrow(conn, c.schema)
	if err := takeError(data); err != nil {
		return nil, fmt.Errorf("column %q: %w", field.Name, err)
	}
	c.converted = converted
	return c, nil
}

func (c *columnConverter) destroy() { arrowmapping.DestroyArrowConvertedSchema(&c.converted) }

// convert returns a chunk of one column that holds values; the caller destroys
// it. The memory of values lives as long as a vector refers to it. A column
// crosses alone, because DuckDB ties a batch's memory to its first column only.
func (c *columnConverter) convert(values arrow.Array) (mapping.DataChunk, error) {
	if c.compact && values.Data().Offset() != 0 {
		copied, err := array.Concatenate([]arrow.Array{values}, memory.DefaultAllocator)
		if err != nil {
			return mapping.DataChunk{}, fmt.Errorf("copy a slice: %w", err)
		}
		defer copied.Release()
		values = copied
	}
	batch := array.NewRecordBatch(c.schema, []arrow.Array{values}, int64(values.Len()))
	defer batch.Release()
	chunk, data := arrowmapping.DataChunkFromArrow(c.conn, batch, c.converted)
	if err := takeError(data); err != nil {
		return mapping.DataChunk{}, err
	}
	return chunk, nil
}

func hasStruct(t arrow.DataType) bool {
	if t.ID() == arrow.STRUCT {
		return true
	}
	if nested, ok := t.(arrow.NestedType); ok {
		for _, field := range nested.Fields() {
			if hasStruct(field.Type) {
				return true
			}
		}
	}
	if d, ok := t.(*arrow.DictionaryType); ok {
		return hasStruct(d.ValueType)
	}
	return false
}
