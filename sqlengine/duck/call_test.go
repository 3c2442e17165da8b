package duck_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// TestProcedure calls a procedure through a macro, and notes what it is told:
// bound as often as DuckDB likes, opened where rows are read.
func TestProcedure(t *testing.T) {
	db, conn := open(t)
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}, {Name: "s", Type: arrow.BinaryTypes.String}}, nil))
	defer b.Release()
	b.Field(0).(*array.Int64Builder).AppendValues([]int64{1, 2}, nil)
	b.Field(1).(*array.StringBuilder).AppendValues([]string{"a", "b"}, nil)
	batch := b.NewRecordBatch()
	defer batch.Release()
	var bound, opened []string
	id, err := db.RegisterProcedure(duck.Procedure{Schema: batch.Schema(), Bind: func(arguments []connector.Value) (func([]int) (duck.Feed, error), error) {
		told := fmt.Sprint(arguments)
		bound = append(bound, told)
		switch {
		case strings.Contains(told, "refuse"):
			return nil, errors.New("no such thing")
		case strings.Contains(told, "panic"):
			panic("out of order")
		}
		return func(columns []int) (duck.Feed, error) {
			opened = append(opened, told)
			return &feed{batches: project([]arrow.RecordBatch{batch}, columns)}, nil
		}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.DropProcedure(id) })
	for name, arguments := range map[string][]string{"two": {"CAST(a AS VARCHAR)", "hex(b)"}, "bare": nil} {
		if err := conn.Exec(t.Context(), "CREATE MACRO "+name+"(a := NULL, b := NULL) AS TABLE FROM "+id.SQL(arguments)); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		sql    string
		params []duck.Param
		want   string
		opened []string
	}{
		"named":     {"CALL two(b := 'é', a := 7)", nil, "[[1 a] [2 b]]", []string{"['7' 'C3A9']"}},
		"left out":  {"SELECT s FROM two(true) WHERE n = 2", nil, "[[b]]", []string{"['true' NULL]"}},
		"nothing":   {"SELECT count(*) FROM bare()", nil, "[[2]]", []string{"[]"}},
		"parameter": {"FROM two(?)", []duck.Param{{Value: connector.IntOf(3)}}, "[[1 a] [2 b]]", []string{"['3' NULL]"}},
		"explain":   {"SELECT 1 FROM (DESCRIBE FROM two(1)) LIMIT 0", nil, "[]", nil},
		"no rows":   {"FROM two(1) LIMIT 0", nil, "[]", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bound, opened = nil, nil
			if got := fmt.Sprint(answer(t, conn, test.sql, test.params...)); got != test.want {
				t.Errorf("%s = %s, want %s", test.sql, got, test.want)
			}
			if diff := cmp.Diff(test.opened, opened); diff != "" || len(bound) == 0 {
				t.Errorf("%s bound %v, and opened (-want +got):\n%s", test.sql, bound, diff)
			}
		})
	}
	for sql, want := range map[string]string{
		"CALL two('refuse')":            "no such thing",
		"CALL two('panic')":             "internal error: out of order",
		"FROM trackql_call('0', ['x'])": "trackql_call is not for queries",
		"FROM trackql_call(NULL, NULL)": "trackql_call is not for queries", "FROM trackql_scan(NULL)": "trackql_scan is not for queries",
		"FROM trackql_call('" + string(id) + "')": "",
	} {
		if _, err := conn.Strings(t.Context(), sql); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, want %q", sql, err, want)
		}
	}
}
