package markdown_test

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

var rewrite bool

func TestMain(m *testing.M) {
	flag.BoolVar(&rewrite, "update", false, "rewrite what the tests compare with")
	flag.Parse()
	os.Exit(m.Run())
}

// hasty makes a mistake that looks right: it searches the files for titles as
// it does for bodies. But YAML may write a title in other characters.
type hasty struct{ connector.Source }

// Unwrap keeps what else the source can do.
func (h hasty) Unwrap() connector.Source { return h.Source }

// Tables grades what Scan does.
func (h hasty) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := h.Source.Tables(ctx)
	for i := range tables {
		if title, ok := tables[i].Column("Title"); ok {
			title.Filters[connector.Contains] = connector.Inexact
		}
	}
	return tables, err
}

// Scan searches for titles by the search for bodies.
func (h hasty) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	req.Where = slices.Clone(req.Where)
	for i := range req.Where {
		if p := &req.Where[i]; p.Column == "Title" && p.Op == connector.Contains {
			p.Column = "Body"
		}
	}
	return h.Source.Scan(ctx, req)
}

// TestSuiteFindsTheMistake shows what the suite says to it; the guide quotes it.
func TestSuiteFindsTheMistake(t *testing.T) {
	const golden = "../testdata/mistake.txt"
	var said strings.Builder
	for _, r := range connectortest.Verify(connectortest.Config{
		Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
			src, err := open(ctx, mem)
			return hasty{src}, err
		},
	}) {
		if r.Failed {
			said.WriteString(r.Check + ": " + strings.Join(r.Messages, "\n") + "\n")
		}
	}
	if rewrite {
		if err := os.WriteFile(golden, []byte(said.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if said.String() != string(want) {
		t.Errorf("the suite says\n%s, want\n%s", said.String(), want)
	}
}
