package rpc_test

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// given is a reader of titles, a batch a list, that ends with err.
type given struct {
	array.RecordReader
	err   error
	asked int // batches
}

func (g *given) Next() bool {
	more := g.RecordReader.Next()
	if more {
		g.asked++
	}
	return more
}

func (g *given) Err() error { return errors.Join(g.RecordReader.Err(), g.err) }

// titles makes a reader of rows with an Id that counts from 1 and a title.
func titles(t *testing.T, mem memory.Allocator, end error, batches ...[]string) *given {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}, {Name: "Title", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	id := int64(0)
	var records []arrow.RecordBatch
	for _, list := range batches {
		for _, title := range list {
			id++
			b.Field(0).(*array.Int64Builder).Append(id)
			b.Field(1).(*array.StringBuilder).Append(title)
		}
		record := b.NewRecordBatch()
		defer record.Release()
		records = append(records, record)
	}
	r, err := array.NewRecordReader(schema, records)
	if err != nil {
		t.Fatal(err)
	}
	return &given{RecordReader: r, err: end}
}

// old makes a reader of one column of values read before.
func old(t *testing.T, mem memory.Allocator, batches ...[]string) *given {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "Title", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	var records []arrow.RecordBatch
	for _, list := range batches {
		b.Field(0).(*array.StringBuilder).AppendValues(list, nil)
		record := b.NewRecordBatch()
		defer record.Release()
		records = append(records, record)
	}
	r, err := array.NewRecordReader(schema, records)
	if err != nil {
		t.Fatal(err)
	}
	return &given{RecordReader: r}
}

// wrote shows outcomes, one a line.
func wrote(outcomes []connector.Outcome) []string {
	lines := []string{}
	for _, o := range outcomes {
		line := fmt.Sprint(o.Result, " ", o.Key)
		if o.Err != nil {
			line += fmt.Sprintf(" %s: %v (%s)", o.Err.Kind, o.Err, o.Err.Hint)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestWrite(t *testing.T) {
	tests := map[string]struct {
		table   string // Issues, where empty
		action  connector.Actions
		rows    [][]string
		end     error
		expect  [][]string
		want    []string
		kind    connector.Kind
		err     string
		batches int // handed over
	}{
		"insert": {
			action: connector.Insert, rows: [][]string{{"a", "b"}, {"c"}}, batches: 2,
			want: []string{"written [1 1]", "written [2 1]", "written [3 1]"},
		},
		"each result": {
			action: connector.Update, rows: [][]string{{"a", "same", "refuse", "lost"}}, batches: 1,
			want: []string{"written [1 2]", "unchanged [2 2]", "refused [3 2] conflict: row 3 was changed (Read it again.)", "unknown [4 2]"},
		},
		"upsert":  {action: connector.Upsert, rows: [][]string{{"a"}}, want: []string{"written [1 4]"}, batches: 1},
		"delete":  {action: connector.Delete, rows: [][]string{{"a"}}, want: []string{"written [1 8]"}, batches: 1},
		"no rows": {action: connector.Insert, want: []string{}},
		"an empty batch": {
			action: connector.Insert, rows: [][]string{{}, {"a"}}, batches: 2,
			want: []string{"written [1 1]"},
		},
		"what was read before": {
			action: connector.Update, rows: [][]string{{"a", "b"}, {"c"}}, expect: [][]string{{"old", "new"}, {"old"}}, batches: 2,
			want: []string{"written [1 2]", "refused [2 2] conflict: row 2 was changed (Read it again.)", "written [3 2]"},
		},
		"a sink that reads all rows first": {
			table: "Ahead", action: connector.Update, rows: [][]string{{"a"}, {"b", "c"}}, expect: [][]string{{"x", "y"}, {"z"}}, batches: 2,
			want: []string{"written [1 'x']", "written [2 'y']", "written [3 'z']"},
		},
		"an error midway": {
			action: connector.Insert, rows: [][]string{{"a", "fail", "c"}, {"d"}}, batches: 1,
			want: []string{"written [1 1]"}, kind: connector.Unavailable, err: "the system is down",
		},
		"rows that end with an error": {
			action: connector.Insert, rows: [][]string{{"a"}}, batches: 1,
			end:  connector.Errorf(connector.Corrupt, "the file ends early").WithHint("Fetch it again."),
			want: []string{"written [1 1]"}, kind: connector.Corrupt, err: "the file ends early",
		},
		"a writer that panics": {
			action: connector.Insert, rows: [][]string{{"a"}, {"b", "panic"}, {"c"}}, batches: 2,
			want: []string{"unknown []", "unknown []", "unknown []"},
			kind: connector.Internal, err: "the connector able panicked: the writer panics",
		},
		"a sink that forgets a row": {
			table: "Short", action: connector.Insert, rows: [][]string{{"a", "b"}, {"c"}}, batches: 2,
			want: []string{"written []", "written []", "unknown []"}, kind: connector.Corrupt, err: "it answered for 1 rows fewer than it was handed",
		},
		"a sink that invents a row": {
			table: "Long", action: connector.Insert, rows: [][]string{{"a", "b"}, {"c"}}, batches: 2,
			want: []string{"written []", "written []", "written []"}, kind: connector.Corrupt, err: "it answered for 1 rows more than it was handed",
		},
		"a sink that does not read": {
			table: "Deaf", action: connector.Insert, rows: [][]string{{"a"}},
			want: []string{}, kind: connector.Corrupt, err: "it did not read the rows to their end",
		},
		"a child that dies": {
			action: connector.Insert, rows: [][]string{{"a", "b"}, {"die"}, {"c"}}, batches: 2,
			want: []string{"unknown []", "unknown []", "unknown []"}, kind: connector.Unavailable, err: "ended amid a call: exit status 7",
		},
	}
	child, _ := pair(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			rows := titles(t, mem, test.end, test.rows...)
			defer rows.Release()
			req := connector.WriteRequest{Table: cmp.Or(test.table, "Issues"), Action: test.action, Rows: rows}
			if test.expect != nil {
				expect := old(t, mem, test.expect...)
				defer expect.Release()
				req.Expect = expect
			}
			outcomes, err := as[connector.Writer](t, child).Write(t.Context(), req)
			if diff := gocmp.Diff(test.want, wrote(outcomes)); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || connector.KindOf(err) != test.kind || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("Write = %v, want %s: %s", err, test.kind, test.err)
			}
			if test.end != nil && connector.HintOf(err) != connector.HintOf(test.end) {
				t.Errorf("hint = %q, want %q", connector.HintOf(err), connector.HintOf(test.end))
			}
			if rows.asked != test.batches {
				t.Errorf("%d batches were asked for, want %d", rows.asked, test.batches)
			}
		})
	}
}
