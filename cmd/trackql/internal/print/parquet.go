package print

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/trackql/trackql/connector"
)

// rowGroup is how many rows are kept in memory before they are written.
const rowGroup = 128 * 1024

// parquetLayout writes one result as a Parquet file. Types that Parquet does
// not have become text.
type parquetLayout struct {
	binder binder

	schema *arrow.Schema
	writer *pqarrow.FileWriter
}

func (l *parquetLayout) begin(s *sink, schema *arrow.Schema, result int) error {
	if result > 0 {
		return connector.Errorf(connector.Invalid, "a Parquet file holds one result, and there is another").
			WithHint("Run the statements one by one, each with its own file.")
	}
	names := uniqueNames(schema)
	fields := make([]arrow.Field, schema.NumFields())
	for i, field := range schema.Fields() {
		fields[i] = arrow.Field{Name: names[i], Type: parquetType(field), Nullable: true}
	}
	l.schema = arrow.NewSchema(fields, nil)
	properties := parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithMaxRowGroupLength(rowGroup),
		parquet.WithCreatedBy("trackql"),
	)
	// A writer that is no io.Closer, because Close of the file writer would
	// close it, and it is not ours.
	out := struct{ io.Writer }{s.w}
	var err error
	if l.writer, err = pqarrow.NewFileWriter(l.schema, out, properties, pqarrow.DefaultWriterProps()); err != nil {
		return connector.Errorf(connector.Unimplemented, "parquet: %w", err).
			WithHint("Cast the column to a type that Parquet has, such as VARCHAR.")
	}
	return nil
}

func (l *parquetLayout) rows(_ *sink, batch arrow.RecordBatch) error {
	columns := make([]arrow.Array, batch.NumCols())
	defer func() {
		for _, values := range columns {
			if values != nil {
				values.Release()
			}
		}
	}()
	for i, values := range batch.Columns() {
		converted, err := l.binder.parquet(values, batch.Schema().Field(i))
		if err != nil {
			return err
		}
		columns[i] = converted
	}
	converted := array.NewRecordBatch(l.schema, columns, batch.NumRows())
	defer converted.Release()
	if err := l.writer.WriteBuffered(converted); err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	return nil
}

func (l *parquetLayout) end(*sink, int64, connector.Verdict) error { return nil }

// finish writes the footer, without which the file cannot be read.
func (l *parquetLayout) finish(*sink) error {
	if l.writer == nil { // an empty file is not Parquet
		return connector.Errorf(connector.Invalid, "no statement gave rows to write as Parquet").
			WithHint("End with a SELECT.")
	}
	if err := l.writer.Close(); err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	return nil
}
