package serve_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/sqlengine/serve"
)

func TestStatements(t *testing.T) {
	tests := map[string]struct {
		sql  string
		want [][]string
	}{
		"rows":              {"SELECT Id, Summary FROM Issues ORDER BY Id", [][]string{{"1", "不具合"}, {"2", "(null)"}, {"3", "Wish"}}},
		"no rows":           {"SELECT Id FROM Issues WHERE Id = 9", nil},
		"an explanation":    {"EXPLAIN SELECT 1", nil},
		"several, one asks": {"CREATE TABLE own AS SELECT 7 AS a; INSERT INTO own VALUES (8); SELECT a FROM own", [][]string{{"7"}, {"8"}}},
		"nothing to show":   {"CREATE TABLE own AS SELECT 7 AS a", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := dial(t, serving(t, serve.Config{}))
			got, err := ask(t.Context(), c, test.sql)
			if err != nil {
				t.Fatal(err)
			}
			if name == "an explanation" {
				if len(got) != 0 && got[0][0] == "" {
					t.Errorf("EXPLAIN = %v", got)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ask(%q): %s", test.sql, diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	tests := map[string]struct {
		sql  string
		code codes.Code
		text string
	}{
		"syntax":          {"SELEC 1", codes.InvalidArgument, "query:1:1"},
		"no such table":   {"SELECT * FROM Isues", codes.NotFound, "Issues"},
		"nothing":         {" -- nothing\n", codes.InvalidArgument, "there is no statement"},
		"two that answer": {"SELECT 1; SELECT 2", codes.InvalidArgument, "statement 1 of the text has rows"},
		"a write":         {"DELETE FROM Issues", codes.Unimplemented, "read-only"},
		"in the stream":   {"SELECT CASE WHEN range = 900000 THEN error('late') ELSE range END FROM range(1000000)", codes.InvalidArgument, "late"},
		"a transaction":   {"BEGIN", codes.InvalidArgument, "transactions"},
	}
	c := dial(t, serving(t, serve.Config{}))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ask(t.Context(), c, test.sql)
			if status.Code(err) != test.code || !strings.Contains(err.Error(), test.text) {
				t.Errorf("ask(%q) = %v, want %s with %q", test.sql, err, test.code, test.text)
			}
		})
	}
}

func TestParameters(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	prepared, err := c.Prepare(t.Context(), "SELECT Id FROM Issues WHERE ProjectId = ? AND Id > $1 - ? ORDER BY Id")
	if err != nil {
		t.Fatal(err)
	}
	if got := prepared.ParameterSchema().NumFields(); got != 3 {
		t.Errorf("parameters = %d, want 3", got)
	}
	if got := prepared.DatasetSchema().Field(0).Name; got != "Id" {
		t.Errorf("columns = %v, want Id", prepared.DatasetSchema())
	}
	for project, want := range map[int64][][]string{1: {{"1"}, {"2"}}, 2: {{"3"}}, 3: nil} {
		prepared.SetParameters(values(t, project, project, 0))
		info, err := prepared.Execute(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(t.Context(), c, info)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("project %d: %v %s", project, err, diff)
		}
	}
	if err := prepared.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := prepared.Execute(t.Context()); err == nil {
		t.Error("a statement that was closed runs")
	}
}

// values makes a row of whole numbers.
func values(t *testing.T, numbers ...int64) arrow.RecordBatch {
	t.Helper()
	fields := make([]arrow.Field, len(numbers))
	for i := range fields {
		fields[i] = arrow.Field{Name: fmt.Sprint(i), Type: arrow.PrimitiveTypes.Int64}
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	for i, n := range numbers {
		b.Field(i).(*array.Int64Builder).Append(n)
	}
	return b.NewRecordBatch()
}

func TestOwnTables(t *testing.T) {
	address := serving(t, serve.Config{})
	one, other, forgetful := dial(t, address), dial(t, address), dialPlain(t, address)
	if _, err := ask(t.Context(), one, "CREATE TABLE own AS SELECT 1 AS a"); err != nil {
		t.Fatal(err)
	}
	if n, err := one.ExecuteUpdate(t.Context(), "INSERT INTO own VALUES (2), (3)"); n != 2 || err != nil {
		t.Errorf("insert = %d, %v, want 2", n, err)
	}
	if got, err := ask(t.Context(), one, "FROM own"); len(got) != 3 || err != nil {
		t.Errorf("own table = %v, %v, want three rows", got, err)
	}
	for name, c := range map[string]*client{"another client": other, "a client without cookies": forgetful} {
		if _, err := ask(t.Context(), c, "FROM own"); status.Code(err) != codes.NotFound {
			t.Errorf("%s: %v, want that the table is not there", name, err)
		}
	}
	if _, err := one.CloseSession(t.Context(), &flight.CloseSessionRequest{}); err != nil {
		t.Error(err)
	}
	if _, err := ask(t.Context(), one, "FROM own"); status.Code(err) != codes.NotFound {
		t.Errorf("after the end of the session: %v, want that the table is not there", err)
	}
}

func TestSideBySide(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	open, err := c.Execute(t.Context(), "SELECT * FROM range(100000)")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ask(t.Context(), c, "SELECT 2"); err != nil || len(got) != 1 {
		t.Errorf("beside an answer that is not read: %v, %v", got, err)
	}
	if _, err := ask(t.Context(), c, "CREATE TABLE own AS SELECT 1"); err != nil {
		t.Errorf("CREATE beside an answer = %v", err)
	}
	if got, err := readAll(t.Context(), c, open); err != nil || len(got) != 100000 {
		t.Errorf("the first answer has %d rows, %v", len(got), err)
	}
	if got, err := ask(t.Context(), c, "FROM own"); err != nil || len(got) != 1 {
		t.Errorf("the table that was made beside it: %v, %v", got, err)
	}
}

func TestAnswersEnd(t *testing.T) {
	c := dial(t, serving(t, serve.Config{Unread: time.Nanosecond}))
	info, err := c.Execute(t.Context(), "SELECT 1")
	if err != nil {
		t.Fatal(err)
	}
	for { // until the answer has been given up
		if _, err := c.ExecuteUpdate(t.Context(), "CREATE OR REPLACE TABLE own AS SELECT 1"); err == nil {
			break
		}
	}
	if _, err := readAll(t.Context(), c, info); status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "Ask again") {
		t.Errorf("an answer that nobody read = %v", err)
	}
}

func TestCancel(t *testing.T) {
	endless := "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE hash(a.range, b.range, c.range) = 1"
	c := dial(t, serving(t, serve.Config{}))
	t.Run("while it begins", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		context.AfterFunc(ctx, func() {})
		go cancel()
		if _, err := c.Execute(ctx, endless); status.Code(err) != codes.Canceled {
			t.Errorf("Execute = %v, want that it is canceled", err)
		}
	})
	t.Run("while it is read", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		info, err := c.Execute(ctx, "SELECT * FROM range(10000000000)")
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Release()
		if !r.Next() {
			t.Fatal(r.Err())
		}
		cancel()
		for r.Next() {
		}
		if status.Code(r.Err()) != codes.Canceled {
			t.Errorf("the rest = %v, want that it is canceled", r.Err())
		}
	})
	t.Run("before it is read", func(t *testing.T) {
		info, err := c.Execute(t.Context(), "SELECT * FROM range(10000000000)")
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.CancelFlightInfo(t.Context(), &flight.CancelFlightInfoRequest{Info: info})
		if err != nil || got.Status != flight.CancelStatusCancelled {
			t.Errorf("cancel = %v, %v", got, err)
		}
		if _, err := readAll(t.Context(), c, info); status.Code(err) != codes.NotFound {
			t.Errorf("an answer that was canceled = %v", err)
		}
	})
}
