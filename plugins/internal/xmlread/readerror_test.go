package xmlread_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

func TestReadErrors(t *testing.T) {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := w.Write(export(20, "en")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cut := compressed.Bytes()[:compressed.Len()-5]
	wrong := bytes.Clone(compressed.Bytes())
	wrong[len(wrong)-6]++
	unzip := func(b []byte) io.Reader {
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	broken := errors.New("the disk is on fire")
	own := connector.Errorf(connector.Unauthorized, "no such bucket").WithHint("Ask for it.")
	after := func(err error) io.Reader {
		return io.MultiReader(strings.NewReader("<a>\n<b>é"), iotest.ErrReader(err))
	}
	tests := map[string]struct {
		in    io.Reader
		kind  connector.Kind
		cause error
		want  string
	}{
		"cut gzip":    {unzip(cut), connector.Corrupt, io.ErrUnexpectedEOF, "read: unexpected EOF"},
		"wrong gzip":  {unzip(wrong), connector.Corrupt, gzip.ErrChecksum, "read: gzip: invalid checksum"},
		"any":         {after(broken), connector.Unavailable, broken, "f:2:5: read: the disk is on fire"},
		"our own":     {after(own), connector.Unauthorized, own, "f:2:5: read: no such bucket"},
		"canceled":    {after(context.Canceled), connector.Canceled, context.Canceled, "f:2:5: read: context canceled"},
		"no progress": {io.MultiReader(strings.NewReader("<a>"), stuck{}), connector.Unavailable, io.ErrNoProgress, "f:1:4: read: multiple Read calls"},
		"wrapped end": {after(fmt.Errorf("connection lost: %w", io.EOF)), connector.Unavailable, nil, "f:2:5: read: connection lost: EOF"},
		"at once":     {iotest.ErrReader(broken), connector.Unavailable, broken, "f:1:1: read: the disk is on fire"},
		"behind the root": {
			io.MultiReader(strings.NewReader("<a/>"), iotest.ErrReader(broken)), connector.Unavailable, broken,
			"f:1:5: read: the disk is on fire",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := xmlread.New(test.in, xmlread.Config{Name: "f"})
			var err error
			for err == nil {
				_, err = r.Next()
			}
			var e *connector.Error
			if !errors.As(err, &e) || e.Kind != test.kind || test.cause != nil && !errors.Is(err, test.cause) || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v (%v), want %s (%v)", err, connector.KindOf(err), test.want, test.kind)
			}
			if connector.HintOf(err) != connector.HintOf(test.cause) {
				t.Errorf("hint = %q, want that of the cause", connector.HintOf(err))
			}
		})
	}
}

// stuck never reads anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }
