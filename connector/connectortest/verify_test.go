package connectortest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestVerifyNamesEveryCheck(t *testing.T) {
	whole := flaw{make: func(src connector.Source) connector.Source { return src }}
	results := connectortest.Verify(whole.config())
	var names []string
	for _, r := range results {
		names = append(names, r.Check)
		if r.Failed {
			t.Errorf("%s fails: %v", r.Check, r.Messages)
		}
	}
	var want []string
	for _, check := range connectortest.Checks() {
		want = append(want, check.Name)
		if check.Promise == "" {
			t.Errorf("check %s has no promise", check.Name)
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("Verify ran %q, want %q", names, want)
	}
}

func TestVerifySurvivesASourceThatPanics(t *testing.T) {
	panics := flaw{make: describing(func(*connector.Table) { panic("out of cheese") })}
	for _, r := range connectortest.Verify(panics.config()) {
		if !r.Failed && r.Check != "failure" {
			t.Errorf("%s passes on a source that panics", r.Check)
		}
		if r.Failed && !strings.Contains(strings.Join(r.Messages, "\n"), "out of cheese") {
			t.Errorf("%s does not tell of the panic: %v", r.Check, r.Messages)
		}
	}
}

func TestVerifyTellsThatASourceCannotBeOpened(t *testing.T) {
	for want, open := range map[string]func(context.Context, memory.Allocator) (connector.Source, error){
		"Open = no such file": func(context.Context, memory.Allocator) (connector.Source, error) {
			return nil, errors.New("no such file")
		},
		"Config.Open is nil; it must return a source": nil,
	} {
		for _, r := range connectortest.Verify(connectortest.Config{Open: open}) {
			if said := strings.Join(r.Messages, "\n"); r.Failed != (r.Check != "failure") || r.Failed && said != want {
				t.Errorf("%s: failed %v, says %q, want %q", r.Check, r.Failed, said, want)
			}
		}
	}
}

// TestBlockingScans breaks what happens to a scan that waits.
func TestBlockingScans(t *testing.T) {
	request := connector.ScanRequest{Table: "Numbers", Columns: []string{"N"}}
	tests := map[string]struct {
		make func(gate *connectortest.Gate) connector.Source
		want string
	}{
		"the error is swallowed": {
			func(gate *connectortest.Gate) connector.Source {
				return reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader { return noErr{r} })(numbers(23, gate.Before))
			},
			"a scan whose context ended while it waited: there is no error",
		},
		"nothing waits": {
			func(*connectortest.Gate) connector.Source { return numbers(23, nil) },
			"the scan of Blocking ends by itself after 23 rows",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := flaw{make: func(src connector.Source) connector.Source { return src }}.config()
			cfg.Blocking = func(context.Context, memory.Allocator) (connectortest.Blockage, error) {
				gate := connectortest.NewGate("Numbers", 1)
				return connectortest.Blockage{Source: test.make(gate), Request: request, Waiting: gate.Reached()}, nil
			}
			results := connectortest.Verify(cfg)
			if got := failed(results); !slices.Equal(got, []string{"cancel"}) {
				t.Errorf("fails %q, want cancel", got)
			}
			if got := saidBy(results, "cancel"); !strings.Contains(got, test.want) {
				t.Errorf("cancel says %q, want %q in it", got, test.want)
			}
		})
	}
}

// TestFailuresAreReadable keeps what a person reads who wrote a source that
// breaks a promise.
func TestFailuresAreReadable(t *testing.T) {
	var text strings.Builder
	for _, example := range []struct {
		name string
		flaw flaw
	}{
		{"= is blind to case", predicateFlaws["= is blind to case"]},
		{"<= is cut to days", predicateFlaws["<= is cut to days"]},
		{"the last of several predicates wins", predicateFlaws["the last of several predicates wins"]},
		{"filters although unsupported", predicateFlaws["filters although unsupported"]},
		{"the limit is below the filter", limitFlaws["the limit is below the filter"]},
		{"the order is blind to case", limitFlaws["the order is blind to case"]},
		{"the stream is truncated", streamFlaws["the stream is truncated"]},
		{"columns come by name", streamFlaws["columns come by name"]},
		{"a column has NULLs, and is not nullable", streamFlaws["a column has NULLs, and is not nullable"]},
		{"errors have the wrong kind", streamFlaws["errors have the wrong kind"]},
	} {
		said := saidBy(connectortest.Verify(example.flaw.config()), example.flaw.promise)
		fmt.Fprintf(&text, "# %s\n%s: %s\n\n", example.name, example.flaw.promise, said)
	}
	compareGolden(t, "failures.txt", text.String())
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
