package cache_test

import (
	"testing"

	"github.com/trackql/trackql/connector"
)

// BenchmarkHit reads rows that are kept, with a condition that most satisfy.
func BenchmarkHit(b *testing.B) {
	const rows = 20_000
	cached := wrap(newMemory(issues(rows, connector.Exact)), b.TempDir(), newClock(), nil)
	rowsOf(b, cached, whole())
	req := connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "Summary", "Updated"}}
	req.Where = []connector.Predicate{where("Id", connector.Gt, connector.IntOf(10))}
	for b.Loop() {
		reader, err := cached.Scan(b.Context(), req)
		if err != nil {
			b.Fatal(err)
		}
		n := int64(0)
		for reader.Next() {
			n += reader.RecordBatch().NumRows()
		}
		reader.Release()
		if n != rows-10 {
			b.Fatalf("%d rows, want %d", n, rows-10)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
