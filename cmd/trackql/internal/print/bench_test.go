package print_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// counter counts what is written.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)

// BenchmarkPrint writes batches as they come from the engine: 2,048 rows of
// what a tracker's issues have.
func BenchmarkPrint(b *testing.B) {
	schema := fieldsOf(
		"Id", arrow.PrimitiveTypes.Int64, "Key", arrow.BinaryTypes.String, "Summary", arrow.BinaryTypes.String,
		"担当者", arrow.BinaryTypes.String, "Created", utc, "Due", arrow.FixedWidthTypes.Date32,
		"Hours", arrow.PrimitiveTypes.Float64, "Open", arrow.FixedWidthTypes.Boolean,
	)
	var rows []string
	for i := range 2048 {
		rows = append(rows, fmt.Sprintf(`{"Id": %d, "Key": "PT-%d", "Summary": "The %dth issue, with \"quotes\" now and then",
			"担当者": "山田太郎", "Created": "2024-03-%02d 12:34:56.5Z", "Due": "2024-04-%02d", "Hours": %d.25, "Open": %t}`,
			i, i, i, i%28+1, i%28+1, i%40, i%3 == 0))
	}
	batch := batchOf(b, schema, "["+strings.Join(rows, ",")+"]")
	for _, name := range print.Formats() {
		b.Run(name, func(b *testing.B) {
			format, err := print.ParseFormat(name)
			if err != nil {
				b.Fatal(err)
			}
			out := &counter{}
			p := print.New(out, print.Options{Format: format, Zone: tokyo})
			again := &repeating{readerOf(b, batch), batch, b.N}
			b.ReportAllocs()
			b.ResetTimer()
			if _, err := p.Print(again, whole); err != nil {
				b.Fatal(err)
			}
			if err := p.Close(); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(out.n / int64(b.N))
		})
	}
}

// repeating reads one batch so many times.
type repeating struct {
	array.RecordReader
	batch arrow.RecordBatch
	left  int
}

func (r *repeating) Next() bool {
	r.left--
	return r.left >= 0
}

func (r *repeating) RecordBatch() arrow.RecordBatch { return r.batch }
