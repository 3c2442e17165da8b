package print

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// inner binds what is inside a nested value: always as JSON.
func (b binder) inner(values arrow.Array, field arrow.Field) (column, error) {
	b.json = true
	return b.bind(values, field)
}

// value appends a value as part of a nested one.
func (c column) value(dst []byte, row int) []byte {
	if c.null(row) {
		return append(dst, "null"...)
	}
	return c.text(dst, row)
}

// bindNested binds the types that hold other arrays, or tells that values are
// of none. c has the nulls.
func (b binder) bindNested(values arrow.Array, c column) (bound column, ok bool, err error) {
	switch values := values.(type) {
	case *array.Null:
		c.isNull = func(int) bool { return true }
		c.text, _ = b.bindPlain(values)
	case *array.Map: // before lists, of which it is one
		c.text, err = b.bindMap(values)
	case array.ListLike:
		c.text, err = b.bindList(values)
	case *array.Struct:
		c.text, err = b.bindStruct(values)
	case *array.Dictionary:
		c, err = b.bindDictionary(values)
	case array.Union:
		c, err = b.bindUnion(values)
	default:
		return c, false, nil
	}
	return c, true, err
}

func (b binder) bindList(values array.ListLike) (cell, error) {
	elements, err := b.inner(values.ListValues(), values.DataType().(arrow.ListLikeType).ElemField())
	if err != nil {
		return nil, err
	}
	return func(dst []byte, row int) []byte {
		dst = append(dst, '[')
		start, end := values.ValueOffsets(row)
		for i := start; i < end; i++ {
			if i > start {
				dst = append(dst, ',')
			}
			dst = elements.value(dst, int(i))
		}
		return append(dst, ']')
	}, nil
}

// bindMap writes a map as an object. A key that is no text becomes one.
func (b binder) bindMap(values *array.Map) (cell, error) {
	t := values.DataType().(*arrow.MapType)
	keys, err := binder{zone: b.zone}.bind(values.Keys(), t.KeyField())
	if err != nil {
		return nil, err
	}
	items, err := b.inner(values.Items(), t.ItemField())
	if err != nil {
		return nil, err
	}
	var key []byte
	return func(dst []byte, row int) []byte {
		dst = append(dst, '{')
		start, end := values.ValueOffsets(row)
		for i := start; i < end; i++ {
			if i > start {
				dst = append(dst, ',')
			}
			key = keys.text(key[:0], int(i))
			dst = append(appendJSONText(dst, key), ':')
			dst = items.value(dst, int(i))
		}
		return append(dst, '}')
	}, nil
}

func (b binder) bindStruct(values *array.Struct) (cell, error) {
	fields := values.DataType().(*arrow.StructType).Fields()
	columns := make([]column, len(fields))
	heads := make([][]byte, len(fields))
	for i, field := range fields {
		c, err := b.inner(values.Field(i), field)
		if err != nil {
			return nil, err
		}
		columns[i], heads[i] = c, appendKey(nil, i, field.Name)
	}
	return func(dst []byte, row int) []byte {
		dst = append(dst, '{')
		for i := range columns {
			dst = columns[i].value(append(dst, heads[i]...), row)
		}
		return append(dst, '}')
	}, nil
}

// appendKey writes the key of an object's member i, with its comma and colon.
func appendKey(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(appendJSONText(dst, name), ':')
}

func (b binder) bindDictionary(values *array.Dictionary) (column, error) {
	entries, err := b.bind(values.Dictionary(), arrow.Field{Type: values.Dictionary().DataType()})
	if err != nil {
		return column{}, err
	}
	c := column{text: func(dst []byte, row int) []byte { return entries.text(dst, values.GetValueIndex(row)) }}
	if values.NullN() > 0 || entries.isNull != nil {
		c.isNull = func(row int) bool { return values.IsNull(row) || entries.null(values.GetValueIndex(row)) }
	}
	return c, nil
}

// bindUnion writes a union as an object of its one member: {"tag":value}.
func (b binder) bindUnion(values array.Union) (column, error) {
	fields := values.UnionType().Fields()
	columns := make([]column, len(fields))
	heads := make([][]byte, len(fields))
	for i, field := range fields {
		c, err := b.inner(values.Field(i), field)
		if err != nil {
			return column{}, err
		}
		columns[i], heads[i] = c, appendKey([]byte{'{'}, 0, field.Name)
	}
	at := func(row int) int { return row }
	if dense, ok := values.(*array.DenseUnion); ok {
		at = func(row int) int { return int(dense.ValueOffset(row)) }
	}
	return column{
		isNull: func(row int) bool { return columns[values.ChildID(row)].null(at(row)) },
		text: func(dst []byte, row int) []byte {
			i := values.ChildID(row)
			dst = columns[i].text(append(dst, heads[i]...), at(row))
			return append(dst, '}')
		},
	}, nil
}
