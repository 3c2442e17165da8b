package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// sameThings compares what has no exported fields.
var sameThings = cmp.Options{
	cmp.Comparer(func(a, b connector.Value) bool { return a == b }),
	cmp.Comparer(func(a, b arrow.DataType) bool { return arrow.TypeEqual(a, b, arrow.CheckMetadata()) }),
	cmp.Comparer(func(a, b *connector.Error) bool { return fmt.Sprintf("%+v", told(a)) == fmt.Sprintf("%+v", told(b)) }),
}

// told is all that an error says of itself.
func told(e *connector.Error) any {
	if e == nil {
		return nil
	}
	return []any{e.Kind, e.Op, e.Place, e.Error(), e.Hint, e.RetryAfter}
}

// pair opens a source in a child, and the same one in this process.
func pair(t *testing.T) (child, here connector.Source) {
	t.Helper()
	child = open(t, rpc.Host{}, program(t, "able"))
	here, err := able{}.Open(t.Context(), connector.Config{Name: "s"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(child.Close(), here.Close()); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return child, here
}

// as finds an optional interface of a source.
func as[T any](t *testing.T, src connector.Source) T {
	t.Helper()
	v, ok := connector.As[T](src)
	if !ok {
		t.Fatalf("As[%T](source) = false", *new(T))
	}
	return v
}

// TestAnswers compares what a child answers with what the source itself does.
func TestAnswers(t *testing.T) {
	child, here := pair(t)
	where := []connector.Predicate{{Column: "Status", Op: connector.In, Values: []connector.Value{connector.TextOf("open"), connector.TextOf("受付")}}}
	scan := connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Part: "7-35"}
	tests := map[string]func(context.Context, connector.Source) (any, error){
		"tables": func(ctx context.Context, s connector.Source) (any, error) { return s.Tables(ctx) },
		"count": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Counter](t, s).Count(ctx, connector.CountRequest{Table: "Issues", Where: where})
		},
		"count of no table": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Counter](t, s).Count(ctx, connector.CountRequest{Table: "Isues"})
		},
		"aggregate": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(as[connector.Aggregator](t, s).Aggregate(ctx, connector.AggregateRequest{Table: "Issues", Where: where, GroupBy: []string{"Status"}}))
		},
		"aggregate of no column": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(as[connector.Aggregator](t, s).Aggregate(ctx, connector.AggregateRequest{Table: "Issues", GroupBy: []string{"Nothing"}}))
		},
		"estimate": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Estimator](t, s).Estimate(ctx, scan)
		},
		"estimate with notes": func(ctx context.Context, s connector.Source) (any, error) {
			e, err := as[connector.Estimator](t, s).Estimate(ctx, connector.ScanRequest{Table: "Kinds", Statement: "café"})
			e.Notes = append([]string{}, strings.ToValidUTF8(strings.Join(e.Notes, ""), "\uFFFD"))
			return e, err
		},
		"estimate of no part": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Estimator](t, s).Estimate(ctx, connector.ScanRequest{Table: "Issues", Part: "x"})
		},
		"estimate of groups": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.GroupEstimator](t, s).EstimateGroups(ctx, connector.AggregateRequest{Table: "Issues", Where: where, GroupBy: []string{"Status"}})
		},
		"estimate of groups with notes": func(ctx context.Context, s connector.Source) (any, error) {
			e, err := as[connector.GroupEstimator](t, s).EstimateGroups(ctx, connector.AggregateRequest{Table: "Kinds", Statement: "café"})
			e.Notes = append([]string{}, strings.ToValidUTF8(strings.Join(e.Notes, ""), "\uFFFD"))
			return e, err
		},
		"estimate of groups by no column": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.GroupEstimator](t, s).EstimateGroups(ctx, connector.AggregateRequest{Table: "Issues", GroupBy: []string{"Nothing"}})
		},
		"mark": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Watcher](t, s).Mark(ctx, connector.MarkRequest{Table: "Issues"})
		},
		"mark of what does not tell": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Watcher](t, s).Mark(ctx, connector.MarkRequest{Table: "Kinds"})
		},
		"spent": func(ctx context.Context, s connector.Source) (any, error) {
			if _, err := shown(s.Scan(ctx, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Statement: "one", MaxRequests: 50})); err != nil {
				return nil, err
			}
			return as[connector.Spender](t, s).Spent(ctx, "one")
		},
		"too much to be spent": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(s.Scan(ctx, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Statement: "two", MaxRequests: 3}))
		},
		"quotas": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Quotas](t, s).Quotas(ctx)
		},
		"split": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Splitter](t, s).Split(ctx, scan, 3)
		},
		"procedures": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Procedures](t, s).Procedures(ctx)
		},
		"call": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(as[connector.Procedures](t, s).Call(ctx, connector.CallRequest{Procedure: "copy", Arguments: everyArgument(t)}))
		},
		"a call that fails": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(as[connector.Procedures](t, s).Call(ctx, connector.CallRequest{
				Procedure: "copy", Arguments: []connector.Argument{{Name: "fail", Value: connector.TextOf("it's \xff")}},
			}))
		},
		"wide": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Widener](t, s).Widen(ctx, "Wider", onlyID(1))
		},
		"wide, but not": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Widener](t, s).Widen(ctx, "Issues", nil)
		},
		"metadata": func(ctx context.Context, s connector.Source) (any, error) {
			return as[connector.Metadata](t, s).Metadata(ctx)
		},
		"a scan of every type": func(ctx context.Context, s connector.Source) (any, error) {
			table := kinds().Table
			return shown(s.Scan(ctx, connector.ScanRequest{Table: "Kinds", Columns: table.ColumnNames()}))
		},
		"a scan without columns": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(s.Scan(ctx, connector.ScanRequest{Table: "Issues"}))
		},
		"a scan of no table": func(ctx context.Context, s connector.Source) (any, error) {
			return shown(s.Scan(ctx, connector.ScanRequest{Table: "Isues"}))
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want, wantErr := test(t.Context(), here)
			got, err := test(t.Context(), child)
			if connector.KindOf(err) != connector.KindOf(wantErr) || (err == nil) != (wantErr == nil) {
				t.Fatalf("error = %v, want %v", err, wantErr)
			}
			if diff := cmp.Diff(want, got, sameThings); diff != "" {
				t.Errorf("(-in process +child):\n%s", diff)
			}
		})
	}
}

// everyArgument is an argument of each kind of value.
func everyArgument(t *testing.T) []connector.Argument {
	t.Helper()
	decimal, err := connector.DecimalOf("-12.500")
	if err != nil {
		t.Fatal(err)
	}
	values := []connector.Value{
		connector.Null(), connector.BoolOf(true), connector.BoolOf(false), connector.IntOf(-1), connector.FloatOf(0.1), decimal,
		connector.TextOf("課題"), connector.TextOf(""), connector.BytesOf([]byte{0, 255}), connector.DateOf(-1), connector.TimeOf(1),
		connector.TimestampOf(-1), connector.LocalOf(1),
	}
	var arguments []connector.Argument
	for i, v := range values {
		arguments = append(arguments, connector.Argument{Name: fmt.Sprintf("%d %s", i, v.Kind()), Value: v})
	}
	return arguments
}

// shown reads and releases a reader, and shows its schema and rows.
func shown(r array.RecordReader, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer r.Release()
	lines := []string{r.Schema().String()}
	for r.Next() {
		for row := range int(r.RecordBatch().NumRows()) {
			slice := r.RecordBatch().NewSlice(int64(row), int64(row)+1)
			text := ""
			for _, c := range slice.Columns() {
				text += c.ValueStr(0) + "|"
			}
			lines = append(lines, text)
			slice.Release()
		}
	}
	return lines, r.Err()
}

// TestFacets checks that a child offers exactly what its source does.
func TestFacets(t *testing.T) {
	facets := map[string]func(connector.Source) bool{
		"Counter": has[connector.Counter], "Aggregator": has[connector.Aggregator], "Estimator": has[connector.Estimator],
		"Quotas": has[connector.Quotas], "Splitter": has[connector.Splitter], "Watcher": has[connector.Watcher],
		"Procedures": has[connector.Procedures], "Metadata": has[connector.Metadata], "Writer": has[connector.Writer],
		"Widener": has[connector.Widener], "GroupEstimator": has[connector.GroupEstimator], "Spender": has[connector.Spender],
	}
	for _, name := range optionalInterfaces(t) {
		if facets[name] == nil {
			t.Errorf("the protocol does not offer connector.%s", name)
		}
	}
	for name, local := range map[string]connector.Connector{"able": able{}, "memory": memoryConnector{}} {
		t.Run(name, func(t *testing.T) {
			child := open(t, rpc.Host{}, program(t, name))
			defer func() {
				if err := child.Close(); err != nil {
					t.Errorf("Close = %v", err)
				}
			}()
			here, err := local.Open(t.Context(), connector.Config{})
			if err != nil {
				t.Fatal(err)
			}
			for facet, has := range facets {
				if got, want := has(child), has(here); got != want {
					t.Errorf("As[%s](child) = %v, want %v", facet, got, want)
				}
			}
			if has[fmt.Stringer](child) {
				t.Error("As[fmt.Stringer](child) = true, want false")
			}
		})
	}
}

func has[T any](src connector.Source) bool {
	_, ok := connector.As[T](src)
	return ok
}

// optionalInterfaces returns what the contract says is implemented by a source.
func optionalInterfaces(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || !strings.Contains(g.Doc.Text(), " implemented by ") {
				continue
			}
			name := g.Specs[0].(*ast.TypeSpec).Name.Name
			if !slices.Contains([]string{"Facets", "Wrapper", "Reporter", "Authenticator"}, name) { // of a source's own, of decorators, readers, connectors
				names = append(names, name)
			}
		}
	}
	if len(names) < 10 {
		t.Errorf("found only %v", names)
	}
	return names
}

// openReaders asks a source how many readers are open.
func openReaders(t *testing.T, src connector.Source) int64 {
	t.Helper()
	quotas, err := as[connector.Quotas](t, src).Quotas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return quotas[1].Remaining
}

// TestChanges fetches changes, in every order.
func TestChanges(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	child := open(t, rpc.Host{Allocator: mem}, program(t, "able"))
	tests := map[string]struct {
		since string
		read  func(t *testing.T, c connector.Changes, cancel context.CancelFunc)
	}{
		"rows, then gone": {"a", func(t *testing.T, c connector.Changes, _ context.CancelFunc) {
			expectRows(t, "Rows", c.Rows, 60)
			expectRows(t, "Gone", c.Gone, 2)
		}},
		"gone, then rows": {"b", func(t *testing.T, c connector.Changes, _ context.CancelFunc) {
			expectRows(t, "Gone", c.Gone, 2)
			expectRows(t, "Rows", c.Rows, 60)
		}},
		"rows only": {"c", func(t *testing.T, c connector.Changes, _ context.CancelFunc) {
			c.Gone.Release()
			expectRows(t, "Rows", c.Rows, 60)
		}},
		"neither": {"d", func(_ *testing.T, c connector.Changes, _ context.CancelFunc) {
			c.Rows.Release()
			c.Gone.Release()
		}},
		"a source that cannot tell what is gone": {"blind", func(t *testing.T, c connector.Changes, _ context.CancelFunc) {
			if c.Gone != nil {
				t.Error("Gone is not nil")
			}
			expectRows(t, "Rows", c.Rows, 60)
		}},
		"endless rows, released": {"endless", func(t *testing.T, c connector.Changes, _ context.CancelFunc) {
			expectRows(t, "Gone", c.Gone, 2)
			c.Rows.Release()
		}},
		"endless rows, cancelled": {"endless", func(t *testing.T, c connector.Changes, cancel context.CancelFunc) {
			defer c.Rows.Release()
			defer c.Gone.Release()
			cancel()
			if c.Rows.Next() || connector.KindOf(c.Rows.Err()) != connector.Canceled {
				t.Errorf("Err = %v, want canceled", c.Rows.Err())
			}
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			changes, err := as[connector.Watcher](t, child).Changes(ctx, connector.ChangesRequest{
				Table: "Issues", Columns: []string{"Id", "Title"}, Since: test.since,
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := test.since + "+1"; changes.Token != want {
				t.Errorf("Token = %q, want %q", changes.Token, want)
			}
			test.read(t, changes, cancel)
			for t.Context().Err() == nil && openReaders(t, child) > 0 {
				continue // the news of the release is on its way
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		_, err := as[connector.Watcher](t, child).Changes(t.Context(), connector.ChangesRequest{Table: "Issues", Columns: []string{"Id"}, Since: "refused"})
		if connector.KindOf(err) != connector.Invalid || connector.HintOf(err) != "Begin anew." {
			t.Errorf("Changes = %v", err)
		}
	})
	if err := child.Close(); err != nil { // it refuses while a reader is open
		t.Errorf("Close = %v", err)
	}
}

// expectRows reads and releases a reader.
func expectRows(t *testing.T, what string, r array.RecordReader, want int64) {
	t.Helper()
	defer r.Release()
	var rows int64
	for r.Next() {
		rows += r.RecordBatch().NumRows()
	}
	if r.Err() != nil || rows != want {
		t.Errorf("%s: %d rows, error %v, want %d rows", what, rows, r.Err(), want)
	}
}

// TestManyConstants sends a request larger than gRPC's limit for a message.
func TestManyConstants(t *testing.T) {
	child, _ := pair(t)
	in := connector.Predicate{Column: "Status", Op: connector.In, Values: []connector.Value{connector.TextOf("open")}}
	for i := range 5 {
		in.Values = append(in.Values, connector.TextOf(strings.Repeat("x", 1<<20+i)))
	}
	n, err := as[connector.Counter](t, child).Count(t.Context(), connector.CountRequest{Table: "Issues", Where: []connector.Predicate{in}})
	if n != 12 || err != nil {
		t.Errorf("Count = %d, %v, want 12", n, err)
	}
}
