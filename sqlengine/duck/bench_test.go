package duck_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/sqlengine/duck"
)

// BenchmarkScan runs queries over 2,000,000 streamed rows, and over the same
// rows in a table of DuckDB's own: the ratio of the two is what a stream costs.
func BenchmarkScan(b *testing.B) {
	const rows, batchRows = 2_000_000, 50_000
	db, err := duck.Open(map[string]string{"threads": "2"})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Connect()
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	batch := numbers(batchRows)[0]
	batches := make([]arrow.RecordBatch, rows/batchRows)
	for i := range batches {
		batches[i] = batch
	}
	id, err := db.Register(duck.Scan{Schema: batch.Schema(), Rows: rows, Open: func(columns []int) (duck.Feed, error) {
		return &feed{batches: project(batches, columns)}, nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Drop(id)
	if err := conn.Exec(b.Context(), "CREATE TABLE native AS SELECT * FROM "+id.SQL()); err != nil {
		b.Fatal(err)
	}
	for name, sql := range map[string]string{
		"sum of a number":    "SELECT sum(n) FROM RELATION",
		"group by text":      "SELECT text, count(*) FROM RELATION GROUP BY text",
		"filter on a number": "SELECT count(text) FROM RELATION WHERE n % 3 = 1",
	} {
		b.Run(name, func(b *testing.B) { compare(b, conn, sql, id.SQL()) })
	}
}

// compare runs a query over a relation and over the native table in turn, and
// reports the ratio of their times.
func compare(b *testing.B, conn *duck.Conn, sql, relation string) {
	var streamed, native float64
	for b.Loop() {
		streamed += timed(b, conn, over(sql, relation))
		native += timed(b, conn, over(sql, "native"))
	}
	b.ReportMetric(streamed/native, "x-native")
	b.ReportMetric(2_000_000*float64(b.N)/streamed/1e6, "Mrows/s")
}

func over(sql, relation string) string {
	return strings.ReplaceAll(sql, "RELATION", relation)
}

func timed(b *testing.B, conn *duck.Conn, sql string) float64 {
	began := time.Now()
	if _, err := conn.Strings(b.Context(), sql); err != nil {
		b.Fatal(err)
	}
	return time.Since(began).Seconds()
}
