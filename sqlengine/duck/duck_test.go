package duck_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// feed delivers batches, and what a test makes of each call.
type feed struct {
	batches []arrow.RecordBatch
	before  func(n int) error // called before batch n is delivered
	n       int
	closed  chan struct{}
}

func (f *feed) Next() (arrow.RecordBatch, error) {
	defer func() { f.n++ }()
	if f.before != nil {
		if err := f.before(f.n); err != nil {
			return nil, err
		}
	}
	if f.n >= len(f.batches) {
		return nil, nil
	}
	f.batches[f.n].Retain()
	return f.batches[f.n], nil
}

func (f *feed) Close() {
	if f.closed != nil {
		close(f.closed)
	}
}

// project returns the batches with the given columns only.
func project(batches []arrow.RecordBatch, columns []int) []arrow.RecordBatch {
	projected := make([]arrow.RecordBatch, len(batches))
	for i, batch := range batches {
		fields := make([]arrow.Field, len(columns))
		arrays := make([]arrow.Array, len(columns))
		for j, column := range columns {
			fields[j], arrays[j] = batch.Schema().Field(column), batch.Column(column)
		}
		projected[i] = array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, batch.NumRows())
	}
	return projected
}

func open(t testing.TB) (*duck.DB, *duck.Conn) {
	t.Helper()
	db, err := duck.Open(map[string]string{"threads": "4"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		db.Close()
	})
	return db, conn
}

// view registers the batches and makes a view of them.
func view(t testing.TB, db *duck.DB, conn *duck.Conn, name string, batches ...arrow.RecordBatch) {
	t.Helper()
	scanView(t, db, conn, name, duck.Scan{
		Schema: batches[0].Schema(),
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{batches: project(batches, columns)}, nil
		},
	})
}

func scanView(t testing.TB, db *duck.DB, conn *duck.Conn, name string, scan duck.Scan) {
	t.Helper()
	id, err := db.Register(scan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Drop(id) })
	if err := conn.Exec(t.Context(), "CREATE OR REPLACE VIEW "+name+" AS SELECT * FROM "+id.SQL()); err != nil {
		t.Fatal(err)
	}
}

// answer runs a query and returns its rows as texts.
func answer(t testing.TB, conn *duck.Conn, sql string, params ...duck.Param) [][]string {
	t.Helper()
	rows, err := conn.Strings(t.Context(), sql, params...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

// numbers returns batches of (n BIGINT, text VARCHAR), n from 0, of the given
// lengths.
func numbers(lengths ...int) []arrow.RecordBatch {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: arrow.PrimitiveTypes.Int64},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	var batches []arrow.RecordBatch
	n := int64(0)
	for _, length := range lengths {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for range length {
			b.Field(0).(*array.Int64Builder).Append(n)
			if n%7 == 0 {
				b.Field(1).AppendNull()
			} else {
				b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("text %d", n%10))
			}
			n++
		}
		batches = append(batches, b.NewRecordBatch())
		b.Release()
	}
	return batches
}

func TestScan(t *testing.T) {
	db, conn := open(t)
	view(t, db, conn, "v", numbers(0, 5000, 1, 0, 4999, 2048)...)
	tests := map[string]struct {
		sql  string
		want [][]string
	}{
		"count":            {"SELECT count(*) FROM v", [][]string{{"12048"}}},
		"second column":    {"SELECT min(text), max(text), count(text) FROM v", [][]string{{"text 0", "text 9", "10326"}}},
		"filter":           {"SELECT n FROM v WHERE n = 5001", [][]string{{"5001"}}},
		"filter on other":  {"SELECT n FROM v WHERE text = 'text 3' ORDER BY n LIMIT 2", [][]string{{"3"}, {"13"}}},
		"columns reversed": {"SELECT text, n FROM v WHERE n = 12047", [][]string{{"", "12047"}}},
		"sum":              {"SELECT sum(n) FROM v", [][]string{{"72571128"}}},
		"self join":        {"SELECT count(*) FROM v a JOIN v b ON a.n = b.n + 1", [][]string{{"12047"}}},
		"order kept":       {"SELECT n FROM v LIMIT 1 OFFSET 9000", [][]string{{"9000"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, answer(t, conn, test.sql)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.sql, diff)
			}
		})
	}
}

func TestRegisterRefusesTypes(t *testing.T) {
	db, _ := open(t)
	schema := arrow.NewSchema([]arrow.Field{{Name: "h", Type: arrow.ListOf(arrow.FixedWidthTypes.Float16)}}, nil)
	_, err := db.Register(duck.Scan{Schema: schema})
	if err == nil || connector.HintOf(err) != "Declare float32 instead." {
		t.Errorf("Register(float16) = %v, want a hint to float32", err)
	}
}

func TestScanOfOtherTypes(t *testing.T) {
	db, conn := open(t)
	declared := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.BinaryTypes.String}, {Name: "text", Type: arrow.BinaryTypes.String}}, nil)
	scanView(t, db, conn, "v", duck.Scan{
		Schema: declared,
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{batches: project(numbers(10), columns)}, nil
		},
	})
	_, err := conn.Strings(t.Context(), "SELECT n FROM v")
	if err == nil || !strings.Contains(err.Error(), `column "n" has the type int64, and was declared as utf8`) {
		t.Errorf("a batch of another type: %v", err)
	}
}

func TestScanFails(t *testing.T) {
	db, conn := open(t)
	closed := make(chan struct{})
	scanView(t, db, conn, "v", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{batches: project(numbers(10, 10), columns), closed: closed, before: func(n int) error {
				if n == 1 {
					return errors.New("page 2: the tracker is gone")
				}
				return nil
			}}, nil
		},
	})
	_, err := conn.Strings(t.Context(), "SELECT sum(n) FROM v")
	if err == nil || !strings.Contains(err.Error(), "page 2: the tracker is gone") {
		t.Errorf("a failing stream: %v", err)
	}
	<-closed
	if got := answer(t, conn, "SELECT 1"); got[0][0] != "1" {
		t.Errorf("the next statement: %v", got)
	}
}

func TestOpenFails(t *testing.T) {
	db, conn := open(t)
	scanView(t, db, conn, "v", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open:   func([]int) (duck.Feed, error) { return nil, errors.New("no such file") },
	})
	_, err := conn.Strings(t.Context(), "SELECT n FROM v")
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a scan that does not open: %v", err)
	}
}

func TestPanickingFeed(t *testing.T) {
	db, conn := open(t)
	scanView(t, db, conn, "v", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{before: func(int) error { panic("index out of range") }}, nil
		},
	})
	_, err := conn.Strings(t.Context(), "SELECT n FROM v")
	if err == nil || !strings.Contains(err.Error(), "internal error: index out of range") {
		t.Errorf("a panicking feed: %v", err)
	}
	scanView(t, db, conn, "w", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open:   func([]int) (duck.Feed, error) { panic("no such source") },
	})
	if _, err = conn.Strings(t.Context(), "SELECT n FROM w"); err == nil || !strings.Contains(err.Error(), "no such source") {
		t.Errorf("a panicking scan: %v", err)
	}
}

func TestCancel(t *testing.T) {
	db, conn := open(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reached, closed := make(chan struct{}), make(chan struct{})
	scanView(t, db, conn, "v", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{batches: project(numbers(10, 10), columns), closed: closed, before: func(n int) error {
				if n == 1 {
					close(reached)
					<-ctx.Done()
					return context.Cause(ctx)
				}
				return nil
			}}, nil
		},
	})
	why := errors.New("the person gave up")
	go func() {
		<-reached
		cancel(why)
	}()
	_, err := conn.Strings(ctx, "SELECT sum(n) FROM v")
	if !errors.Is(err, why) {
		t.Errorf("canceled query = %v, want %v", err, why)
	}
	<-closed
	if got := answer(t, conn, "SELECT 1"); got[0][0] != "1" {
		t.Errorf("the next statement: %v", got)
	}
}

func TestCancelOfComputation(t *testing.T) {
	db, conn := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	scanView(t, db, conn, "v", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{batches: project(numbers(10), columns), before: func(n int) error {
				if n == 1 { // everything is read: from here on DuckDB computes
					go cancel()
				}
				return nil
			}}, nil
		},
	})
	_, err := conn.Strings(ctx, "SELECT count(*) FROM v, range(1000000000) a, range(1000000000) b WHERE n + a.range + b.range < 0")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("canceled computation = %v, want %v", err, context.Canceled)
	}
}

func TestEarlyClose(t *testing.T) {
	db, conn := open(t)
	closed := make(chan struct{})
	scanView(t, db, conn, "v", duck.Scan{
		Schema: numbers(0)[0].Schema(),
		Open: func(columns []int) (duck.Feed, error) {
			return &feed{batches: project(numbers(slices.Repeat([]int{3000}, 50)...), columns), closed: closed}, nil
		},
	})
	stmt, err := conn.Prepare(t.Context(), "SELECT n FROM v")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	rows, err := stmt.Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatalf("no first batch: %v", rows.Err())
	}
	rows.Close()
	<-closed
}

func TestParams(t *testing.T) {
	_, conn := open(t)
	decimal, err := connector.DecimalOf("12.50")
	if err != nil {
		t.Fatal(err)
	}
	values := []connector.Value{
		connector.Null(), connector.BoolOf(true), connector.IntOf(-5), connector.FloatOf(0.5), decimal,
		connector.TextOf("a\x00b"), connector.BytesOf([]byte{0, 255}), connector.DateOf(1), connector.TimeOf(1_000_000),
		connector.TimestampOf(1_000_000), connector.LocalOf(1_000_000),
	}
	params := make([]duck.Param, len(values))
	for i, v := range values {
		params[i].Value = v
	}
	got := answer(t, conn, `SELECT $1::VARCHAR, $2::VARCHAR, $3::VARCHAR, $4::VARCHAR, ($5::DECIMAL(9,2))::VARCHAR, len($6)::VARCHAR,
		$7::VARCHAR, $8::VARCHAR, $9::VARCHAR, epoch_us($10)::VARCHAR, $11::VARCHAR`, params...)
	want := [][]string{{"", "true", "-5", "0.5", "12.50", "3", `\x00\xFF`, "1970-01-02", "00:00:01", "1000000", "1970-01-01 00:00:01"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func TestErrors(t *testing.T) {
	_, conn := open(t)
	if err := conn.Exec(t.Context(), "CREATE TABLE people (name TEXT)"); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		sql  string
		want duck.Error
	}{
		"parser":  {"SELECT 1\nFROM x y z", duck.Error{Type: "parser", Message: `syntax error at or near "z"`, Line: 2, Column: 10}},
		"catalog": {"SELECT * FROM peple", duck.Error{Type: "catalog", Message: "Table with name peple does not exist!\nDid you mean \"people\"?", Line: 1, Column: 15}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := conn.Strings(t.Context(), test.sql)
			var got *duck.Error
			if !errors.As(err, &got) {
				t.Fatalf("%s: %v", test.sql, err)
			}
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.sql, diff)
			}
		})
	}
}
