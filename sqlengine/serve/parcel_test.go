package serve_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/sqlengine/serve"
)

func TestPlainTypes(t *testing.T) {
	tests := map[string]struct{ sql, columns, row string }{
		"a truth value":          {"SELECT true AS a, NULL::BOOLEAN AS b", "bool bool", "true (null)"},
		"a sum of whole numbers": {"SELECT sum(range) AS a FROM range(5)", "decimal(38, 0)", "10"},
		"a negative HUGEINT":     {"SELECT (-12345678901234567890)::HUGEINT AS a", "decimal(38, 0)", "-12345678901234567890"},
		"the greatest UHUGEINT": {
			"SELECT 340282366920938463463374607431768211455::UHUGEINT AS a, NULL::UHUGEINT AS b", "decimal256(39, 0) decimal256(39, 0)",
			"340282366920938463463374607431768211455 (null)",
		},
		"a list":      {"SELECT [true, NULL, false] AS a", "list<l: bool, nullable>", "[true,null,false]"},
		"an array":    {"SELECT [true, false]::BOOLEAN[2] AS a", "fixed_size_list<: bool, nullable>[2]", "[true,false]"},
		"a struct":    {"SELECT {'a': true, 'b': 7} AS a", "struct<a: bool nullable, b: int32 nullable>", `{"a":true,"b":7}`},
		"what is not": {"SELECT 1 AS a, 'x' AS b", "int32 utf8", "1 x"},
	}
	c := dial(t, serving(t, serve.Config{}))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := started(t, t.Context(), c, test.sql)
			defer r.Release()
			var columns, row []string
			for i, f := range r.Schema().Fields() {
				columns = append(columns, f.Type.String())
				row = append(row, r.RecordBatch().Column(i).ValueStr(0))
			}
			if got := strings.Join(columns, " "); got != test.columns {
				t.Errorf("columns of %s = %s, want %s", test.sql, got, test.columns)
			}
			if got := strings.Join(row, " "); got != test.row {
				t.Errorf("row of %s = %s, want %s", test.sql, got, test.row)
			}
		})
	}
}

// batches returns how many rows the messages of an answer have.
func batches(t *testing.T, c *client, sql string) []int64 {
	t.Helper()
	info, err := c.Execute(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.DoGet(t.Context(), info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	var rows []int64
	for r.Next() {
		rows = append(rows, r.RecordBatch().NumRows())
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return rows
}

func TestBatchesAreJoined(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	const rows = 400 * 2048
	got := batches(t, c, "SELECT range AS a, range % 2 = 0 AS b, [range] AS c FROM range(819200)")
	var sum int64
	for _, n := range got {
		sum += n
	}
	if sum != rows || len(got) > 200 {
		t.Errorf("%d rows in %d messages, want %d in at most 200", sum, len(got), rows)
	}
}

// Messages of gRPC are bounded on the client's side, by 4 MiB here.
func TestLargeRows(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	got := batches(t, c, "SELECT repeat('x', 100000) AS a FROM range(1000)")
	if len(got) < 25 { // 100 MB
		t.Errorf("rows of messages = %v, want 25 messages or more", got)
	}
}

func TestUnionsStreamUnjoined(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	var sum int64
	for _, n := range batches(t, c, "SELECT union_value(a := range) AS u FROM range(10000)") {
		sum += n
	}
	if sum != 10000 {
		t.Errorf("%d rows, want 10000", sum)
	}
}

func TestNotices(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	take := func() []string {
		t.Helper()
		options, err := c.GetSessionOptions(t.Context(), &flight.GetSessionOptionsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		if err := json.Unmarshal([]byte(options.SessionOptions["trackql.notices"].GetStringValue()), &texts); err != nil {
			t.Fatal(err)
		}
		return texts
	}
	if _, err := ask(t.Context(), c, "SELECT [Id] FROM Issues"); err != nil {
		t.Fatal(err)
	}
	got := take()
	if len(got) != 1 || !strings.HasPrefix(got[0], "[Id] is a list of one value") {
		t.Errorf("notices = %q, want one of the brackets", got)
	}
	if diff := cmp.Diff([]string{}, take()); diff != "" {
		t.Errorf("notices are told twice: %s", diff)
	}
}
