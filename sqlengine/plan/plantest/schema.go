package plantest

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// Schema returns the statements that make the empty tables and the views of the
// corpus in a catalog of DuckDB.
func Schema() []string {
	var statements []string
	for _, s := range Sources() {
		statements = append(statements, "CREATE SCHEMA "+connector.QuoteName(s.Name))
		for _, t := range s.Tables {
			columns := make([]string, len(t.Columns))
			for i, c := range t.Columns {
				columns[i] = connector.QuoteName(c.Name) + " " + typeName(c.Type)
			}
			if t.Wider {
				name, further := plan.FurtherColumn(plan.Ref{Source: s.Name, Table: t.Name})
				columns = append(columns, connector.QuoteName(name)+" "+further)
			}
			statements = append(statements, fmt.Sprintf("CREATE TABLE %s.%s (%s)",
				connector.QuoteName(s.Name), connector.QuoteName(t.Name), strings.Join(columns, ", ")))
		}
	}
	for _, v := range Views() {
		statements = append(statements, "CREATE VIEW "+connector.QuoteName(v[0])+" AS "+v[1])
	}
	return statements
}

// typeName returns the type that DuckDB gives to an Arrow column.
func typeName(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.Decimal128Type:
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return "TIMESTAMPTZ"
		}
		return map[arrow.TimeUnit]string{
			arrow.Second: "TIMESTAMP_S", arrow.Millisecond: "TIMESTAMP_MS",
			arrow.Microsecond: "TIMESTAMP", arrow.Nanosecond: "TIMESTAMP_NS",
		}[t.Unit]
	case *arrow.StructType:
		fields := make([]string, t.NumFields())
		for i, f := range t.Fields() {
			fields[i] = connector.QuoteName(f.Name) + " " + typeName(f.Type)
		}
		return "STRUCT(" + strings.Join(fields, ", ") + ")"
	case *arrow.ListType:
		return typeName(t.Elem()) + "[]"
	}
	return map[arrow.Type]string{
		arrow.INT8: "TINYINT", arrow.INT16: "SMALLINT", arrow.INT32: "INTEGER",
		arrow.INT64: "BIGINT", arrow.UINT64: "UBIGINT", arrow.FLOAT32: "FLOAT",
		arrow.FLOAT64: "DOUBLE", arrow.BOOL: "BOOLEAN", arrow.STRING: "VARCHAR",
		arrow.BINARY: "BLOB", arrow.DATE32: "DATE", arrow.TIME64: "TIME",
	}[t.ID()]
}
