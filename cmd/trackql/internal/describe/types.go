package describe

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// SQLType returns the name that a type has in SQL once the engine has read it.
func SQLType(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.TimestampType:
		return timestampType(t)
	case arrow.DecimalType:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.GetPrecision(), t.GetScale())
	case *arrow.FixedSizeListType:
		return fmt.Sprintf("%s[%d]", SQLType(t.Elem()), t.Len())
	case *arrow.MapType:
		return fmt.Sprintf("MAP(%s, %s)", SQLType(t.KeyType()), SQLType(t.ItemType()))
	case arrow.ListLikeType:
		return SQLType(t.Elem()) + "[]"
	case *arrow.StructType:
		fields := make([]string, t.NumFields())
		for i, field := range t.Fields() {
			fields[i] = connector.QuoteName(field.Name) + " " + SQLType(field.Type)
		}
		return "STRUCT(" + strings.Join(fields, ", ") + ")"
	case *arrow.DictionaryType:
		return SQLType(t.ValueType)
	}
	if name, ok := plainTypes[t.ID()]; ok {
		return name
	}
	return strings.ToUpper(t.String())
}

func timestampType(t *arrow.TimestampType) string {
	if t.TimeZone != "" {
		return "TIMESTAMP WITH TIME ZONE"
	}
	return map[arrow.TimeUnit]string{
		arrow.Second: "TIMESTAMP_S", arrow.Millisecond: "TIMESTAMP_MS",
		arrow.Microsecond: "TIMESTAMP", arrow.Nanosecond: "TIMESTAMP_NS",
	}[t.Unit]
}

// plainTypes are the types without parameters.
var plainTypes = map[arrow.Type]string{
	arrow.NULL: "NULL", arrow.BOOL: "BOOLEAN",
	arrow.INT8: "TINYINT", arrow.INT16: "SMALLINT", arrow.INT32: "INTEGER", arrow.INT64: "BIGINT",
	arrow.UINT8: "UTINYINT", arrow.UINT16: "USMALLINT", arrow.UINT32: "UINTEGER", arrow.UINT64: "UBIGINT",
	arrow.FLOAT32: "FLOAT", arrow.FLOAT64: "DOUBLE",
	arrow.STRING: "VARCHAR", arrow.LARGE_STRING: "VARCHAR", arrow.STRING_VIEW: "VARCHAR",
	arrow.BINARY: "BLOB", arrow.LARGE_BINARY: "BLOB", arrow.BINARY_VIEW: "BLOB", arrow.FIXED_SIZE_BINARY: "BLOB",
	arrow.DATE32: "DATE", arrow.DATE64: "DATE", arrow.TIME32: "TIME", arrow.TIME64: "TIME",
	arrow.INTERVAL_MONTH_DAY_NANO: "INTERVAL",
}
