package connectortest

import (
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// encodeCell writes a cell so that two cells of one type have the same text
// just when they hold the same value, and so that a person can read it: SQL
// literals, with [lists] and {structs: and maps}.
func encodeCell(a arrow.Array, row int) string {
	if v, ok := connector.ValueAt(a, row); ok {
		return v.String()
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return encodeCell(a.Dictionary(), a.GetValueIndex(row))
	case *array.RunEndEncoded:
		return encodeCell(a.Values(), a.GetPhysicalIndex(row))
	case array.ExtensionArray:
		return encodeCell(a.Storage(), row)
	case *array.Map:
		from, to := a.ValueOffsets(row)
		return encodePairs(a.Keys(), a.Items(), int(from), int(to))
	case array.ListLike:
		from, to := a.ValueOffsets(row)
		return "[" + encodeRange(a.ListValues(), int(from), int(to)) + "]"
	case *array.Struct:
		return encodeStruct(a, row)
	}
	return a.ValueStr(row)
}

func encodeRange(a arrow.Array, from, to int) string {
	texts := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		texts = append(texts, encodeCell(a, i))
	}
	return strings.Join(texts, ", ")
}

func encodePairs(keys, items arrow.Array, from, to int) string {
	texts := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		texts = append(texts, encodeCell(keys, i)+": "+encodeCell(items, i))
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

func encodeStruct(a *array.Struct, row int) string {
	t := a.DataType().(*arrow.StructType)
	texts := make([]string, a.NumField())
	for i := range texts {
		texts[i] = connector.QuoteName(t.Field(i).Name) + ": " + encodeCell(a.Field(i), row)
	}
	return "{" + strings.Join(texts, ", ") + "}"
}
