package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// failure is an error of a source, and what of it must arrive.
type failure struct {
	err  error
	want connector.Error // its Err is text
	text string          // of all
}

// failures are errors, by the name of the table that gives them.
func failures() map[string]failure {
	whole := connector.Error{
		Kind: connector.RateLimited, Op: "scan Issues", Place: connector.Place{File: "課題.xml", Line: 812, Column: 3},
		Err: errors.New("429 Too Many Requests"), Hint: "Wait a minute.", RetryAfter: 1500 * time.Millisecond,
	}
	wrapped := whole
	wrapped.Op = "page 3: scan Issues"
	inner := connector.Errorf(connector.NotFound, "no issue PT-1").WithHint("Is it deleted?")
	long := strings.Repeat("長い", 100_000) // 600 kB
	tooLong := strings.Repeat("x", 20<<20)
	cut := strings.Repeat("x", 1<<20) + "… (and 19922944 bytes more)"
	return map[string]failure{
		"whole":   {&whole, whole, "scan Issues: 課題.xml:812:3: 429 Too Many Requests"},
		"wrapped": {fmt.Errorf("page 3: %w", &whole), wrapped, "page 3: scan Issues: 課題.xml:812:3: 429 Too Many Requests"},
		"behind": {
			fmt.Errorf("%w (in page 3)", inner),
			connector.Error{Kind: connector.NotFound, Err: errors.New("no issue PT-1 (in page 3)"), Hint: "Is it deleted?"},
			"no issue PT-1 (in page 3)",
		},
		"nested": {
			&connector.Error{Kind: connector.Corrupt, Op: "read", Err: inner},
			connector.Error{Kind: connector.Corrupt, Op: "read", Err: errors.New("no issue PT-1"), Hint: "Is it deleted?"},
			"read: no issue PT-1",
		},
		"joined": {
			errors.Join(errors.New("first"), inner),
			connector.Error{Kind: connector.NotFound, Err: errors.New("first\nno issue PT-1"), Hint: "Is it deleted?"},
			"first\nno issue PT-1",
		},
		"kind only": {&connector.Error{Kind: connector.Conflict}, connector.Error{Kind: connector.Conflict}, "conflict"},
		"plain":     {errors.New("open a.xml: denied"), connector.Error{Err: errors.New("open a.xml: denied")}, "open a.xml: denied"},
		"canceled":  {fmt.Errorf("page 3: %w", context.Canceled), connector.Error{Kind: connector.Canceled, Err: errors.New("page 3: context canceled")}, "page 3: context canceled"},
		"deadline":  {context.DeadlineExceeded, connector.Error{Kind: connector.Canceled, Err: errors.New("context deadline exceeded")}, "context deadline exceeded"},
		"no UTF-8": {
			&connector.Error{Kind: connector.Invalid, Op: "\xff", Place: connector.Place{File: "\xff.csv"}, Err: errors.New("a\xfeb"), Hint: "\xfd"},
			connector.Error{Kind: connector.Invalid, Op: "\uFFFD", Place: connector.Place{File: "\uFFFD.csv"}, Err: errors.New("a\uFFFDb"), Hint: "\uFFFD"},
			"\uFFFD: \uFFFD.csv: a\uFFFDb",
		},
		"long":     {connector.Errorf(connector.Invalid, "%s", long), connector.Error{Kind: connector.Invalid, Err: errors.New(long)}, long},
		"too long": {connector.Errorf(connector.Invalid, "%s", tooLong), connector.Error{Kind: connector.Invalid, Err: errors.New(cut)}, cut},
	}
}

// failing opens a source of tables that fail.
type failing struct{}

func (failing) Info() connector.Info { return connector.Info{Name: "failing", Summary: "Fails."} }

func (failing) Open(context.Context, connector.Config) (connector.Source, error) {
	return failingSource{}, nil
}

type failingSource struct{}

func (failingSource) Close() error { return nil }

func (failingSource) Tables(context.Context) ([]connector.Table, error) {
	var tables []connector.Table
	for name := range failures() {
		tables = append(tables, connector.Table{Name: name, Columns: []connector.Column{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}}})
	}
	return tables, nil
}

// Scan fails at once where the request has a limit, else after its rows.
func (failingSource) Scan(_ context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	err := failures()[req.Table].err
	if req.Limit > 0 {
		return nil, err
	}
	rows, openErr := array.NewRecordReader(arrow.NewSchema([]arrow.Field{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}}, nil), nil)
	return &given{RecordReader: rows, err: err}, openErr
}

// Count fails at once.
func (failingSource) Count(_ context.Context, req connector.CountRequest) (int64, error) {
	return 0, failures()[req.Table].err
}

// TestErrors checks that errors arrive whole, by each way that they take.
func TestErrors(t *testing.T) {
	src := open(t, rpc.Host{}, program(t, "failing"))
	ways := map[string]func(table string) error{
		"Count": func(table string) error {
			_, err := as[connector.Counter](t, src).Count(t.Context(), connector.CountRequest{Table: table})
			return err
		},
		"Scan": func(table string) error {
			_, err := src.Scan(t.Context(), connector.ScanRequest{Table: table, Columns: []string{"Id"}, Limit: 1})
			return err
		},
		"Next": func(table string) error {
			r, err := src.Scan(t.Context(), connector.ScanRequest{Table: table, Columns: []string{"Id"}})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Release()
			if r.Next() {
				t.Error("Next = true")
			}
			return r.Err()
		},
	}
	for table, test := range failures() {
		for way, fail := range ways {
			t.Run(table+" by "+way, func(t *testing.T) {
				err := fail(table)
				var got *connector.Error
				if !errors.As(err, &got) {
					t.Fatalf("%T: %v is no connector.Error", err, err)
				}
				if diff := cmp.Diff(told(&test.want), told(got)); diff != "" {
					t.Errorf("(-want +got):\n%.2000s", diff)
				}
				if err.Error() != test.text {
					t.Errorf("Error() = %.200q, want %.200q", err.Error(), test.text)
				}
			})
		}
	}
	if err := src.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
}
