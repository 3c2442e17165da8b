package serve

import (
	"context"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/schema_ref"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Words of Flight SQL: how names are compared, and where NULL comes in an order.
const (
	nameCaseInsensitive = int32(0)
	nullsSortedAtEnd    = int32(3)
	noTransactions      = int32(0)
)

// tellInfo makes known what clients ask of a server.
func (d *door) tellInfo() error {
	info := map[flightsql.SqlInfo]any{
		flightsql.SqlInfoFlightSqlServerName:         "TrackQL",
		flightsql.SqlInfoFlightSqlServerVersion:      d.server.cfg.Version,
		flightsql.SqlInfoFlightSqlServerArrowVersion: arrow.PkgVersion,
		flightsql.SqlInfoFlightSqlServerReadOnly:     true,
		flightsql.SqlInfoFlightSqlServerSql:          true,
		flightsql.SqlInfoFlightSqlServerSubstrait:    false,
		flightsql.SqlInfoFlightSqlServerTransaction:  noTransactions,
		flightsql.SqlInfoFlightSqlServerCancel:       true,
		flightsql.SqlInfoDDLCatalog:                  false,
		flightsql.SqlInfoDDLSchema:                   true,
		flightsql.SqlInfoDDLTable:                    true,
		flightsql.SqlInfoIdentifierCase:              nameCaseInsensitive,
		flightsql.SqlInfoIdentifierQuoteChar:         `"`,
		flightsql.SqlInfoQuotedIdentifierCase:        nameCaseInsensitive,
		flightsql.SqlInfoAllTablesAreASelectable:     true,
		flightsql.SqlInfoNullOrdering:                nullsSortedAtEnd,
		flightsql.SqlInfoSupportsColumnAliasing:      true,
		flightsql.SqlInfoSchemaTerm:                  "source",
		flightsql.SqlInfoProcedureTerm:               "procedure",
		flightsql.SqlInfoCatalogTerm:                 "catalog",
		flightsql.SqlInfoTransactionsSupported:       false,
	}
	var errs []error
	for id, value := range info {
		errs = append(errs, d.RegisterSqlInfo(id, value))
	}
	return errors.Join(errs...)
}

// xdbcType is a type as ODBC and JDBC see it: its name in SQL, its code, how many
// digits or characters it has, and what its constants stand between.
type xdbcType struct {
	name   string
	code   int32
	size   int32
	quote  string
	number bool
}

// xdbcTypes are the types that columns have; the codes are those of X/Open's
// SQL CLI.
var xdbcTypes = []xdbcType{
	{"BOOLEAN", -7, 1, "", false},
	{"TINYINT", -6, 3, "", true},
	{"BIGINT", -5, 19, "", true},
	{"BLOB", -3, 0, "'", false},
	{"DECIMAL", 3, 38, "", true},
	{"INTEGER", 4, 10, "", true},
	{"SMALLINT", 5, 5, "", true},
	{"FLOAT", 7, 24, "", true},
	{"DOUBLE", 8, 53, "", true},
	{"VARCHAR", 12, 0, "'", false},
	{"DATE", 91, 10, "'", false},
	{"TIME", 92, 15, "'", false},
	{"TIMESTAMP", 93, 26, "'", false},
	{"TIMESTAMP WITH TIME ZONE", 2014, 32, "'", false},
}

// GetFlightInfoXdbcTypeInfo tells of the types.
func (d *door) GetFlightInfoXdbcTypeInfo(_ context.Context, _ flightsql.GetXdbcTypeInfo, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.XdbcTypeInfo, of)
}

// The codes of X/Open: a column may be NULL, and conditions of all kinds are
// possible on it.
const (
	xdbcNullable   = int32(1)
	xdbcSearchable = int32(3)
)

// DoGetXdbcTypeInfo describes the types, by their code.
func (d *door) DoGetXdbcTypeInfo(_ context.Context, req flightsql.GetXdbcTypeInfo) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema_ref.XdbcTypeInfo)
	defer b.Release()
	for _, t := range xdbcTypes {
		if code := req.GetDataType(); code == nil || *code == t.code {
			t.append(b)
		}
	}
	return oneBatch(b.NewRecordBatch())
}

// append adds the row of a type, by the names of its columns; the others are NULL.
func (t xdbcType) append(b *array.RecordBuilder) {
	cells := map[string]any{
		"type_name": t.name, "local_type_name": t.name, "data_type": t.code, "sql_data_type": t.code,
		"nullable": xdbcNullable, "searchable": xdbcSearchable, "case_sensitive": t.code == 12,
		"fixed_prec_scale": false, "auto_increment": false,
	}
	if t.size > 0 {
		cells["column_size"] = t.size
	}
	if t.quote != "" {
		cells["literal_prefix"], cells["literal_suffix"] = t.quote, t.quote
	}
	if t.number {
		cells["unsigned_attribute"], cells["num_prec_radix"] = false, int32(10)
	}
	for i, field := range b.Schema().Fields() {
		appendCell(b.Field(i), cells[field.Name])
	}
}

// appendCell adds a value of the column's own kind; nil is NULL.
func appendCell(to array.Builder, cell any) {
	switch v := cell.(type) {
	case string:
		to.(*array.StringBuilder).Append(v)
	case []byte:
		to.(*array.BinaryBuilder).Append(v)
	case int32:
		to.(*array.Int32Builder).Append(v)
	case uint8:
		to.(*array.Uint8Builder).Append(v)
	case bool:
		to.(*array.BooleanBuilder).Append(v)
	default:
		to.AppendNull()
	}
}

// oneBatch streams one batch, and has it released.
func oneBatch(batch arrow.RecordBatch) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	chunks := make(chan flight.StreamChunk, 1)
	chunks <- flight.StreamChunk{Data: batch}
	close(chunks)
	return batch.Schema(), chunks, nil
}
