package connectortest_test

import (
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

var (
	instant = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	local   = &arrow.TimestampType{Unit: arrow.Millisecond}
	labels  = arrow.ListOf(arrow.BinaryTypes.String)
	person  = arrow.StructOf(
		arrow.Field{Name: "Name", Type: arrow.BinaryTypes.String},
		arrow.Field{Name: "Age", Type: arrow.PrimitiveTypes.Int16, Nullable: true},
	)
	options = arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)
	coded   = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	runs    = arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int32)
)

// titles differ in case, accents, width and blanks only, as people write them.
var titles = []any{
	"Crash", "crash", "CRASH", "crash ", " crash", "crásh", "cra\u0301sh", "Ｃrash", "crash on start",
	"クラッシュ", "ｸﾗｯｼｭ", "がぞう", "かぞう", "", nil, "100%", "a_b", "it's", `say "no"`, `C:\temp`, "日本語",
}

// moments lie a microsecond, a second, a minute and a day apart, and an hour
// within one day.
var moments = []any{
	"2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000001Z", "2026-03-01T00:00:01Z", "2026-03-01T00:00:59.999999Z",
	"2026-03-01T00:01:00Z", "2026-03-01T01:00:00Z", "2026-03-01T23:59:59.999999Z", "2026-03-02T00:00:00Z",
	"2026-02-28T23:59:59Z", "1969-12-31T23:59:59.5Z", nil,
}

// issues is a table with a column of every shape, of n rows.
func issues(n int, grade connector.Grade) connectortest.MemoryTable {
	column := func(name string, t arrow.DataType, nullable bool) connector.Column {
		return connector.Column{
			Name: name, Type: t, Nullable: nullable, Doc: "What " + name + " holds.",
			Filters: connectortest.Every(t, grade),
		}
	}
	sortable := func(name string, t arrow.DataType) connector.Column {
		c := column(name, t, false)
		c.Sortable = true
		return c
	}
	status := sortable("Status", arrow.BinaryTypes.String)
	status.Values = []connector.Value{connector.TextOf("Open"), connector.TextOf("Closed"), connector.TextOf("open")}
	table := connector.Table{
		Name: "Issues", Doc: "One row an issue.",
		Columns: []connector.Column{
			sortable("Id", arrow.PrimitiveTypes.Int64), sortable("Key", arrow.BinaryTypes.String), status,
			column("Title", arrow.BinaryTypes.String, true), column("Created", instant, true),
			sortable("Due", arrow.FixedWidthTypes.Date32), column("Started", local, true),
			sortable("Score", arrow.PrimitiveTypes.Float64), column("Cost", &arrow.Decimal128Type{Precision: 12, Scale: 2}, true),
			column("At", arrow.FixedWidthTypes.Time64us, true), sortable("Done", arrow.FixedWidthTypes.Boolean),
			column("Hash", arrow.BinaryTypes.Binary, true), column("Type", coded, true), column("Votes", runs, true),
			column("Labels", labels, true), column("Owner", person, true), column("Fields", options, true),
		},
		Key: []string{"Id"}, Unique: [][]string{{"Key"}},
		References:   []connector.Reference{{Columns: []string{"Status"}, Table: "Statuses", To: []string{"Name"}}},
		StopsAtLimit: true,
		Examples: []connector.Example{
			{Doc: "All open issues.", SQL: "SELECT * FROM {source}.Issues WHERE Status = 'Open'"},
			{Doc: "How many there are.", SQL: "SELECT count(*) FROM {source}.Issues"},
		},
	}
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = issue(i)
	}
	return connectortest.MemoryTable{Table: table, Rows: rows}
}

func issue(i int) []any {
	pick := func(list []any) any { return list[i%len(list)] }
	return []any{
		i + 1, fmt.Sprintf("P-%d", i+1), pick([]any{"Open", "Closed", "open"}), pick(titles), pick(moments),
		pick([]any{"2026-03-01", "2026-03-02", "1970-01-01", "1900-02-28", "9999-12-31"}),
		pick([]any{"2026-03-01T00:00:00.001", nil, "2026-03-01T00:00:00"}),
		pick([]any{0.5, -1.5, math.NaN(), math.Inf(1), 0.0, 1e300, math.Inf(-1)}),
		pick([]any{"12.50", "-0.01", nil, "9999999999.99"}), pick([]any{"23:59:59.999999", nil, "00:00:00", "09:30:00"}),
		i%3 == 0, pick([]any{"\x00\xff", []byte{}, nil, "abc"}), pick([]any{"Bug", "Task", nil, "bug"}),
		pick([]any{1, 1, 2, nil, nil}), pick([]any{[]string{"a", "b"}, []any{"a", nil}, nil, []string{}}),
		pick([]any{map[string]any{"Name": "Ada", "Age": 36}, map[string]any{"Name": "Bob"}, nil}),
		pick([]any{map[string]any{"x": 1, "y": nil}, nil, [][2]any{}}),
	}
}

// statuses is a small table with text as its key.
func statuses() connectortest.MemoryTable {
	return connectortest.MemoryTable{
		Table: connector.Table{
			Name: "Statuses", Doc: "One row a status.", Key: []string{"Name"},
			Columns: []connector.Column{{
				Name: "Name", Type: arrow.BinaryTypes.String, Doc: "The status.", Sortable: true,
				Filters: connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Exact},
			}},
			Examples: []connector.Example{
				{Doc: "All of them.", SQL: "FROM {source}.Statuses"},
				{Doc: "The closed ones.", SQL: "FROM {source}.Statuses WHERE Name = 'Closed'"},
			},
		},
		Rows: [][]any{{"Open"}, {"Closed"}, {"open"}},
	}
}
