package scarab_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// TestConformance holds the connector to the contract, over one sample of each
// shape.
func TestConformance(t *testing.T) {
	tests := map[string]string{
		"file":   "Path=testdata/plain.xml",
		"packed": "Path=" + pack(t, "testdata/japanese.xml") + ";Validate=always;MultiValues=list",
		"odd":    "Path=testdata/odd.xml;Validate=never",
		"folder": "Path=testdata/folder;Merge=latest",
	}
	for name, settings := range tests {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Config{
				Open: func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
					return tryOpen(ctx, mem, settings)
				},
				Failing:      failing(t),
				Constants:    4,
				Conjunctions: 5,
			})
		})
	}
}

// failing returns a scan of a file that is cut short.
func failing(t *testing.T) func(context.Context, memory.Allocator) (connectortest.Failure, error) {
	var whole strings.Builder
	generate(t, &whole, 400)
	path := write(t, "cut.xml", whole.String()[:whole.Len()-1000])
	return func(ctx context.Context, mem memory.Allocator) (connectortest.Failure, error) {
		src, err := tryOpen(ctx, mem, "Path="+path)
		return connectortest.Failure{
			Source:  src,
			Request: connector.ScanRequest{Table: "Activities", Columns: []string{"IssueId", "NewValue"}},
			Kind:    connector.Corrupt,
		}, err
	}
}

// pack writes a gzipped copy of a file and returns its path.
func pack(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, filepath.Base(path)+".gz", packed.String())
}
